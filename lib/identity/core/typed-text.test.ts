import { expect, test } from "vitest";
import { encodeEmail } from "#lib/pki/core/asn1/general-names.ts";
import { isEmailAddress, isSeveralAddresses } from "./email-address.ts";
import { cutText, shownLine, shownText, typedLine } from "./typed-text.ts";

/** What looks like an address, and for which no certificate could be made. */
const UNCERTIFIABLE = [
  "ana@gmail..com",
  "ana@ex_ample.com",
  "ana@a/b.com",
  "ana@ex!ample.com",
  "ana@-example.com",
  `ana@${"a".repeat(64)}.com`,
  `${"я".repeat(64)}@${"пример.".repeat(11)}рф`,
];

test("what nobody sees is not kept: controls, zero width, changes of direction, halves of characters", () => {
  expect(shownLine("  Le\u0000a\u200bse\u00ad \u202egnp.exe\u202c \ufeff\ud800")).toBe("Lease gnp.exe");
  expect(shownLine("one\r\ntwo\tthree\u2028four\u0085five")).toBe("one two three four five");
});

test("lines stay lines where there may be several", () => {
  expect(shownText("Dear Ana,\r\n\r\nas\tdiscussed\u0007.\u2028Ben")).toBe("Dear Ana,\n\nas discussed.\nBen");
});

test("letters of every script stay as they are, with the joiners they are written with", () => {
  for (const name of ["می\u200cخواهم", "क्\u200dष", "👩\u200d⚕️", "Ľuboš Ďurčo", "אבי כהן", "山田 太郎"])
    expect(shownLine(name)).toBe(name);
  expect(shownLine("Jose\u0301")).toBe("José");
});

test("length is judged after what nobody sees is gone", () => {
  expect(typedLine(5).parse(`  ${"\u200b".repeat(50)}12345 `)).toBe("12345");
  expect(typedLine(5).safeParse("123456").success).toBe(false);
  expect(typedLine(5, 1).safeParse("\u200b\u2060 ").success).toBe(false);
});

test("a text is cut between characters", () => {
  expect(cutText("ab🦊", 3)).toBe("ab");
  expect(cutText("ab🦊", 4)).toBe("ab🦊");
});

test.for([
  "ana@example.com\r\nBcc: eve@example.com",
  "ana@example.com\u0000",
  "ana\u200b@example.com",
  "ana\u202e@example.com",
  "ana@example.com, eve@example.com",
  "ana@example.com;eve@example.com",
  "Ana <ana@example.com>",
  '"ana"@example.com',
  "ana@eve@example.com",
  "ana@example",
  "ana@example.c",
  "@example.com",
  `${"a".repeat(65)}@example.com`,
  `ana@${"a".repeat(250)}.com`,
  ...UNCERTIFIABLE,
])("%j is not one address", (text) => {
  expect(isEmailAddress(text)).toBe(false);
});

test("what is an address can stand in a certificate, and what cannot is none", () => {
  for (const address of UNCERTIFIABLE) {
    expect(() => encodeEmail(address), address).toThrow(expect.objectContaining({ code: "pki/name-unfit" }));
  }
  for (const address of ["ana@example.com", "ана@пример.рф", `${"я".repeat(60)}@пример.рф`]) {
    expect(isEmailAddress(address), address).toBe(true);
    expect(encodeEmail(address).length).toBeGreaterThan(0);
  }
});

test.for(["ana@example.com", "ana.ruiz+lease@mail.example.co.uk", "ана@пример.рф", "o'brien@example.ie"])(
  "%s is one address",
  (text) => {
    expect(isEmailAddress(text)).toBe(true);
  },
);

test("several addresses where one belongs are told from one that is wrong", () => {
  for (const text of [
    "ana@example.com, ben@example.com",
    "<ana@example.com>;ben@example.com",
    "a@b.example c@d.example",
  ])
    expect(isSeveralAddresses(text), text).toBe(true);
  for (const text of ["ana@example.com", "ana@example", "ana at example.com, please", ""])
    expect(isSeveralAddresses(text), text).toBe(false);
});
