import { Buffer as NodeBuffer } from "node:buffer";
import { createHash, generateKeyPairSync, sign } from "node:crypto";
import zlib from "node:zlib";
import { expect, test } from "vitest";
import { randomOctets } from "#lib/pki/core/testing.ts";
import { newDigester } from "./digests.ts";
import { Buffer } from "./node-buffer.ts";
import { createPublicKey, verify } from "./node-crypto.ts";
import { crc32, inflateSync } from "./node-zlib.ts";
import { settled } from "./settle.ts";

test.each(["sha1", "sha256", "sha384", "sha512"] as const)(
  "%s is Node's, in pieces of any length",
  (name) => {
    const bytes = randomOctets(700);
    for (let length = 0; length <= 400; length++) {
      const digester = newDigester(name);
      const cut = Math.floor(length / 3);
      digester.update(bytes.subarray(0, cut));
      const copy = digester.copy();
      digester.update(bytes.subarray(cut, length));
      copy.update(bytes.subarray(cut, length));
      const expected = createHash(name).update(bytes.subarray(0, length)).digest("hex");
      expect(NodeBuffer.from(digester.digest()).toString("hex")).toBe(expected);
      expect(NodeBuffer.from(copy.digest()).toString("hex")).toBe(expected);
    }
  },
);

test("Buffer reads and writes every form as Node's does", () => {
  const bytes = randomOctets(513);
  for (const form of ["hex", "base64", "base64url", "latin1", "utf8"] as const) {
    const text = NodeBuffer.from(bytes).toString(form);
    expect(Buffer.from(bytes).toString(form)).toBe(text);
    expect([...Buffer.from(text, form)]).toEqual([...NodeBuffer.from(text, form)]);
  }
  for (const odd of ["abc", "zz", "0g11", ""])
    expect([...Buffer.from(odd, "hex")]).toEqual([...NodeBuffer.from(odd, "hex")]);
  const view = Buffer.from(bytes);
  for (const at of [0, 7, 200, 509]) {
    const pattern = bytes.subarray(at, at + 4);
    expect(view.indexOf(pattern)).toBe(NodeBuffer.from(bytes).indexOf(pattern));
  }
  expect(view.indexOf(NodeBuffer.from("not in there"))).toBe(-1);
  expect(Buffer.compare(bytes, bytes.subarray(1))).toBe(NodeBuffer.compare(bytes, bytes.subarray(1)));
  expect([...Buffer.concat([bytes, bytes])]).toEqual([...bytes, ...bytes]);
});

test("streams inflate as Node's do: whole, cut, wrong, and too large", () => {
  const plain = NodeBuffer.from("a line that comes again and again\n".repeat(9_000));
  const packed = zlib.deflateSync(plain);
  const options = { maxOutputLength: 1 << 20 };
  expect(NodeBuffer.from(inflateSync(packed, options)).equals(plain)).toBe(true);
  const cut = packed.subarray(0, packed.length - 30);
  const whole = inflateSync(cut, options);
  expect(NodeBuffer.from(whole).equals(plain.subarray(0, whole.length))).toBe(true);
  expect(() => inflateSync(packed, { maxOutputLength: 1000 })).toThrow(
    expect.objectContaining({ code: "ERR_BUFFER_TOO_LARGE" }),
  );
  expect(() => inflateSync(plain, options)).toThrow("incorrect header check");
  expect(crc32(plain)).toBe(zlib.crc32(plain));
  expect(crc32(plain.subarray(9), crc32(plain.subarray(0, 9)))).toBe(zlib.crc32(plain));
});

const KEYS = [
  ["P-256", generateKeyPairSync("ec", { namedCurve: "P-256" }), "sha256", {}],
  ["P-384", generateKeyPairSync("ec", { namedCurve: "P-384" }), "sha384", {}],
  ["P-521", generateKeyPairSync("ec", { namedCurve: "P-521" }), "sha512", {}],
  ["RSA", generateKeyPairSync("rsa", { modulusLength: 2048 }), "sha256", {}],
  ["RSA-PSS", generateKeyPairSync("rsa", { modulusLength: 2048 }), "sha256", { padding: 6, saltLength: 32 }],
] as const;

test.each(KEYS)("a signature by %s holds, and no other does", async (name, pair, digest, padding) => {
  const spki = new Uint8Array(pair.publicKey.export({ type: "spki", format: "der" }));
  const message = randomOctets(100);
  const isCurve = name.startsWith("P-");
  const how = isCurve ? { dsaEncoding: "der" as const } : padding;
  const signature = new Uint8Array(sign(digest, message, { key: pair.privateKey, ...how }));
  const key = createPublicKey({ key: spki });
  const ask = (signed: Uint8Array, by: Uint8Array) => {
    const input = isCurve
      ? { key, ...how }
      : name === "RSA"
        ? (key as { spki: Uint8Array })
        : { key, ...how };
    return settled(() => verify(digest, signed, input, by));
  };
  expect(await ask(message, signature)).toBe(true);
  expect(await ask(randomOctets(100), signature)).toBe(false);
  const changed = signature.slice();
  changed[changed.length - 1] = changed.at(-1)! ^ 1;
  expect(await ask(message, changed)).toBe(false);
});

test("what depends on an answer is asked in a further round", async () => {
  const [, pair] = KEYS[0];
  const spki = new Uint8Array(pair.publicKey.export({ type: "spki", format: "der" }));
  const key = createPublicKey({ key: spki });
  const message = randomOctets(10);
  const signature = new Uint8Array(sign("sha256", message, { key: pair.privateKey, dsaEncoding: "der" }));
  const check = (bytes: Uint8Array) => verify("sha256", bytes, { key, dsaEncoding: "der" }, signature);
  const other = randomOctets(3);
  const asked = await settled(() => [check(other) ? "wrong" : check(message) ? "right" : "none"]);
  expect(asked).toEqual(["right"]);
});
