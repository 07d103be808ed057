import { sameName } from "#lib/pki/core/asn1/names.ts";
import type { Certificate } from "#lib/pki/core/certificates/certificate.ts";
import { buildChain, type Chain } from "#lib/pki/core/credentials/build-chain.ts";
import type { Finding } from "#lib/pki/core/findings.ts";
import type { TrustAnchor } from "#lib/pki/core/validation/path.ts";
import { type CertificateView, viewCertificate } from "#lib/pki/core/view/certificate-view.ts";
import { type BroughtCertificates, readCertificates } from "#lib/pki/core/view/read-any.ts";
import { shortName } from "#lib/pki/core/view/short-name.ts";

/** Who vouches for whom, up to where it ends. */
export interface ChainView {
  /** The certificate first. */
  readonly links: readonly { readonly who: string; readonly subjectText: string; readonly sha256: string }[];
  readonly endsAt: Chain["endsAt"];
  readonly findings: readonly Finding[];
}

/** What a file of certificates holds. */
export interface Inspection {
  readonly form: BroughtCertificates["form"];
  /** Holders first, then those who issued to them; at most 20. */
  readonly certificates: readonly (CertificateView & { readonly chain: ChainView })[];
  /** Beyond the 20. */
  readonly notShown: number;
  readonly unreadable: number;
}

export interface InspectionTerms {
  /** Certificates of this installation's authorities. */
  readonly ours: readonly Certificate[];
  readonly anchors: readonly TrustAnchor[];
  readonly at: Date;
}

const MAX_SHOWN = 20;

/**
 * Reads any certificates and tells what they say.
 *
 * @param bytes untrusted. Run it in a sandbox: a heap of large keys takes a while.
 * @throws what `readCertificates` throws
 */
export function inspectCertificates(bytes: Uint8Array, terms: InspectionTerms): Inspection {
  const { form, certificates, unreadable } = readCertificates(bytes);
  const isHolder = (one: Certificate) =>
    !certificates.some((other) => other !== one && sameName(other.issuer, one.subject));
  const ordered = [...certificates.filter(isHolder), ...certificates.filter((one) => !isHolder(one))];
  const shown = ordered.slice(0, MAX_SHOWN);
  const views = shown.map((certificate) => ({
    ...viewCertificate({ ...terms, certificate, heap: shown, revocation: null, isSigner: false }),
    chain: viewChain(certificate, shown, terms),
  }));
  return { form, certificates: views, notShown: ordered.length - shown.length, unreadable };
}

/** The chain of one certificate out of a heap and our own authorities. */
export function viewChain(
  certificate: Certificate,
  heap: readonly Certificate[],
  { ours, anchors, at }: InspectionTerms,
): ChainView {
  const { certificates, endsAt, findings } = buildChain({
    certificate,
    heap: [...heap, ...ours],
    anchors,
    at,
  });
  const links = certificates.map(({ subject, sha256 }) => ({
    who: shortName(subject),
    subjectText: subject.text,
    sha256,
  }));
  return { links, endsAt, findings };
}
