import { expect, test } from "vitest";
import { toHex } from "#lib/bytes.ts";
import { oid, printableString, sequence, setOf, utf8String } from "#lib/pki/core/asn1/der.ts";
import { encodeEmail, encodeUri, generalNameOf } from "#lib/pki/core/asn1/general-names.ts";
import { encodeName, namePart, parseName, sameName, startsWithName } from "#lib/pki/core/asn1/names.ts";
import { readDer } from "#lib/pki/core/asn1/read-der.ts";

const CN = "2.5.4.3";
const part = (type: string, value: Uint8Array) => sequence(oid(type), value);

test("each part stands in its own RDN, countries and serial numbers as printable strings", () => {
  const der = encodeName([
    ["C", "NL"],
    ["serialNumber", "a1"],
    ["CN", "Ada"],
  ]);
  const one = (type: string, value: Uint8Array) => setOf([part(type, value)]);
  expect(toHex(der)).toBe(
    toHex(
      sequence(
        one("2.5.4.6", printableString("NL")),
        one("2.5.4.5", printableString("a1")),
        one(CN, utf8String("Ada")),
      ),
    ),
  );
});

test("a name reads last part first", () => {
  expect(
    parseName(
      encodeName([
        ["C", "NL"],
        ["O", "Whereof"],
        ["CN", "Zoë"],
      ]),
    ).text,
  ).toBe("CN=Zoë,O=Whereof,C=NL");
});

test("special characters are escaped as RFC 4514 §2.4 says", () => {
  const text = (value: string) => parseName(encodeName([["CN", value]])).text;
  expect(text('Sue, "Grabbit" + Runn')).toBe('CN=Sue\\, \\"Grabbit\\" \\+ Runn');
  expect(text("#hash ")).toBe("CN=\\#hash\\ ");
  expect(text("a\u202Eb")).toBe("CN=a\\e2\\80\\aeb");
});

test("members of one RDN are joined by a plus sign, unknown types shown by number", () => {
  const rdn = setOf([part(CN, utf8String("A")), part("1.2.3", Uint8Array.of(5, 0))]);
  expect(parseName(sequence(rdn)).text).toBe("1.2.3=#0500+CN=A");
});

test("unfit parts are refused", () => {
  const unfit = [
    ["CN", ""],
    ["CN", "x".repeat(65)],
    ["CN", "a\u0000b"],
    ["C", "NLD"],
    ["serialNumber", "é"],
  ] as const;
  for (const one of unfit) {
    expect(() => encodeName([one]), one.join()).toThrow(expect.objectContaining({ code: "pki/name-unfit" }));
  }
});

test("names are the same apart from case, spaces and string type", () => {
  const a = parseName(
    encodeName([
      ["O", "Where  Of"],
      ["CN", "Ada"],
    ]),
  );
  const b = parseName(
    sequence(
      setOf([part("2.5.4.10", printableString("where of"))]),
      setOf([part(CN, printableString("ADA"))]),
    ),
  );
  expect(sameName(a, b)).toBe(true);
  expect(
    sameName(
      a,
      parseName(
        encodeName([
          ["CN", "Ada"],
          ["O", "Where Of"],
        ]),
      ),
    ),
  ).toBe(false);
  expect(sameName(a, parseName(encodeName([["O", "Where Of"]])))).toBe(false);
});

test("a name lies in the subtree of the name it begins with", () => {
  const whole = parseName(
    encodeName([
      ["C", "NL"],
      ["O", "Whereof"],
      ["CN", "Ada"],
    ]),
  );
  expect(
    startsWithName(
      whole,
      parseName(
        encodeName([
          ["C", "NL"],
          ["O", "Whereof"],
        ]),
      ),
    ),
  ).toBe(true);
  expect(startsWithName(whole, parseName(encodeName([["O", "Whereof"]])))).toBe(false);
});

test("the first value of an attribute is found", () => {
  const name = parseName(
    encodeName([
      ["O", "Whereof"],
      ["CN", "Ada"],
    ]),
  );
  expect(namePart(name, "CN")).toBe("Ada");
  expect(namePart(name, "C")).toBeNull();
});

const emailOf = (address: string) => generalNameOf(readDer(encodeEmail(address), "test", 1000), "test");

test("an ASCII address is an rfc822Name with its domain in ASCII", () => {
  expect(encodeEmail("ada@example.com")[0]).toBe(0x81);
  expect(emailOf("Ada.L@EXAMPLE.com")).toMatchObject({ kind: "email", value: "Ada.L@example.com" });
  expect(emailOf("ada@bücher.example")).toMatchObject({ kind: "email", value: "ada@xn--bcher-kva.example" });
});

test("an address beyond ASCII is an SmtpUTF8Mailbox", () => {
  expect(encodeEmail("zoë@bücher.example")[0]).toBe(0xa0);
  expect(emailOf("zoë@bücher.example")).toMatchObject({ kind: "email", value: "zoë@xn--bcher-kva.example" });
});

test("what is no address or URL is refused", () => {
  for (const address of [
    "",
    "ada",
    "@example.com",
    "ada@",
    "a b@example.com",
    "ada@exa mple.com",
    "ada@[1.2.3.4]",
    "a@b@c.com",
  ]) {
    expect(() => encodeEmail(address), address).toThrow(expect.objectContaining({ code: "pki/name-unfit" }));
  }
  for (const url of ["ftp://example.com/", "/crl", "http://exämple.com/", "http://example.com/a b"]) {
    expect(() => encodeUri(url), url).toThrow(expect.objectContaining({ code: "pki/name-unfit" }));
  }
});
