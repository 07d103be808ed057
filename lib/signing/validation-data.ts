import type { WorkerContext } from "#lib/context.ts";
import { isRefusal } from "#lib/errors.ts";
import type { ValidationData } from "#lib/pdf/dss.ts";
import { signatureFieldsOf } from "#lib/pdf/form.ts";
import type { PdfDict } from "#lib/pdf/objects.ts";
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
 * @param earlierBytes size of the file when others had signed it before it came here: what their authorities answer is
 *   kept, and nobody waits for those that do not.
 * @throws pki/status-unavailable when another's authority does not answer
 */
export async function collectValidationData(
  ctx: WorkerContext,
  file: PdfFile,
  { earlierBytes = 0 }: { readonly earlierBytes?: number } = {},
): Promise<ValidationData> {
  const all = signatureFieldsOf(file).map(({ signature }) => signature);
  const isEarlier = (signature: PdfDict) => endOf(file, signature) <= earlierBytes;
  const own = all.filter((signature) => !isEarlier(signature)).map((one) => cmsOf(file, one));
  const since = newestTime(own);
  const needed = distinct(own.flatMap((cms) => [...certificatesIn(cms)]));
  const data = await collectStatus(ctx, needed, since);
  const known = new Set(needed.map(({ sha256 }) => sha256));
  const others = distinct(all.filter(isEarlier).flatMap((one) => theirCertificates(file, one)));
  const theirs = others.filter(({ sha256 }) => !known.has(sha256));
  if (theirs.length === 0) return data;
  const more = await collectStatus(ctx, theirs, since, { isPatient: false });
  return {
    certificates: each([...data.certificates, ...more.certificates]),
    ocspResponses: each([...data.ocspResponses, ...more.ocspResponses]),
    crls: each([...data.crls, ...more.crls]),
  };
}

/** Where what a signature covers ends. */
function endOf(file: PdfFile, signature: PdfDict): number {
  const [, , from = 0, length = 0] = file
    .array(signature.get("ByteRange"))
    .map((one) => file.number(one) ?? 0);
  return from + length;
}

const distinct = (certificates: readonly Certificate[]): Certificate[] => [
  ...new Map(certificates.map((one) => [one.sha256, one])).values(),
];

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
 * @param since what was said before that says too little. @param isPatient false leaves out what cannot be had.
 * @throws pki/status-unavailable
 */
export async function collectStatus(
  { runtime }: WorkerContext,
  found: readonly Certificate[],
  since: Date,
  { isPatient = true }: { readonly isPatient?: boolean } = {},
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
      const status = by ? await statusBy(by, certificate) : null;
      if (status) (status.kind === "crl" ? crls : ocspResponses).push(status.der);
    }
  }
  return { certificates: each(certificates), ocspResponses: each(ocspResponses), crls: each(crls) };

  async function statusBy(by: Certificate, certificate: Certificate) {
    try {
      return await fetchStatus(runtime, certificate, by, since);
    } catch (error) {
      if (isPatient || !isRefusal(error)) throw error;
      return null;
    }
  }
}

/** Each once. */
const each = (all: readonly Uint8Array[]): Uint8Array[] =>
  all.filter((one, index) => all.findIndex((other) => sameBytes(one, other)) === index);

const sameBytes = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;

function* certificatesIn(cms: Cms): Generator<Certificate> {
  yield* readableCertificates(cms.certificates);
  for (const token of signatureTimestampsIn(cms)) yield* readableCertificates(parseCms(token).certificates);
}

/** None where what others wrote cannot be read: it is theirs, and nobody here can mend it. */
function theirCertificates(file: PdfFile, signature: PdfDict): Certificate[] {
  try {
    return [...certificatesIn(cmsOf(file, signature))];
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return [];
  }
}

const cmsOf = (file: PdfFile, signature: PdfDict): Cms => parseCms(contentsOf(file, signature));

const signatureTimestampsIn = (cms: Cms): Uint8Array[] =>
  cms.signers.flatMap(({ unsignedAttributes }) =>
    unsignedAttributes
      .filter(({ oid }) => oid === OID.signatureTimestamp)
      .flatMap(({ values }) => [...values]),
  );

/** When the newest time-stamp was made: a status from before says too little. */
function newestTime(signatures: readonly Cms[]): Date {
  const tokens = signatures.flatMap(signatureTimestampsIn);
  const times = tokens.map((token) => parseTimestampToken(token).generatedAt.getTime());
  return new Date(Math.max(0, ...times));
}
