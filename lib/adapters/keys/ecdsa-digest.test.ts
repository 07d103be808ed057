import { createHash, generateKeyPairSync, randomBytes, verify } from "node:crypto";
import { expect, test } from "vitest";
import { toHex } from "#lib/bytes.ts";
import { signDigestEcdsa } from "./ecdsa-digest.ts";

const CURVES = [
  { curve: "P-256", hash: "sha256" },
  { curve: "P-384", hash: "sha384" },
];

test.for(CURVES)(
  "OpenSSL verifies a hundred of $curve, each over its own message only",
  ({ curve, hash }) => {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: curve });
    const nonces = new Set<string>();
    for (let count = 0; count < 100; count++) {
      const message = randomBytes(count);
      const signature = signDigestEcdsa(privateKey, createHash(hash).update(message).digest());
      expect(verify(hash, message, publicKey, signature)).toBe(true);
      expect(verify(hash, randomBytes(40), publicKey, signature)).toBe(false);
      nonces.add(toHex(signature.subarray(4, 4 + signature[3]!)));
    }
    // A nonce that comes twice gives the key away.
    expect(nonces.size).toBe(100);
  },
);

test("digests at both ends of what there is are signed", () => {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  for (const fill of [0, 0xff])
    expect(signDigestEcdsa(privateKey, new Uint8Array(32).fill(fill))[0]).toBe(0x30);
  expect(publicKey.asymmetricKeyDetails?.namedCurve).toBe("prime256v1");
});

test("a digest of another hash is refused", () => {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-384" });
  expect(() => signDigestEcdsa(privateKey, new Uint8Array(32))).toThrow(RangeError);
});
