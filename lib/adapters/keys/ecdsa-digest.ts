import { createECDH, type KeyObject, randomBytes } from "node:crypto";
import { fromHex, toHex } from "#lib/bytes.ts";
import { ecdsaDer } from "./key-algorithms.ts";

/*
 * Signing a ready digest on a curve, which node:crypto cannot do: it always hashes. OpenSSL makes the nonce and its
 * point, in constant time. What is left are four numbers below the order; BigInt does not promise constant time, so
 * nonce and key only ever meet a random factor that nobody knows (docs/decisions/022).
 */

interface Curve {
  readonly bytes: number;
  readonly order: bigint;
}

/** By OpenSSL's names; the order of the base point (SEC 2 §2.4.2, §2.5.1). */
const CURVES: Readonly<Record<string, Curve>> = {
  prime256v1: {
    bytes: 32,
    order: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  },
  secp384r1: {
    bytes: 48,
    order:
      0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  },
};

/**
 * ECDSA of a hash that somebody else made (FIPS 186-5 §6.4.1, from step 3 on).
 *
 * @param digest as long as the curve's order. @returns r and s, DER (RFC 3279 §2.2.3).
 * @throws RangeError for a digest of another length: a caller's bug
 */
export function signDigestEcdsa(key: KeyObject, digest: Uint8Array): Uint8Array {
  const name = key.asymmetricKeyDetails!.namedCurve!;
  const { order, bytes } = CURVES[name]!;
  if (digest.length !== bytes) throw new RangeError("the digest is not as long as the curve's order");
  const d = numberOf(Buffer.from(key.export({ format: "jwk" }).d!, "base64url"));
  const e = numberOf(digest);
  for (;;) {
    const nonce = createECDH(name);
    const r = numberOf(nonce.generateKeys().subarray(1, 1 + bytes)) % order;
    const k = numberOf(nonce.getPrivateKey());
    const b = randomBelow(order, bytes);
    // s = (e + r·d) / k, with both sides of the division times b.
    const s = (inverse((k * b) % order, order) * ((b * e + ((b * r) % order) * d) % order)) % order;
    if (r !== 0n && s !== 0n) return ecdsaDer(fromHex(hexOf(r, bytes) + hexOf(s, bytes)));
  }
}

/** Sixteen bytes more than the order has, so that no number is likelier than another by more than 2^-128. */
const randomBelow = (order: bigint, bytes: number): bigint =>
  (numberOf(randomBytes(bytes + 16)) % (order - 1n)) + 1n;

/** Of a number that is random and unknown to everybody, so that the time this takes tells nothing. */
function inverse(value: bigint, modulus: bigint): bigint {
  let [a, b, x, y] = [value, modulus, 1n, 0n];
  while (b !== 0n) {
    const quotient = a / b;
    [a, b] = [b, a - quotient * b];
    [x, y] = [y, x - quotient * y];
  }
  return x < 0n ? x + modulus : x;
}

const numberOf = (bytes: Uint8Array): bigint => BigInt(`0x${toHex(bytes)}`);
const hexOf = (value: bigint, bytes: number): string => value.toString(16).padStart(bytes * 2, "0");
