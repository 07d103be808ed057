import type { AuthorityCheck } from "#db/schema/keys.ts";
import { equalBytes, sha256, toHex } from "#lib/bytes.ts";
import { isRefusal } from "#lib/errors.ts";
import type { SigningKey } from "#lib/ports/keys.ts";
import type { WorkerRuntime } from "#lib/runtime.ts";
import { chainOf, nextOf } from "./authority-plan.ts";
import { WHEREOF_OID } from "./core/asn1/oids.ts";
import { type Certificate, parseCertificate } from "./core/certificates/certificate.ts";
import { createCrl } from "./core/revocation/create-crl.ts";
import { createOcspResponse } from "./core/revocation/create-ocsp-response.ts";
import { parseCrl, verifyCrl } from "./core/revocation/crl.ts";
import { certIdOf } from "./core/revocation/ocsp-request.ts";
import { parseOcspResponse } from "./core/revocation/ocsp-response.ts";
import { verifyOcspResponse } from "./core/revocation/verify-ocsp.ts";
import { signWith } from "./core/signed.ts";
import { CLAIMED_MS } from "./core/timestamps/clock.ts";
import { createTimestampToken } from "./core/timestamps/create-timestamp.ts";
import { encodeImprint } from "./core/timestamps/timestamp-request.ts";
import { parseTimestampToken, verifyTimestampToken } from "./core/timestamps/timestamp-token.ts";
import { findPath, trustAnchorOf } from "./core/validation/path.ts";
import type { AuthorityRow } from "./store.ts";

const MINUTE_MS = 60_000;

/** Nothing that was made stays. */
export class TrialFailed extends Error {
  readonly checks: readonly AuthorityCheck[];

  constructor(checks: readonly AuthorityCheck[]) {
    super("a new authority did not pass its trial");
    this.checks = checks;
  }
}

/** What failed, in a line each, as events say it. */
export const failedIn = (checks: readonly AuthorityCheck[]): string[] =>
  checks.filter(({ isGood }) => !isGood).map(({ of, name, found }) => `${of} ${name}: ${found}`);

/**
 * Tries what was just made in an exchange; with a root, what was made under it.
 *
 * @param rows all authorities, the new ones in use. @throws TrialFailed
 */
export async function tryMade(
  runtime: WorkerRuntime,
  rows: readonly AuthorityRow[],
  kind: AuthorityCheck["of"],
): Promise<AuthorityCheck[]> {
  const kinds = kind === "root" ? (["root", "issuing", "tsa"] as const) : [kind];
  const all: AuthorityCheck[] = [];
  for (const one of kinds) {
    all.push(...(await tryOne(runtime, nextOf(rows, one)!, rows)));
  }
  if (all.some(({ isGood }) => !isGood)) throw new TrialFailed(all);
  return all;
}

/** With its key, as the runtime opens it. @param rows all authorities, with this one among them */
export async function tryOne(
  runtime: WorkerRuntime,
  row: AuthorityRow,
  rows: readonly AuthorityRow[],
): Promise<AuthorityCheck[]> {
  const key = await runtime.keys.provider(row.keyProvider).open(row.keyId);
  return tryAuthority({ row, key }, rows, { random: runtime.random, now: runtime.now() });
}

export interface TriedAuthority {
  readonly row: AuthorityRow;
  readonly key: SigningKey;
}

/**
 * Has a new authority do once what it is for, and looks at it as a stranger would, before anything relies on it. What
 * it signs here is read and thrown away.
 *
 * @param rows all authorities, with the new one among them.
 */
