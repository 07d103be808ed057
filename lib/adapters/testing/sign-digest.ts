import { createECDH, createHmac, type KeyObject } from "node:crypto";
import { concatBytes, fromHex, toHex } from "#lib/bytes.ts";
import { signDigestInfo, signDigestPss } from "../keys/rsa-digest.ts";

export { signDigestPss };

/*
 * Signing a ready digest, which node:crypto cannot do: it always hashes. For test doubles only: the arithmetic
 * does not run in constant time.
 */

export type Hash = "sha256" | "sha384" | "sha512";

const DIGEST_BYTES: Record<Hash, number> = { sha256: 32, sha384: 48, sha512: 64 };
export const digestBytes = (hash: Hash): number => DIGEST_BYTES[hash];

/** RSASSA-PKCS1-v1_5 (RFC 8017 §8.2.1, from step 2 of its encoding on). */
export const signDigestPkcs1 = (key: KeyObject, hash: Hash, digest: Uint8Array): Uint8Array =>
  signDigestInfo(key, concatBytes([fromHex(DIGEST_INFO[hash]), digest]));

/** DigestInfo up to the digest itself (RFC 8017 §9.2, note 1). */
const DIGEST_INFO: Record<Hash, string> = {
  sha256: "3031300d060960864801650304020105000420",
  sha384: "3041300d060960864801650304020205000430",
  sha512: "3051300d060960864801650304020305000440",
};

interface Curve {
  readonly name: string;
  readonly bytes: number;
  readonly order: bigint;
}

/** Curve names of OpenSSL and group orders (SEC 2 §2.4.2, §2.5.1). */
const CURVES: Record<string, Curve> = {
  prime256v1: {
    name: "prime256v1",
    bytes: 32,
    order: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  },
  secp384r1: {
    name: "secp384r1",
    bytes: 48,
    order:
      0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  },
};

/** ECDSA with the nonce of RFC 6979 §3.2; r and s in DER (RFC 3279 §2.2.3). The digest is as long as the order. */
export function signDigestEcdsa(key: KeyObject, hash: Hash, digest: Uint8Array): Uint8Array {
  const curve = CURVES[key.asymmetricKeyDetails!.namedCurve!]!;
  const { order, bytes } = curve;
  if (digest.length !== bytes) throw new RangeError("the digest is not as long as the curve's order");
  const secret = Buffer.from(key.export({ format: "jwk" }).d!, "base64url");
  const [d, z] = [toNumber(secret), toNumber(digest)];
  for (const nonce of nonces(hash, toBytes(d, bytes), toBytes(z % order, bytes))) {
    const k = toNumber(nonce);
    if (k === 0n || k >= order) continue;
    const r = toNumber(multiplyBase(curve, nonce)) % order;
    const s = (inverse(k, order) * ((z + r * d) % order)) % order;
    if (r !== 0n && s !== 0n) return derSequence([r, s]);
  }
  throw new Error("unreachable: nonces do not end");
}

/** The x of k·G: a public key is its private key times the base point. */
function multiplyBase(curve: Curve, k: Uint8Array): Uint8Array {
  const pair = createECDH(curve.name);
  pair.setPrivateKey(k);
  return pair.getPublicKey().subarray(1, 1 + curve.bytes);
}

function* nonces(hash: Hash, secret: Uint8Array, digest: Uint8Array): Generator<Uint8Array> {
  const size = DIGEST_BYTES[hash];
  const hmac = (key: Uint8Array, ...parts: Uint8Array[]) =>
    createHmac(hash, key).update(concatBytes(parts)).digest();
  let v: Uint8Array = new Uint8Array(size).fill(1);
  let k: Uint8Array = new Uint8Array(size);
  for (const step of [0, 1]) {
    k = hmac(k, v, Uint8Array.of(step), secret, digest);
    v = hmac(k, v);
  }
  for (;;) {
    v = hmac(k, v);
    yield v;
    k = hmac(k, v, Uint8Array.of(0));
    v = hmac(k, v);
  }
}

/** By Fermat: the modulus is prime. */
function inverse(value: bigint, modulus: bigint): bigint {
  let [result, base] = [1n, value % modulus];
  for (let exponent = modulus - 2n; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % modulus;
    base = (base * base) % modulus;
  }
  return result;
}

const toNumber = (bytes: Uint8Array): bigint => BigInt(`0x${toHex(bytes)}`);
const toBytes = (value: bigint, size: number): Uint8Array =>
  fromHex(value.toString(16).padStart(size * 2, "0"));

function derSequence(values: readonly bigint[]): Uint8Array {
  const content = concatBytes(values.map(derInteger));
  return concatBytes([Uint8Array.of(0x30, content.length), content]);
}

function derInteger(value: bigint): Uint8Array {
  const hex = value.toString(16);
  const bytes = fromHex(hex.padStart(hex.length + (hex.length % 2), "0"));
  const content = bytes[0]! > 0x7f ? concatBytes([Uint8Array.of(0), bytes]) : bytes;
  return concatBytes([Uint8Array.of(0x02, content.length), content]);
}
