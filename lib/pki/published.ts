import { equalBytes, toHex } from "#lib/bytes.ts";
import type { Runtime } from "#lib/runtime.ts";
import { answerAtHand } from "./answers-at-hand.ts";
import { chainOf } from "./authority-plan.ts";
import { parseCertificate } from "./core/certificates/certificate.ts";
import { certificatesFromPem, toPem } from "./core/certificates/pem.ts";
import { ocspError } from "./core/revocation/create-ocsp-response.ts";
import { type CertId, isIssuedBy, type OcspRequest } from "./core/revocation/ocsp-request.ts";
import { parseOcspResponse } from "./core/revocation/ocsp-response.ts";
import { askWorker } from "./status-desk.ts";
import { loadAuthorities, loadOcspResponse, loadSerial, newestCrl, newestCrls } from "./store.ts";

// What the addresses in our certificates answer. Everything is signed by the worker.

/** An authority's certificate, DER; null when there is none of that id. */
export async function publishedCertificate(
  runtime: Runtime,
  authorityId: string,
): Promise<Uint8Array | null> {
  const rows = await loadAuthorities(runtime.database.db);
  return rows.find(({ id }) => id === authorityId)?.certificateDer ?? null;
}

/** The installation's root, DER; null before the first start of a worker. */
export async function publishedRoot(runtime: Runtime): Promise<Uint8Array | null> {
  const rows = await loadAuthorities(runtime.database.db);
  return rows.find(({ kind, isActive }) => kind === "root" && isActive)?.certificateDer ?? null;
}

/** What a document of this installation is judged by: every root there was, and the newest revocation lists. */
export async function publishedTrust(
  runtime: Runtime,
): Promise<{ readonly roots: readonly Uint8Array[]; readonly crls: readonly Uint8Array[] }> {
  const { db } = runtime.database;
  const rows = await loadAuthorities(db);
  const crls = await newestCrls(db);
  return {
    roots: rows.filter(({ kind }) => kind === "root").map(({ certificateDer }) => certificateDer),
    crls,
  };
}

/** PEM: the certificates of the log's keys, the newest first, then those of issuing authorities. Empty before any. */
export async function publishedLogCertificates(runtime: Runtime): Promise<string> {
  const rows = await loadAuthorities(runtime.database.db);
  const of = (wanted: string) => rows.filter(({ kind }) => kind === wanted);
  return [...of("log"), ...of("issuing")].map(({ certificateDer }) => toPem(certificateDer)).join("");
}

/** Every authority's certificate there ever was, newest first. */
export async function publishedAuthorities(
  runtime: Runtime,
): Promise<{ readonly kind: string; readonly certificateDer: Uint8Array }[]> {
  return loadAuthorities(runtime.database.db);
}

/** From an authority up to and with its root, DER each: what goes with the certificates it issued. */
export async function certificateChain(
  runtime: Pick<Runtime, "database">,
  authorityId: string,
): Promise<Uint8Array[]> {
  const rows = await loadAuthorities(runtime.database.db);
  return chainOf(rows, { issuerId: authorityId });
}

/** The certificates above one, whoever issued it: from its issuer up to where its chain ends. DER each. */
export async function certificatesAbove(
  runtime: Runtime,
  { authorityId, chainPem }: { readonly authorityId: string | null; readonly chainPem: string | null },
): Promise<Uint8Array[]> {
  if (authorityId === null) return chainPem ? certificatesFromPem(chainPem) : [];
  return certificateChain(runtime, authorityId);
}

export interface Published {
  readonly der: Uint8Array;
  readonly thisUpdate: Date | null;
  readonly nextUpdate: Date | null;
}

/** The newest revocation list of an authority, or of one part of it. */
export async function publishedCrl(
  runtime: Runtime,
  authorityId: string,
  partition: number,
): Promise<Published | null> {
  return newestCrl(runtime.database.db, authorityId, partition);
}

/** When and for how long one of our authorities last answered about a certificate, and published a list it would be in. */
export async function publishedAnswers(
  { database }: Pick<Runtime, "database">,
  { authorityId, serial }: { readonly authorityId: string; readonly serial: string },
): Promise<readonly (Omit<Published, "der"> & { readonly source: "ocsp" | "crl" })[]> {
  const response = await loadOcspResponse(database.db, authorityId, serial);
  const partition = (await loadSerial(database.db, authorityId, serial))?.partition ?? 0;
  const list = await newestCrl(database.db, authorityId, partition);
  const dates = (source: "ocsp" | "crl", found: Published | null) =>
    found ? [{ source, thisUpdate: found.thisUpdate, nextUpdate: found.nextUpdate }] : [];
  return [...dates("ocsp", response), ...dates("crl", list)];
}

/** A stored answer is handed out until it has a day to live; then the worker makes another. */
const MARGIN_MS = 86_400_000;
const NOT_TO_KEEP = { thisUpdate: null, nextUpdate: null };

/**
 * The status of what is asked about: as stored when that will do, else made by the worker for this request. A
 * certificate that was revoked has no stored answer from before.
 */
export async function publishedOcsp(runtime: Runtime, request: OcspRequest): Promise<Published> {
  const { db } = runtime.database;
  const [asked] = request.certIds;
  const issuerId = asked ? await issuerOf(runtime, asked) : null;
  if (!asked || !issuerId) return { der: ocspError("unauthorized"), ...NOT_TO_KEEP };
  if (request.nonce === null && request.certIds.length === 1) {
    const { serialHex } = asked;
    const stored = await answerAtHand(runtime, `${issuerId} ${asked.digest} ${serialHex}`, async () => {
      const row = await loadOcspResponse(db, issuerId, serialHex);
      return row && isAbout(row.der, asked) ? row : null;
    });
    if (stored && stored.nextUpdate.getTime() - runtime.now().getTime() > MARGIN_MS) return stored;
    if (!stored && !(await loadSerial(db, issuerId, serialHex)))
      return { der: ocspError("unauthorized"), ...NOT_TO_KEEP };
  }
  const der = await askWorker(runtime, request);
  if (!der) return { der: ocspError("tryLater"), ...NOT_TO_KEEP };
  const made = request.nonce ? null : await loadOcspResponse(db, issuerId, asked.serialHex);
  return made ? { ...made, der } : { der, ...NOT_TO_KEEP };
}

/** Whether a response names the certificate the way it was asked for: by the same hashes. */
const isAbout = (der: Uint8Array, asked: CertId): boolean =>
  parseOcspResponse(der).singles.some(({ certId }) => equalBytes(certId.der, asked.der));

const issuers = new WeakMap<object, Map<string, string>>();

/** The issuing authority a request names by hashes of its name and key; null when it is none of ours. */
async function issuerOf({ database }: Runtime, certId: CertId): Promise<string | null> {
  const known = issuers.get(database) ?? new Map<string, string>();
  issuers.set(database, known);
  const name = `${certId.digest} ${certId.issuerNameHash} ${certId.issuerKeyHash}`;
  const found = known.get(name);
  if (found) return found;
  const rows = await loadAuthorities(database.db);
  const row = rows.find(
    ({ kind, certificateDer }) => kind === "issuing" && isIssuedBy(certId, parseCertificate(certificateDer)),
  );
  if (row) known.set(name, row.id);
  return row?.id ?? null;
}

/** Names a response for whoever keeps it (RFC 9110 §8.8.3). */
export const tagOf = (sha256: Uint8Array): string => `"${toHex(sha256).slice(0, 32)}"`;
