import { constants, createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { expect, test } from "vitest";
import { fromUtf8, toHex } from "#lib/bytes.ts";
import { digestByOid, digestOf, schemeOf, signatureAlgorithmOf } from "#lib/pki/core/algorithms.ts";
import { integer, nullValue, oid, sequence, tagged } from "#lib/pki/core/asn1/der.ts";
import { isKeyOf, publicKeyFacts, verifySignature } from "#lib/pki/core/public-key.ts";
import { testKey } from "#lib/pki/core/testing.ts";

const message = fromUtf8("what was signed");
const spkiOf = (key: KeyObject) =>
  new Uint8Array(createPublicKey(key).export({ type: "spki", format: "der" }));
const algorithm = (id: string, parameters: Uint8Array | null = null) => ({
  oid: id,
  parameters,
  der: new Uint8Array(),
});
const SHA256 = sequence(oid("2.16.840.1.101.3.4.2.1"));
const SHA512 = sequence(oid("2.16.840.1.101.3.4.2.3"));
const pss = (hash: Uint8Array, mask: Uint8Array, salt: number) =>
  sequence(tagged(0, hash), tagged(1, sequence(oid("1.2.840.113549.1.1.8"), mask)), tagged(2, integer(salt)));

test.each([
  ["P-256", "1.2.840.10045.4.3.2", "sha256"],
  ["P-384", "1.2.840.10045.4.3.3", "sha384"],
  ["P-521", "1.2.840.10045.4.3.4", "sha512"],
  ["P-256", "2.16.840.1.101.3.4.3.10", "sha3-256"],
  ["brainpoolP256r1", "1.2.840.10045.4.3.2", "sha256"],
  ["brainpoolP512r1", "1.2.840.10045.4.3.4", "sha512"],
])("an ECDSA signature on %s verifies (%s)", (namedCurve, id, digest) => {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve });
  const signature = sign(digest, message, privateKey);
  expect(verifySignature(schemeOf(algorithm(id)), spkiOf(privateKey), message, signature)).toEqual({
    isValid: true,
    reason: null,
    isUnsupported: false,
    weaknesses: [],
  });
  signature[signature.length - 1]! ^= 1;
  expect(verifySignature(schemeOf(algorithm(id)), spkiOf(privateKey), message, signature).isValid).toBe(
    false,
  );
});

test("EdDSA signatures verify", () => {
  const ed25519 = generateKeyPairSync("ed25519").privateKey;
  const ed448 = generateKeyPairSync("ed448").privateKey;
  const check = (id: string, key: KeyObject) =>
    verifySignature(schemeOf(algorithm(id)), spkiOf(key), message, sign(null, message, key)).isValid;
  expect(check("1.3.101.112", ed25519)).toBe(true);
  expect(check("1.3.101.113", ed448)).toBe(true);
  expect(check("1.3.101.112", ed448)).toBe(false);
});

test("RSA signatures verify, with their digest in the algorithm or beside it", () => {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const signature = sign("sha256", message, privateKey);
  const plain = algorithm("1.2.840.113549.1.1.1", nullValue());
  expect(verifySignature(schemeOf(plain, "sha256"), spkiOf(privateKey), message, signature).isValid).toBe(
    true,
  );
  expect(verifySignature(schemeOf(plain, "sha384"), spkiOf(privateKey), message, signature).isValid).toBe(
    false,
  );
  expect(schemeOf(plain).kind).toBe("unsupported");
});

test("RSASSA-PSS verifies with equal digests and the stated salt only", () => {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const padding = constants.RSA_PKCS1_PSS_PADDING;
  const signature = sign("sha256", message, { key: privateKey, padding, saltLength: 32 });
  const check = (parameters: Uint8Array) =>
    verifySignature(
      schemeOf(algorithm("1.2.840.113549.1.1.10", parameters)),
      spkiOf(privateKey),
      message,
      signature,
    );
  expect(check(pss(SHA256, SHA256, 32)).isValid).toBe(true);
  expect(check(pss(SHA256, SHA256, 20)).isValid).toBe(false);
  expect(check(pss(SHA256, SHA512, 32))).toMatchObject({ isValid: false, isUnsupported: true });
  expect(schemeOf(algorithm("1.2.840.113549.1.1.10")).kind).toBe("unsupported");
});

test("SHA-1 and short RSA keys verify but are named as weak", () => {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 1024 });
  const check = verifySignature(
    schemeOf(algorithm("1.2.840.113549.1.1.5")),
    spkiOf(privateKey),
    message,
    sign("sha1", message, privateKey),
  );
  expect(check.isValid).toBe(true);
  expect(check.weaknesses.map(({ what }) => what)).toEqual(["SHA-1", "RSA of 1024 bits"]);
});

test("MD5 and DSA are refused with a reason", () => {
  const { privateKey } = generateKeyPairSync("dsa", { modulusLength: 2048, divisorLength: 256 });
  for (const [id, reason] of [
    ["1.2.840.113549.1.1.4", "RSA with MD5"],
    ["2.16.840.1.101.3.4.3.2", "DSA with SHA-256"],
    ["1.2.3.4", "1.2.3.4"],
  ] as const) {
    const check = verifySignature(schemeOf(algorithm(id)), spkiOf(privateKey), message, new Uint8Array(8));
    expect(check).toMatchObject({
      isValid: false,
      isUnsupported: true,
      reason: expect.stringContaining(reason),
    });
  }
  expect(digestByOid("1.2.840.113549.2.5")).toBeNull();
});

test("a key of another kind or that cannot be read is a finding", () => {
  const ecdsa = schemeOf(algorithm("1.2.840.10045.4.3.2"));
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  expect(verifySignature(ecdsa, spkiOf(privateKey), message, new Uint8Array(8)).reason).toContain(
    "key of type rsa",
  );
  expect(verifySignature(ecdsa, new Uint8Array(8), message, new Uint8Array(8)).isUnsupported).toBe(true);
  const curve = generateKeyPairSync("ec", { namedCurve: "secp256k1" }).privateKey;
  expect(verifySignature(ecdsa, spkiOf(curve), message, new Uint8Array(8)).reason).toContain("not accepted");
});

test("key sizes are those of the modulus and the field", () => {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 3072 });
  expect(publicKeyFacts(spkiOf(privateKey))).toMatchObject({ type: "rsa", sizeBits: 3072 });
  expect(isKeyOf(spkiOf(privateKey), "rsa-3072-sha256")).toBe(true);
  expect(isKeyOf(spkiOf(privateKey), "rsa-2048-sha256")).toBe(false);
  expect(isKeyOf(testKey("ecdsa-p384-sha384").publicKey, "ecdsa-p384-sha384")).toBe(true);
  expect(isKeyOf(testKey("ecdsa-p384-sha384").publicKey, "ecdsa-p256-sha256")).toBe(false);
});

test("every digest hashes to its size", () => {
  expect(toHex(digestOf("sha3-256", fromUtf8("abc")))).toBe(
    "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532",
  );
  expect(digestOf("shake256", message)).toHaveLength(64);
});

test("RSA algorithm identifiers carry NULL, ECDSA ones nothing", () => {
  expect(toHex(signatureAlgorithmOf("rsa-2048-sha256"))).toBe("300d06092a864886f70d01010b0500");
  expect(toHex(signatureAlgorithmOf("ecdsa-p256-sha256"))).toBe("300a06082a8648ce3d040302");
});
