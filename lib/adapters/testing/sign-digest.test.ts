import {
  constants,
  createECDH,
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  verify,
} from "node:crypto";
import { describe, expect, test } from "vitest";
import { fromHex, toHex } from "#lib/bytes.ts";
import { type Hash, signDigestEcdsa, signDigestPkcs1, signDigestPss } from "./sign-digest.ts";

const digestOf = (hash: Hash, message: Uint8Array) => createHash(hash).update(message).digest();

/** The key pair with that private number. */
function ecKey(curve: string, d: string) {
  const pair = createECDH({ "P-256": "prime256v1", "P-384": "secp384r1" }[curve]!);
  pair.setPrivateKey(fromHex(d));
  const [point, size] = [pair.getPublicKey(), d.length / 2];
  const part = (bytes: Buffer) => bytes.toString("base64url");
  const [x, y] = [part(point.subarray(1, 1 + size)), part(point.subarray(1 + size))];
  const key = { kty: "EC", crv: curve, d: part(Buffer.from(d, "hex")), x, y };
  return createPrivateKey({ key, format: "jwk" });
}

/** r and s of the signatures of "sample" in RFC 6979 §A.2.5 and §A.2.6. */
const PUBLISHED = [
  {
    curve: "P-256",
    hash: "sha256" as const,
    d: "c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721",
    r: "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716",
    s: "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
  },
  {
    curve: "P-384",
    hash: "sha384" as const,
    d: "6b9d3dad2e1b8c1c05b19875b6659f4de23c3b667bf297ba9aa47740787137d896d5724e4c70a825f872c9ea60d2edf5",
    r: "94edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa73d64c4ea95ad133c81a648152e44acf96e36dd1e80fabe46",
    s: "99ef4aeb15f178cea1fe40db2603138f130e740a19624526203b6351d0a3a94fa329c145786e679e7b82c71a38628ac8",
  },
];

test.for(PUBLISHED)("ECDSA $curve gives the signature RFC 6979 prints", ({ curve, hash, d, r, s }) => {
  const signature = toHex(signDigestEcdsa(ecKey(curve, d), hash, digestOf(hash, Buffer.from("sample"))));
  const size = d.length / 2;
  const integer = (hex: string) => `02${(size + 1).toString(16)}00${hex}`;
  expect(signature).toBe(`30${(2 * size + 6).toString(16)}${integer(r)}${integer(s)}`);
});

describe("OpenSSL verifies", () => {
  test.for(PUBLISHED)("ECDSA $curve of a hundred messages", ({ curve, hash }) => {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: curve });
    for (let count = 0; count < 100; count++) {
      const message = randomBytes(count);
      const signature = signDigestEcdsa(privateKey, hash, digestOf(hash, message));
      expect(verify(hash, message, publicKey, signature)).toBe(true);
      expect(verify(hash, randomBytes(40), publicKey, signature)).toBe(false);
    }
  });

  test.for(["sha256", "sha384", "sha512"] as const)("RSA with %s, PKCS#1 and PSS", (hash) => {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const key = createPublicKey(privateKey);
    const message = randomBytes(100);
    const digest = digestOf(hash, message);
    expect(verify(hash, message, key, signDigestPkcs1(privateKey, hash, digest))).toBe(true);

    const pss = { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: digest.length };
    for (let count = 0; count < 20; count++) {
      expect(verify(hash, message, pss, signDigestPss(privateKey, hash, digest))).toBe(true);
    }
    expect(verify(hash, randomBytes(3), pss, signDigestPss(privateKey, hash, digest))).toBe(false);
  });
});