export async function tryAuthority(
  { row, key }: TriedAuthority,
  rows: readonly AuthorityRow[],
  { random, now }: { readonly random: (bytes: number) => Uint8Array; readonly now: Date },
): Promise<AuthorityCheck[]> {
  const certificate = parseCertificate(row.certificateDer);
  const chain = chainOf(rows, row);
  const roots = rows.filter(({ kind }) => kind === "root").map(({ certificateDer }) => certificateDer);
  const anchors = roots.map(trustAnchorOf);
  const path = findPath({ certificate, candidates: chain.map(parseCertificate), anchors, at: now });
  const lives = certificate.notBefore <= now && certificate.notAfter > now;
  const used = await attempt(() => useOnce({ row, key, certificate, chain, now, random }));
  const check = (name: AuthorityCheck["name"], isGood: boolean, found: string): AuthorityCheck => ({
    ...{ of: row.kind as AuthorityCheck["of"], name, isGood, found },
  });
  return [
    check("key", equalBytes(certificate.publicKey, key.publicKey), key.algorithm),
    check("chain", path.isValid, path.path.map(({ subject }) => subject.text).join(" ← ")),
    check("life", lives, certificate.notAfter.toISOString()),
    check("usage", used.isFit, usageOf(certificate)),
    check("signature", used.isGood, used.refusal ?? certificate.sha256),
  ];
}

const usageOf = ({ keyUsage, extendedKeyUsage }: Certificate) =>
  [...(keyUsage ?? []), ...(extendedKeyUsage ?? [])].join(", ");

interface Use extends TriedAuthority {
  readonly certificate: Certificate;
  readonly chain: readonly Uint8Array[];
  readonly now: Date;
  readonly random: (bytes: number) => Uint8Array;
}

interface Used {
  /** What it signed verifies. */
  readonly isGood: boolean;
  /** Its certificate lets it sign such a thing. */
  readonly isFit: boolean;
  /** Why it signed nothing. */
  readonly refusal?: string;
}

async function attempt(use: () => Promise<Used>): Promise<Used> {
  try {
    return await use();
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { isGood: false, isFit: false, refusal: error.code };
  }
}

async function useOnce(use: Use): Promise<Used> {
  const { row, key, certificate } = use;
  if (row.kind === "tsa") return stampOnce(use);
  if (row.kind === "ocsp") return answerOnce(use);
  if (row.kind === "root" || row.kind === "issuing") return listOnce(use);
  await signWith(key, use.random(32));
  return { isGood: true, isFit: certificate.keyUsage?.includes("digitalSignature") ?? false };
}

async function stampOnce({ row, key, chain, now, random }: Use): Promise<Used> {
  const hash = sha256(random(32));
  const imprintDer = encodeImprint("sha256", hash);
  const wanted = { imprintDer, nonceDer: null, wantsCertificates: true };
  const accuracySeconds = CLAIMED_MS / 1000;
  const tsa = { certificateDer: row.certificateDer, chain, key, policy: WHEREOF_OID.timestampPolicy };
  const token = await createTimestampToken(wanted, { ...tsa, accuracySeconds }, random(16), now);
  const { subIndication, signer } = verifyTimestampToken(parseTimestampToken(token), hash);
  return { isGood: signer?.sha256 === row.certificateSha256, isFit: subIndication === null };
}

/** About its own certificate, which its issuer issued too. */
async function answerOnce({ row, key, certificate, chain, now }: Use): Promise<Used> {
  const issuer = parseCertificate(chain[0]!);
  const certId = certIdOf(certificate, issuer);
  const times = { producedAt: now, thisUpdate: now, nextUpdate: new Date(now.getTime() + MINUTE_MS) };
  const answers = [{ certId, status: { kind: "good" } }] as const;
  const request = { ...times, answers, responderDer: row.certificateDer, nonce: null };
  const response = parseOcspResponse(await createOcspResponse(request, key));
  const read = verifyOcspResponse(response, certificate, issuer);
  const isOwn = read.isValid && read.responder !== null;
  return {
    isGood: isOwn && toHex(sha256(read.responder!.der)) === row.certificateSha256,
    isFit: read.isValid,
  };
}

async function listOnce({ row, key, certificate, now }: Use): Promise<Used> {
  const times = { thisUpdate: now, nextUpdate: new Date(now.getTime() + MINUTE_MS) };
  const list = { ...times, issuerDer: row.certificateDer, number: 1, revoked: [] };
  const { isValid } = verifyCrl(parseCrl(await createCrl(list, key)), certificate);
  const uses = certificate.keyUsage ?? [];
  return { isGood: isValid, isFit: uses.includes("keyCertSign") && uses.includes("crlSign") };
}
