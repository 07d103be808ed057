import { constants, createHash, type KeyObject, privateEncrypt, randomBytes } from "node:crypto";
import { concatBytes } from "#lib/bytes.ts";

/* Signing a ready digest, which node:crypto cannot do in one call: it always hashes. */

type Hash = "sha256" | "sha384" | "sha512";

/** RSASSA-PKCS1-v1_5 (RFC 8017 §8.2.1, from step 2 of its encoding on). @param info DigestInfo, DER. */
export const signDigestInfo = (key: KeyObject, info: Uint8Array): Uint8Array =>
  new Uint8Array(privateEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, info));

/** RSASSA-PSS with MGF1 and a salt as long as the digest, or as is told (RFC 8017 §8.1.1, §9.1.1). */
export function signDigestPss(
  key: KeyObject,
  hash: Hash,
  digest: Uint8Array,
  saltBytes = digest.length,
): Uint8Array {
  const size = key.asymmetricKeyDetails!.modulusLength! / 8;
  const salt = randomBytes(saltBytes);
  const seed = createHash(hash).update(new Uint8Array(8)).update(digest).update(salt).digest();
  const padding = new Uint8Array(size - digest.length - saltBytes - 2);
  const block = concatBytes([padding, Uint8Array.of(1), salt]);
  const masked = mask(hash, seed, block.length).map((byte, index) => byte ^ block[index]!);
  masked[0]! &= 0x7f;
  const encoded = concatBytes([masked, seed, Uint8Array.of(0xbc)]);
  return new Uint8Array(privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, encoded));
}

/** MGF1 (RFC 8017 §B.2.1). */
function mask(hash: Hash, seed: Uint8Array, size: number): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (let length = 0, counter = 0; length < size; counter++) {
    const block = createHash(hash)
      .update(seed)
      .update(Uint8Array.of(0, 0, 0, counter))
      .digest();
    blocks.push(block);
    length += block.length;
  }
  return concatBytes(blocks).slice(0, size);
}
