import { sha256, toHex } from "#lib/bytes.ts";
import { isRefusal } from "#lib/errors.ts";
import { type Certificate, parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { type Finding, warning } from "#lib/pki/core/findings.ts";
import type { SignatureCheck } from "#lib/pki/core/public-key.ts";
import { type Crl, parseCrl } from "#lib/pki/core/revocation/crl.ts";
import { type OcspResponse, parseOcspResponse } from "#lib/pki/core/revocation/ocsp-response.ts";
import { pkiError } from "#lib/pki/errors.ts";

/** Something found beside signatures: in a DSS, in a CMS, or fetched just now. */
export interface EvidenceItem {
  readonly der: Uint8Array;
  /**
   * Where the document first held it: the length of the document, in bytes, up to the end of that revision.
   * Null when it came from elsewhere, so that no document time-stamp proves its age.
   */
  readonly position: number | null;
}

/** What was read of it. */
export interface Known<Value> {
  readonly value: Value;
  readonly position: number | null;
}

/** All that may speak for or against certificates, read once and used for every signature of a document. */
export interface Evidence {
  readonly certificates: readonly Known<Certificate>[];
  readonly crls: readonly Known<Crl>[];
  readonly ocspResponses: readonly Known<OcspResponse>[];
  /** Items that could not be read. */
  readonly findings: readonly Finding[];
  /** Signatures of CRLs already verified: a long list is hashed once. */
  readonly crlChecks: Map<string, SignatureCheck>;
}

export interface EvidenceInput {
  readonly certificates: readonly EvidenceItem[];
  readonly crls: readonly EvidenceItem[];
  /** Whole OCSPResponses. */
  readonly ocspResponses: readonly EvidenceItem[];
}

const MAX_ITEMS = 5000;

/**
 * Reads evidence; what cannot be read becomes a finding and is left out.
 *
 * @throws pki/too-large when there are more than 5000 items of a kind
 */
export function readEvidence({ certificates, crls, ocspResponses }: EvidenceInput): Evidence {
  const findings: Finding[] = [];
  return {
    certificates: readItems(certificates, parseCertificate, "certificate", findings),
    crls: readItems(crls, parseCrl, "CRL", findings),
    ocspResponses: readItems(ocspResponses, parseOcspResponse, "OCSP response", findings),
    findings,
    crlChecks: new Map(),
  };
}

/** The same evidence with the certificates a signature carries. @param position of that signature. */
export function withCertificates(
  evidence: Evidence,
  ders: readonly Uint8Array[],
  position: number | null,
): Evidence {
  const items = ders.map((der) => ({ der, position }));
  // What was read already stays the same object, with what was found out of it since.
  const known = new Map(evidence.certificates.map(({ value }) => [value.sha256, value]));
  const read = (der: Uint8Array) => known.get(toHex(sha256(der))) ?? parseCertificate(der);
  const more = readItems(items, read, "certificate", []);
  return { ...evidence, certificates: earliest([...evidence.certificates, ...more]) };
}

function readItems<Value extends { readonly sha256: string }>(
  items: readonly EvidenceItem[],
  parse: (der: Uint8Array) => Value,
  what: string,
  findings: Finding[],
): Known<Value>[] {
  if (items.length > MAX_ITEMS)
    throw pkiError("too-large", `${items.length} times ${what}, limit ${MAX_ITEMS}`);
  const known = items.flatMap(({ der, position }): Known<Value>[] => {
    try {
      return [{ value: parse(der), position }];
    } catch (error) {
      if (!isRefusal(error)) throw error;
      findings.push(warning("evidence-unreadable", error.message));
      return [];
    }
  });
  return earliest(known);
}

/** Each thing once, where it first appeared. */
function earliest<Value extends { readonly sha256: string }>(items: readonly Known<Value>[]): Known<Value>[] {
  const found = new Map<string, Known<Value>>();
  for (const item of items) {
    const other = found.get(item.value.sha256);
    if (!other || isEarlier(item.position, other.position)) found.set(item.value.sha256, item);
  }
  return [...found.values()];
}

const isEarlier = (a: number | null, b: number | null): boolean => a !== null && (b === null || a < b);
