import { equalBytes, toHex } from "#lib/bytes.ts";
import type { Weakness } from "#lib/pki/core/algorithms.ts";
import { type Name, sameName } from "#lib/pki/core/asn1/names.ts";
import { type Certificate, parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import type { SignatureCheck } from "#lib/pki/core/public-key.ts";
import { verifySigned } from "#lib/pki/core/signed.ts";
import { type ChainProblem, chainProblem } from "#lib/pki/core/validation/chain.ts";

/** Where a path may end: a name and a key, believed as they are. @see RFC 5280 §6.1.1 (d) */
export interface TrustAnchor {
  readonly subject: Name;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array;
  /** The certificate it was taken from, for the report. */
  readonly certificate: Certificate | null;
  /** The list that vouches for it; without one, whoever asks does. */
  readonly listing?: AnchorListing;
}

/** What a list of trusted services says of an anchor. */
export interface AnchorListing {
  /** `Trusted list of ES`. */
  readonly list: string;
  readonly service: string;
  readonly provider: string;
  readonly use: "signing" | "timestamping";
  /** The anchor counts from then on, and until then; null without an end. */
  readonly grantedFrom: Date | null;
  readonly grantedUntil: Date | null;
}

/** A path from a certificate to a trust anchor, or why there is none. */
export type PathResult =
  | {
      readonly isValid: true;
      /** The certificate first; the anchor's own certificate is not part of it. */
      readonly path: readonly Certificate[];
      readonly anchor: TrustAnchor;
      /** The certificate is itself a trust anchor, so nobody vouches for it and nobody can revoke it. */
      readonly isAnchorItself: boolean;
      /** Of each signature in the path, beside the certificate it is on. */
      readonly weaknesses: readonly { readonly certificate: Certificate; readonly weakness: Weakness }[];
    }
  | { readonly isValid: false; readonly problem: PathProblem; readonly path: readonly Certificate[] };

export type PathProblem =
  | ChainProblem
  | { readonly kind: "no-path"; readonly certificate: null; readonly message: string };

export interface PathRequest {
  readonly certificate: Certificate;
  readonly candidates: readonly Certificate[];
  readonly anchors: readonly TrustAnchor[];
  /** The instant at which every certificate of the path must be valid. */
  readonly at: Date;
}

interface Search extends PathRequest {
  readonly checks: Map<string, SignatureCheck>;
  /** The first path that reached an anchor and did not hold. */
  failed: { problem: ChainProblem; path: readonly Certificate[] } | null;
  longest: readonly Certificate[];
  /** Certificates looked at from, in all paths together. */
  steps: number;
}

const MAX_LENGTH = 10;
const MAX_SIGNATURES = 200;
const MAX_STEPS = 200;

/** A trust anchor from its certificate. @param der trusted by the operator. @throws pki/malformed */
export function trustAnchorOf(der: Uint8Array): TrustAnchor {
  const certificate = parseCertificate(der);
  return { subject: certificate.subject, publicKey: certificate.publicKey, certificate };
}

/** A trust anchor that a list names. @throws pki/malformed */
export const listedAnchorOf = (der: Uint8Array, listing: AnchorListing): TrustAnchor => ({
  ...trustAnchorOf(der),
  listing,
});

/** The anchors that may end paths of signers, or of time-stamping authorities. */
export const anchorsFor = (anchors: readonly TrustAnchor[], use: AnchorListing["use"]): TrustAnchor[] =>
  anchors.filter(({ listing }) => !listing || listing.use === use);

function isGrantedAt({ listing }: TrustAnchor, at: Date): boolean {
  if (!listing) return true;
  const { grantedFrom, grantedUntil } = listing;
  return (!grantedFrom || grantedFrom <= at) && (!grantedUntil || at < grantedUntil);
}

/**
 * Looks for a path that holds at one instant, within bounds: at most 10 certificates, 200 signatures and 200
 * steps.
 *
 * Revocation is not looked at. A problem is a finding, not a throw.
 *
 * @see RFC 5280 §6.1, RFC 4158
 */
export function findPath(request: PathRequest): PathResult {
  const anchors = request.anchors.filter((anchor) => isGrantedAt(anchor, request.at));
  const search: Search = {
    ...{ ...request, anchors },
    checks: new Map(),
    failed: null,
    longest: [request.certificate],
    steps: 0,
  };
  const own = anchors.find((anchor) => isSameKey(anchor, request.certificate));
  if (own) return anchored(search, own);
  const found = extend(search, [request.certificate]);
  if (found) return found;
  if (search.failed) return { isValid: false, ...search.failed };
  const isTooWide = search.checks.size >= MAX_SIGNATURES || search.steps >= MAX_STEPS;
  const message = isTooWide ? "too many certificates to try" : "no path leads to a trust anchor";
  return { isValid: false, problem: { kind: "no-path", certificate: null, message }, path: search.longest };
}

function anchored({ certificate, at }: Search, anchor: TrustAnchor): PathResult {
  const path = [certificate];
  const problem = chainProblem(path, at);
  return problem
    ? { isValid: false, problem, path }
    : { isValid: true, path, anchor, isAnchorItself: true, weaknesses: [] };
}

function extend(search: Search, path: readonly Certificate[]): PathResult | null {
  const top = path.at(-1)!;
  if (path.length > search.longest.length) search.longest = path;
  for (const anchor of byLikelihood(top, search.anchors)) {
    if (!isSignedBy(search, top, anchor.publicKey)) continue;
    const problem = chainProblem(path, search.at);
    if (!problem)
      return {
        isValid: true,
        path,
        anchor,
        isAnchorItself: false,
        weaknesses: weaknessesOf(search, path, anchor),
      };
    search.failed ??= { problem, path };
  }
  if (path.length === MAX_LENGTH || search.steps++ >= MAX_STEPS) return null;
  for (const issuer of byLikelihood(top, search.candidates)) {
    if (path.some((one) => isSameKey(one, issuer)) || !isSignedBy(search, top, issuer.publicKey)) continue;
    const found = extend(search, [...path, issuer]);
    if (found) return found;
  }
  return null;
}

/** Those that carry the issuer's name, the one whose key identifier fits first. @see RFC 4158 §3.5.12 */
function byLikelihood<Holder extends TrustAnchor | Certificate>(
  top: Certificate,
  holders: readonly Holder[],
): Holder[] {
  const keyIdOf = (holder: Holder) =>
    "subjectKeyId" in holder ? holder.subjectKeyId : (holder.certificate?.subjectKeyId ?? null);
  const rank = (holder: Holder) =>
    top.authorityKeyId === null || keyIdOf(holder) === null
      ? 1
      : keyIdOf(holder) === top.authorityKeyId
        ? 0
        : 2;
  return holders.filter(({ subject }) => sameName(subject, top.issuer)).toSorted((a, b) => rank(a) - rank(b));
}

function isSignedBy(search: Search, certificate: Certificate, publicKey: Uint8Array): boolean {
  const key = `${certificate.sha256} ${toHex(publicKey)}`;
  const known = search.checks.get(key);
  if (known) return known.isValid;
  if (search.checks.size >= MAX_SIGNATURES) return false;
  const check = verifySigned(certificate, publicKey);
  search.checks.set(key, check);
  return check.isValid;
}

const weaknessesOf = (search: Search, path: readonly Certificate[], anchor: TrustAnchor) =>
  path.flatMap((certificate, index) => {
    const { publicKey } = path[index + 1] ?? anchor;
    const check = search.checks.get(`${certificate.sha256} ${toHex(publicKey)}`);
    return (check?.weaknesses ?? []).map((weakness) => ({ certificate, weakness }));
  });

const isSameKey = (
  a: Pick<Certificate, "subject" | "publicKey">,
  b: Pick<Certificate, "subject" | "publicKey">,
): boolean => equalBytes(a.publicKey, b.publicKey) && sameName(a.subject, b.subject);
