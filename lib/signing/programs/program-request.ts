import { z } from "zod";
import { fromBase64, fromHex, toBase64 } from "#lib/bytes.ts";
import { parsePublicId } from "#lib/ids.ts";
import { digestSizeBytes } from "#lib/pki/core/algorithms.ts";
import { TIMESTAMP_DIGESTS, type TimestampWanted } from "#lib/pki/timestamp-desk.ts";
import { HASH_OIDS, hashOf, PSS_SHA256_PARAMS, SIGN_OIDS, WITHOUT_HASH } from "#lib/ports/csc-names.ts";
import type { KeyAlgorithm } from "#lib/ports/keys.ts";
import { cscError, RESPONSE_MS } from "../core/program-signing.ts";

// What programs ask, in the words of CSC API 2.0 §11. Descriptions of refusals are the specification's.

type Body = Readonly<Record<string, unknown>>;
const MAX_HASHES = 200;

const wrong = (description: string) => cscError("malformed", description);
const missing = (type: string, name: string) => wrong(`Missing (or invalid type) ${type} parameter ${name}`);

/** @throws csc/malformed */
export function bodyOf(value: unknown): Body {
  const { success, data } = z.record(z.string(), z.unknown()).safeParse(value);
  if (!success) throw wrong("The request is no JSON object");
  return data;
}

/** @throws csc/malformed, credential-unknown */
export function keyIdIn(body: Body): string {
  const text = stringIn(body, "credentialID");
  const id = parsePublicId<string>("key", text);
  if (!id) throw cscError("credential-unknown", "no credential's id");
  return id;
}

function stringIn(body: Body, name: string): string {
  const value = body[name];
  if (typeof value !== "string" || value === "") throw missing("string", name);
  return value;
}

export type Certificates = "none" | "single" | "chain";

/** @throws csc/malformed */
export function certificatesIn({ certificates = "single" }: Body): Certificates {
  if (certificates === "none" || certificates === "single" || certificates === "chain") return certificates;
  throw wrong("Invalid parameter certificates");
}

/** What is to be authorized with a key that signs so. @throws csc/malformed */
export function authorizationIn(body: Body, algorithm: KeyAlgorithm) {
  const { numSignatures, authData } = body;
  if (!Number.isInteger(numSignatures)) throw missing("integer", "numSignatures");
  if (Number(numSignatures) < 1) throw wrong("Invalid value for parameter numSignatures");
  requireHash(stringIn(body, "hashAlgorithmOID"), algorithm);
  return { numSignatures: Number(numSignatures), hashes: hashesIn(body, algorithm), told: toldIn(authData) };
}

/** What a program tells of itself before it may sign. */
export interface Told {
  readonly pin: string | null;
  /** What it makes of a challenge, base64. */
  readonly answer: string | null;
}

function toldIn(authData: unknown): Told {
  const parsed = z.array(z.object({ id: z.string(), value: z.string().max(2000) })).safeParse(authData ?? []);
  if (!parsed.success) throw missing("array", "authData");
  const of = (wanted: string) => parsed.data.find(({ id }) => id === wanted)?.value ?? null;
  return { pin: of("PIN"), answer: of(CHALLENGE_ID) };
}

/** What is to be signed, by an authorization. @throws csc/malformed */
export function signingIn(body: Body, algorithm: KeyAlgorithm) {
  const sad = stringIn(body, "SAD");
  const hashes = hashesIn(body, algorithm);
  const signAlgo = stringIn(body, "signAlgo");
  if (!SIGN_OIDS[algorithm].includes(signAlgo)) throw wrong("Invalid parameter signAlgo");
  if (WITHOUT_HASH.includes(signAlgo)) requireHash(stringIn(body, "hashAlgorithmOID"), algorithm);
  const isPss = algorithm.startsWith("rsa-pss-");
  if (isPss && stringIn(body, "signAlgoParams") !== PSS_SHA256_PARAMS)
    throw wrong("Invalid parameter signAlgoParams");
  return { sad, hashes, responseMs: responseMsIn(body) };
}

