import { equalBytes } from "#lib/bytes.ts";
import type { WorkerRuntime } from "#lib/runtime.ts";
import { answerOcsp } from "./answer-ocsp.ts";
import { openAuthority } from "./authorities.ts";
import { type Certificate, parseCertificate } from "./core/certificates/certificate.ts";
import { certIdOf, createOcspRequest, parseOcspRequest } from "./core/revocation/ocsp-request.ts";
import { parseOcspResponse } from "./core/revocation/ocsp-response.ts";
import { publishCrl } from "./publish-crl.ts";
import { loadAuthorities } from "./store.ts";

/** What a document needs to keep of a certificate of ours. */
export interface OwnStatus {
  readonly certificates: readonly Uint8Array[];
  readonly ocspResponses: readonly Uint8Array[];
  readonly crls: readonly Uint8Array[];
}

/**
 * The status, as of now, of a certificate that one of our authorities issued, and of those above it; null when none
 * did.
 *
 * @param since a list of the root's from before that says too little.
 */
export async function ownStatus(
  runtime: WorkerRuntime,
  certificate: Certificate,
  since: Date,
): Promise<OwnStatus | null> {
  const rows = await loadAuthorities(runtime.database.db);
  const issuerRow = rows.find(({ kind, certificateDer }) => {
    if (kind !== "root" && kind !== "issuing") return false;
    const { subject, subjectKeyId } = parseCertificate(certificateDer);
    return (
      equalBytes(subject.der, certificate.issuer.der) &&
      (!certificate.authorityKeyId || certificate.authorityKeyId === subjectKeyId)
    );
  });
  if (!issuerRow) return null;
  const issuer = await openAuthority(runtime, rows, issuerRow);
  const above = [issuer.certificateDer, ...issuer.chain];
  const rootRow = issuerRow.kind === "root" ? issuerRow : rows.find(({ id }) => id === issuerRow.issuerId)!;
  const crls = [await publishCrl(runtime, await openAuthority(runtime, rows, rootRow), { since })];
  for (const cross of rows.filter(({ kind, subject }) => kind === "cross" && subject === rootRow.subject)) {
    const by = rows.find(({ id }) => id === cross.issuerId);
    if (by) crls.push(await publishCrl(runtime, await openAuthority(runtime, rows, by), { since }));
  }
  if (issuerRow.kind === "root" || certificate.hasOcspNoCheck)
    return { certificates: above, ocspResponses: [], crls };
  const certId = certIdOf(certificate, parseCertificate(issuer.certificateDer));
  const response = await answerOcsp(runtime, parseOcspRequest(createOcspRequest(certId, null)));
  const responder = parseOcspResponse(response).certificates;
  return { certificates: [...responder, ...above], ocspResponses: [response], crls };
}
