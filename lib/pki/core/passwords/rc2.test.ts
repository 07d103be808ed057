import { expect, test } from "vitest";
import { fromHex, toHex } from "#lib/bytes.ts";
import { isRefusal } from "#lib/errors.ts";
import { decryptRc2Cbc } from "#lib/pki/core/passwords/rc2.ts";
import { opensslMakes, randomOctets } from "#lib/pki/core/testing.ts";

// RFC 2268 §5: key, effective bits, plaintext, ciphertext.
const VECTORS = [
  ["0000000000000000", 63, "0000000000000000", "ebb773f993278eff"],
  ["ffffffffffffffff", 64, "ffffffffffffffff", "278b27e42e2f0d49"],
  ["3000000000000000", 64, "1000000000000001", "30649edf9be7d2c2"],
  ["88", 64, "0000000000000000", "61a8a244adacccf0"],
  ["88bca90e90875a", 64, "0000000000000000", "6ccf4308974c267f"],
  ["88bca90e90875a7f0f79c384627bafb2", 64, "0000000000000000", "1a807d272bbe5db1"],
  ["88bca90e90875a7f0f79c384627bafb2", 128, "0000000000000000", "2269552ab0f85ca6"],
  [
    "88bca90e90875a7f0f79c384627bafb216f80a6f85920584c42fceb0be255daf1e",
    129,
    "0000000000000000",
    "5b78d3a43dfff1f1",
  ],
] as const;

test.each(VECTORS)("the vector of RFC 2268 with key %s and %i bits", (key, bits, plain, encrypted) => {
  const opened = decryptRc2Cbc(fromHex(key), bits, new Uint8Array(8), fromHex(encrypted));
  expect(toHex(opened)).toBe(plain);
});

test.each([
  ["rc2-cbc", 16, 128],
  ["rc2-40-cbc", 5, 40],
  ["rc2-64-cbc", 8, 64],
] as const)("what OpenSSL wrote with %s is read", (cipher, keyBytes, bits) => {
  const [key, iv, plain] = [randomOctets(keyBytes), randomOctets(8), randomOctets(64)];
  const args = ["-provider", "legacy", "-provider", "default", "-K", toHex(key), "-iv", toHex(iv), "-nopad"];
  const made = opensslMakes("out", ["enc", `-${cipher}`, ...args, "-in", "in", "-out", "out"], { in: plain });
  expect(toHex(decryptRc2Cbc(key, bits, iv, made))).toBe(toHex(plain));
});

test("half a block is refused", () => {
  try {
    decryptRc2Cbc(fromHex("88"), 64, new Uint8Array(8), new Uint8Array(12));
    expect.unreachable();
  } catch (error) {
    expect(isRefusal(error, "pki/malformed")).toBe(true);
  }
});