/** For how long signatures are kept to be fetched; null where the program waits for them. */
function responseMsIn({ operationMode = "S", validity_period, response_uri }: Body): number | null {
  if (operationMode === "S") return null;
  if (operationMode !== "A") throw wrong("Invalid parameter operationMode");
  // Nobody is called back: an address that others choose is not asked from inside.
  if (response_uri !== undefined) throw wrong("Invalid parameter response_uri");
  if (validity_period === undefined) return RESPONSE_MS.usual;
  if (!Number.isInteger(validity_period)) throw wrong("Invalid parameter validity_period");
  const ms = Number(validity_period);
  if (ms < 1 || ms > RESPONSE_MS.most) throw wrong("Out of bounds parameter validity_period");
  return ms;
}

/** What a member's word is asked with. @throws csc/malformed */
export const handleIn = (body: Body): string => {
  if (typeof body.handle !== "string" || body.handle === "") throw wrong("Invalid parameter handle");
  return body.handle;
};

/** What signatures are fetched with. @throws csc/malformed */
export function requestIdIn(body: Body): string {
  // Whose they are, the program's token says.
  if (body.userID !== undefined && body.userID !== null) throw wrong("userID parameter SHALL be null");
  if (body.clientData !== undefined && typeof body.clientData !== "string")
    throw wrong("Invalid parameter clientData");
  return stringIn(body, "requestID");
}

/** The one that is answered with a signature over it. */
export const CHALLENGE_ID = "CHALLENGE";

/** @throws csc/malformed */
export const objectIdIn = (body: Body): string => stringIn(body, "authObjectID");

/** Of which authorization what is to be signed later. @throws csc/malformed */
export function extensionIn(body: Body, algorithm: KeyAlgorithm) {
  const sad = stringIn(body, "SAD");
  const hashes = hashesIn(body, algorithm);
  requireHash(stringIn(body, "hashAlgorithmOID"), algorithm);
  return { sad, hashes };
}

/**
 * What is to be time-stamped. Version 1 and 2 call the digest `hashAlgo`; who follows the other methods of version 2
 * calls it `hashAlgorithmOID`.
 *
 * @throws csc/malformed
 */
export function timestampIn(body: Body): TimestampWanted {
  const hash = stringIn(body, "hash");
  const name =
    body.hashAlgo === undefined && body.hashAlgorithmOID !== undefined ? "hashAlgorithmOID" : "hashAlgo";
  const digest = TIMESTAMP_DIGESTS.find((one) => TIMESTAMP_OIDS[one] === stringIn(body, name));
  if (!digest) throw wrong(`Invalid parameter ${name}`);
  if (hash.length > 200 || toBase64(fromBase64(hash)) !== hash)
    throw wrong("Invalid Base64 hash string parameter");
  const bytes = fromBase64(hash);
  if (bytes.length !== digestSizeBytes(digest)) throw wrong("Invalid digest value length");
  return { digest, hash: bytes, nonce: nonceIn(body) };
}

const TIMESTAMP_OIDS = { ...HASH_OIDS, sha512: "2.16.840.1.101.3.4.2.3" } as const;

/** A large number, written in decimal digits. */
function nonceIn({ nonce }: Body): Uint8Array | null {
  if (nonce === undefined) return null;
  if (typeof nonce !== "string") throw missing("string", "nonce");
  if (!/^\d{1,77}$/.test(nonce)) throw wrong("Invalid parameter nonce");
  const hex = BigInt(nonce).toString(16);
  return fromHex(hex.length % 2 ? `0${hex}` : hex);
}

function requireHash(oid: string, algorithm: KeyAlgorithm): void {
  if (oid !== HASH_OIDS[hashOf(algorithm).name]) throw wrong("Invalid parameter hashAlgorithmOID");
}

function hashesIn({ hashes }: Body, algorithm: KeyAlgorithm): string[] {
  if (!Array.isArray(hashes)) throw missing("array", "hashes");
  if (hashes.length === 0) throw wrong("Empty hash array");
  if (hashes.length > MAX_HASHES) throw cscError("number-too-high", `${hashes.length} hashes`);
  return hashes.map((hash: unknown) => {
    if (typeof hash !== "string" || hash.length > 200 || toBase64(fromBase64(hash)) !== hash)
      throw wrong("Invalid Base64 hash string parameter");
    if (fromBase64(hash).length !== hashOf(algorithm).sizeBytes) throw wrong("Invalid digest value length");
    return hash;
  });
}
