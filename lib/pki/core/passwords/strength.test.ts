import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { LEAST_PASSPHRASE_BITS, passphraseBits, passphraseOf } from "./strength.ts";

test("twenty random characters of the keyboard or ten dice words are enough, less is not", () => {
  const enough = [
    "q7$Vr!x2Lp@9mT^cW4z&",
    "cleft cam synod lacy yr wok stubborn onyx plaza quiet",
    "Ab3kQ9xZ2mN7pR5tV8wY1c",
    "correct-horse-battery-staple-lamp-weir-otter-velvet-climb-moss",
  ];
  for (const text of enough) expect(passphraseBits(text), text).toBeGreaterThanOrEqual(127.5);
  const short = [
    "a newer password",
    "correct horse battery staple",
    "word word word word word word word word word word word word",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "0123456789012345678901234567890123456789",
    "abababababababababababababababababab",
    "",
    "q7$Vr!x2Lp@9mT^cW4",
  ];
  for (const text of short) expect(passphraseBits(text), text).toBeLessThan(LEAST_PASSPHRASE_BITS);
});

test("what we make ourselves always is", () => {
  for (let round = 0; round < 500; round++)
    expect(passphraseBits(passphraseOf(randomBytes(20)))).toBeGreaterThan(LEAST_PASSPHRASE_BITS);
});
