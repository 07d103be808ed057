import type { Runtime } from "#lib/runtime.ts";
import { parseCertificate } from "./core/certificates/certificate.ts";
import { certificatesFromPem, toPem } from "./core/certificates/pem.ts";
import { ocspError } from "./core/revocation/create-ocsp-response.ts";
import { isIssuedBy, type OcspRequest } from "./core/revocation/ocsp-request.ts";
import { loadAuthorities, loadOcspResponse, newestCrl } from "./store.ts";

// What the addresses in our certificates answer. Everything was signed by the worker before.

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
  const issuers = rows.filter(({ kind }) => kind === "root" || kind === "issuing");
  const lists = await Promise.all(issuers.map(({ id }) => newestCrl(db, id)));
  return {
    roots: rows.filter(({ kind }) => kind === "root").map(({ certificateDer }) => certificateDer),
    crls: lists.flatMap((list) => (list ? [list.der] : [])),
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

/** The certificates above one, whoever issued it: from its issuer up to where its chain ends. DER each. */
export async function certificatesAbove(
  runtime: Runtime,
  { authorityId, chainPem }: { readonly authorityId: string | null; readonly chainPem: string | null },
): Promise<Uint8Array[]> {
  if (authorityId === null) return chainPem ? certificatesFromPem(chainPem) : [];
  const rows = await loadAuthorities(runtime.database.db);
  const chain: Uint8Array[] = [];
  let next = rows.find(({ id }) => id === authorityId);
  while (next && chain.length < rows.length) {
    chain.push(next.certificateDer);
    const { issuerId } = next;
    next = rows.find(({ id }) => id === issuerId);
  }
  return chain;
}

export interface Published {
  readonly der: Uint8Array;
  readonly nextUpdate: Date | null;
}

/** The newest revocation list of an authority. */
export async function publishedCrl(runtime: Runtime, authorityId: string): Promise<Published | null> {
  return newestCrl(runtime.database.db, authorityId);
}

/** The stored answer for the one certificate that is asked about; what was never published is `unauthorized`. */
export async function publishedOcsp(runtime: Runtime, request: OcspRequest): Promise<Published> {
  const [asked] = request.certIds;
  if (!asked || request.certIds.length !== 1) return { der: ocspError("malformedRequest"), nextUpdate: null };
  const rows = await loadAuthorities(runtime.database.db);
  const issuer = rows.find(
    ({ kind, certificateDer }) => kind === "issuing" && isIssuedBy(asked, parseCertificate(certificateDer)),
  );
  const found = issuer ? await loadOcspResponse(runtime.database.db, issuer.id, asked.serialHex) : null;
  return found ?? { der: ocspError("unauthorized"), nextUpdate: null };
}
