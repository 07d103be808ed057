import { expect, test } from "vitest";
import { fromUtf8 } from "#lib/bytes.ts";
import { base32, hotp, otpauthUri, timeStep, totpStep } from "./totp.ts";

const SECRET = fromUtf8("12345678901234567890");

// RFC 4226 appendix D.
test.each([
  "755224",
  "287082",
  "359152",
  "969429",
  "338314",
  "254676",
  "287922",
  "162583",
  "399871",
  "520489",
])("%s", (code) => {
  const codes = Array.from({ length: 10 }, (_, counter) => hotp(SECRET, counter));
  expect(codes).toContain(code);
});

// RFC 6238 appendix B, SHA-1; its eight digits end in our six.
test.each([
  [59, "94287082"],
  [1111111109, "07081804"],
  [1111111111, "14050471"],
  [1234567890, "89005924"],
  [2000000000, "69279037"],
  [20000000000, "65353130"],
])("at second %i it is %s", (seconds, code) => {
  const at = new Date(seconds * 1000);
  expect(hotp(SECRET, timeStep(at))).toBe(code.slice(2));
  expect(totpStep(SECRET, code.slice(2), at, 0)).toBe(timeStep(at));
});

test("a step to either side is taken, two are not, and none twice", () => {
  const at = new Date(1_234_567_890_000);
  const now = timeStep(at);
  for (const step of [now - 1, now, now + 1]) expect(totpStep(SECRET, hotp(SECRET, step), at, 0)).toBe(step);
  for (const step of [now - 2, now + 2]) expect(totpStep(SECRET, hotp(SECRET, step), at, 0)).toBeNull();
  expect(totpStep(SECRET, hotp(SECRET, now), at, now)).toBeNull();
  expect(totpStep(SECRET, hotp(SECRET, now - 1), at, now)).toBeNull();
});

// RFC 4648 §10.
test.each([
  ["f", "MY"],
  ["fo", "MZXQ"],
  ["foo", "MZXW6"],
  ["foob", "MZXW6YQ"],
  ["fooba", "MZXW6YTB"],
  ["foobar", "MZXW6YTBOI"],
])("%s is %s", (text, code) => expect(base32(fromUtf8(text))).toBe(code));

test("what an app scans says whose code it is", () => {
  expect(otpauthUri(SECRET, "Harbour: Studio", "ana@example.com")).toBe(
    "otpauth://totp/Harbour%20%20Studio:ana%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Harbour%20%20Studio",
  );
});
