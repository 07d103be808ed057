import type { WorkerContext } from "#lib/context.ts";
import type { ValidationData } from "#lib/pdf/dss.ts";
import { signatureFieldsOf } from "#lib/pdf/form.ts";
import type { PdfFile } from "#lib/pdf/reader.ts";
import { contentsOf } from "#lib/pdf/signature.ts";
import { OID } from "#lib/pki/core/asn1/oids.ts";
import { type Certificate, readableCertificates } from "#lib/pki/core/certificates/certificate.ts";
import { type Cms, parseCms } from "#lib/pki/core/cms/parse-cms.ts";
import { parseTimestampToken } from "#lib/pki/core/timestamps/timestamp-token.ts";
import { fetchStatus } from "#lib/pki/foreign-status.ts";
import { ownStatus } from "#lib/pki/own-status.ts";

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
  const found = new Map<string, Certificate>();
  for (const certificate of certificatesIn(file, extraTokens)) found.set(certificate.sha256, certificate);
  return collectStatus(ctx, [...found.values()], newestTime(file, extraTokens));
}

/**
 * What is needed to validate a time-stamp once another stands over it: its authority's path and status, as of now.
 *
 * @param token DER. @throws pki/status-unavailable when another's authority does not answer
 */
export async function collectTimestampStatus(ctx: WorkerContext, token: Uint8Array): Promise<ValidationData> {
  const found = readableCertificates(parseCms(token).certificates);
  return collectStatus(ctx, found, parseTimestampToken(token).generatedAt);
}

/**
 * The status of each certificate, as of now, with what is needed to check it.
 *
 * @param since what was said before that says too little. @throws pki/status-unavailable
 */
export async function collectStatus(
  { runtime }: WorkerContext,
  found: readonly Certificate[],
  since: Date,
): Promise<ValidationData> {
  const ocspResponses: Uint8Array[] = [];
  const crls: Uint8Array[] = [];
  const certificates = found.map(({ der }) => der);
  for (const certificate of found) {
    if (certificate.isSelfIssued) continue;
    const own = await ownStatus(runtime, certificate, since);
    if (own) {
      certificates.push(...own.certificates);
      ocspResponses.push(...own.ocspResponses);
      crls.push(...own.crls);
    } else if (!certificate.hasOcspNoCheck) {
      const by = found.find(({ subject }) => sameBytes(subject.der, certificate.issuer.der));
      // A path that ends at an anchor we do not have is the reader's to trust.
      const status = by ? await fetchStatus(runtime, certificate, by, since) : null;
      if (status) (status.kind === "crl" ? crls : ocspResponses).push(status.der);
    }
  }
  return { certificates: each(certificates), ocspResponses: each(ocspResponses), crls: each(crls) };
}

/** Each once. */
const each = (all: readonly Uint8Array[]): Uint8Array[] =>
  all.filter((one, index) => all.findIndex((other) => sameBytes(one, other)) === index);

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
