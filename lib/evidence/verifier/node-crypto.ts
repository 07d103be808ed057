import { readDer } from "#lib/pki/core/asn1/read-der.ts";
import type { Digester, DigestName } from "./digests.ts";
import { holds, type SignatureQuestion, watchedDigester } from "./settle.ts";

// What our checks use of node:crypto, on the browser's WebCrypto. Built into the offline page in its place.

const DIGESTS: readonly string[] = ["sha1", "sha256", "sha384", "sha512"];
const WEB_DIGESTS: Record<string, string> = {
  sha1: "SHA-1",
  sha256: "SHA-256",
  sha384: "SHA-384",
  sha512: "SHA-512",
};

export class Hash {
  readonly #digester: Digester;

  constructor(digester: Digester) {
    this.#digester = digester;
  }

  update(bytes: Uint8Array): this {
    this.#digester.update(bytes);
    return this;
  }

  copy(): Hash {
    return new Hash(this.#digester.copy());
  }

  digest(encoding?: "hex"): Uint8Array | string {
    const digest = this.#digester.digest();
    if (encoding !== "hex") return digest;
    return Array.from(digest, (octet) => octet.toString(16).padStart(2, "0")).join("");
  }
}

export function createHash(name: string): Hash {
  if (!DIGESTS.includes(name)) throw new Error(`this page does not compute ${name}`);
  return new Hash(watchedDigester(name as DigestName));
}

/** A digest in one go, as bytes; of a copy, since callers use their memory again. */
export const hash = (name: string, bytes: Uint8Array): Uint8Array =>
  createHash(name).update(bytes.slice()).digest() as Uint8Array;

export function timingSafeEqual(a: Uint8Array, b: Uint8Array): boolean {
  let difference = 0;
  for (let index = 0; index < a.length; index++) difference |= a[index]! ^ b[index]!;
  return difference === 0;
}

export const constants = { RSA_PKCS1_PADDING: 1, RSA_PKCS1_PSS_PADDING: 6 } as const;

/** A public key by its SubjectPublicKeyInfo. */
export interface KeyObject {
  readonly spki: Uint8Array;
  /** Left out for keys that are on no curve of WebCrypto's. */
  readonly asymmetricKeyDetails?: { readonly namedCurve: string };
}

export const createPublicKey = ({ key }: { readonly key: Uint8Array }): KeyObject => {
  const spki = Uint8Array.from(key);
  const curve = curveOf(spki);
  return { spki, ...(curve ? { asymmetricKeyDetails: { namedCurve: curve.nodeName } } : {}) };
};

interface VerifyKey {
  readonly key?: KeyObject;
  readonly spki?: Uint8Array;
  readonly padding?: number;
  readonly saltLength?: number;
  readonly dsaEncoding?: "der";
}

/** Whether a signature holds: see settle.ts for when. */
export function verify(
  digest: string | null,
  message: Uint8Array,
  key: VerifyKey,
  signature: Uint8Array,
): boolean {
  const spki = key.key?.spki ?? key.spki;
  const question = spki ? questionOf(digest, message, key, spki, signature) : null;
  return question ? holds(question) : false;
}

function questionOf(
  digest: string | null,
  message: Uint8Array,
  { padding, saltLength, dsaEncoding }: VerifyKey,
  spki: Uint8Array,
  signature: Uint8Array,
): SignatureQuestion | null {
  if (digest === null) {
    const algorithm = { name: "Ed25519" };
    return { algorithm, how: algorithm, spki, message, signature };
  }
  const hash = WEB_DIGESTS[digest];
  if (!hash) return null;
  if (dsaEncoding === "der") return ecdsaQuestion(hash, message, spki, signature);
  if (padding === constants.RSA_PKCS1_PSS_PADDING) {
    const how = { name: "RSA-PSS", saltLength: saltLength ?? 0 };
    return { algorithm: { name: "RSA-PSS", hash }, how, spki, message, signature };
  }
  const name = "RSASSA-PKCS1-v1_5";
  return { algorithm: { name, hash }, how: { name }, spki, message, signature };
}

/** Object identifiers of the curves WebCrypto knows, as DER, and the size of a coordinate. */
const CURVES = [
  { name: "P-256", nodeName: "prime256v1", oid: "06082a8648ce3d030107", sizeBytes: 32 },
  { name: "P-384", nodeName: "secp384r1", oid: "06052b81040022", sizeBytes: 48 },
  { name: "P-521", nodeName: "secp521r1", oid: "06052b81040023", sizeBytes: 66 },
];

function curveOf(spki: Uint8Array) {
  const head = Array.from(spki.subarray(0, 40), (octet) => octet.toString(16).padStart(2, "0")).join("");
  return CURVES.find(({ oid }) => head.includes(oid));
}

function ecdsaQuestion(
  hash: string,
  message: Uint8Array,
  spki: Uint8Array,
  der: Uint8Array,
): SignatureQuestion | null {
  const curve = curveOf(spki);
  const signature = curve && flat(der, curve.sizeBytes);
  if (!curve || !signature) return null;
  const algorithm = { name: "ECDSA", namedCurve: curve.name };
  return { algorithm, how: { name: "ECDSA", hash }, spki, message, signature };
}

/** Both numbers of an ECDSA signature one after the other, from their DER (RFC 3279 §2.2.3). */
function flat(der: Uint8Array, sizeBytes: number): Uint8Array | null {
  const whole = readDer(der, "ECDSA signature", 200);
  const numbers: Uint8Array[] = [];
  for (let rest = whole.content; rest.length > 0; ) {
    const length = 2 + (rest[1] ?? 0);
    const number = readDer(rest.subarray(0, length), "ECDSA signature", 100);
    const first = number.content.findIndex((octet) => octet !== 0);
    numbers.push(number.content.subarray(first < 0 ? number.content.length : first));
    rest = rest.subarray(length);
  }
  const [r, s] = numbers;
  if (!r || !s || numbers.length !== 2 || r.length > sizeBytes || s.length > sizeBytes) return null;
  const both = new Uint8Array(sizeBytes * 2);
  both.set(r, sizeBytes - r.length);
  both.set(s, sizeBytes * 2 - s.length);
  return both;
}

const notHere = (): never => {
  throw new Error("this page does not decrypt");
};
export const createCipheriv = notHere;
export const createDecipheriv = notHere;
