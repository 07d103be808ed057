import type { WorkerContext } from "#lib/context.ts";
import type { ValidationData } from "#lib/pdf/dss.ts";
import { signatureFieldsOf } from "#lib/pdf/form.ts";
import type { PdfFile } from "#lib/pdf/reader.ts";
import { contentsOf } from "#lib/pdf/signature.ts";
import { OID } from "#lib/pki/core/asn1/oids.ts";
import {
  type Certificate,
  parseCertificate,
  readableCertificates,
} from "#lib/pki/core/certificates/certificate.ts";
import { type Cms, parseCms } from "#lib/pki/core/cms/parse-cms.ts";
import { parseTimestampToken } from "#lib/pki/core/timestamps/timestamp-token.ts";
import { fetchStatus } from "#lib/pki/foreign-status.ts";
import { publishCrl } from "#lib/pki/publish-crl.ts";
import { publishOcspResponse } from "#lib/pki/publish-ocsp-response.ts";

/**
 * Everything a stranger needs to validate each signature and time-stamp of a file without asking us: certificates,
 * and the status of each, as of now.
 *
 * @param extraTokens time-stamp tokens that are not in the file yet, DER: their authority's path goes in too.
 * @throws pki/status-unavailable when another's authority does not answer
 */
export async function collectValidationData(
  ctx: WorkerContext,
  file: PdfFile,
  extraTokens: readonly Uint8Array[] = [],
): Promise<ValidationData> {
  const { runtime } = ctx;
  const authorities = await runtime.authorities();
  const { root, issuing, ocsp } = authorities;
  const found = new Map<string, Certificate>();
  for (const certificate of certificatesIn(file, extraTokens)) found.set(certificate.sha256, certificate);
  const ours = new Set(
    [root, issuing, ocsp].map(({ certificateDer }) => parseCertificate(certificateDer).sha256),
  );
  const issuer = parseCertificate(issuing.certificateDer);
  const rootName = parseCertificate(root.certificateDer).subject.der;
  const ocspResponses: Uint8Array[] = [];
  const crls: Uint8Array[] = [await publishCrl(runtime, root, newestTime(file, extraTokens))];
  for (const certificate of found.values()) {
    if (ours.has(certificate.sha256) || sameBytes(certificate.issuer.der, rootName)) continue;
    if (sameBytes(certificate.issuer.der, issuer.subject.der))
      ocspResponses.push(await publishOcspResponse(runtime, authorities, certificate.der));
    else if (!certificate.isSelfIssued && !certificate.hasOcspNoCheck) {
      const by = [...found.values()].find(({ subject }) => sameBytes(subject.der, certificate.issuer.der));
      // A path that ends at an anchor we do not have is the reader's to trust.
      const status = by ? await fetchStatus(runtime, certificate, by) : null;
      if (status) (status.kind === "crl" ? crls : ocspResponses).push(status.der);
    }
  }
  const certificates = [...found.values()].map(({ der }) => der);
  return {
    certificates: [...certificates, ocsp.certificateDer, issuing.certificateDer, root.certificateDer],
    ocspResponses,
    crls,
  };
}

/**
 * What is needed to validate a time-stamp once another stands over it: its authority's path and status, as of now.
 *
 * @param token DER. @throws pki/status-unavailable when another's authority does not answer
 */
export async function collectTimestampStatus(ctx: WorkerContext, token: Uint8Array): Promise<ValidationData> {
  const { runtime } = ctx;
  const { root } = await runtime.authorities();
  const ours = parseCertificate(root.certificateDer);
  const found = readableCertificates(parseCms(token).certificates);
  const [crls, ocspResponses]: [Uint8Array[], Uint8Array[]] = [[], []];
  for (const certificate of found) {
    if (certificate.isSelfIssued) continue;
    if (sameBytes(certificate.issuer.der, ours.subject.der)) {
      crls.push(await publishCrl(runtime, root, parseTimestampToken(token).generatedAt));
      continue;
    }
    const by = found.find(({ subject }) => sameBytes(subject.der, certificate.issuer.der));
    const status = by ? await fetchStatus(runtime, certificate, by) : null;
    if (status) (status.kind === "crl" ? crls : ocspResponses).push(status.der);
  }
  const isOurs = found.some(({ issuer }) => sameBytes(issuer.der, ours.subject.der));
  const certificates = [...found.map(({ der }) => der), ...(isOurs ? [root.certificateDer] : [])];
  return { certificates, ocspResponses, crls };
}

const sameBytes = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;

function* certificatesIn(file: PdfFile, extraTokens: readonly Uint8Array[]): Generator<Certificate> {
  for (const cms of [...signaturesIn(file), ...extraTokens.map(parseCms)]) {
    yield* readableCertificates(cms.certificates);
    for (const token of signatureTimestampsIn(cms)) yield* readableCertificates(parseCms(token).certificates);
  }
}

const signaturesIn = (file: PdfFile): Cms[] =>
  signatureFieldsOf(file).map(({ signature }) => parseCms(contentsOf(file, signature)));

const signatureTimestampsIn = (cms: Cms): Uint8Array[] =>
  cms.signers.flatMap(({ unsignedAttributes }) =>
    unsignedAttributes
      .filter(({ oid }) => oid === OID.signatureTimestamp)
      .flatMap(({ values }) => [...values]),
  );

/** When the newest time-stamp was made: a status from before says too little. */
function newestTime(file: PdfFile, extraTokens: readonly Uint8Array[]): Date {
  const tokens = [...signaturesIn(file).flatMap(signatureTimestampsIn), ...extraTokens];
  const times = tokens.map((token) => parseTimestampToken(token).generatedAt.getTime());
  return new Date(Math.max(0, ...times));
}
