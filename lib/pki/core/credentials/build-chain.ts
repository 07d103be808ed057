import { EIGHTY_BITS_ENDED, schemeOf } from "#lib/pki/core/algorithms.ts";
import { sameName } from "#lib/pki/core/asn1/names.ts";
import { type Certificate, isValidAt } from "#lib/pki/core/certificates/certificate.ts";
import { type Finding, failure, warning } from "#lib/pki/core/findings.ts";
import { verifySigned } from "#lib/pki/core/signed.ts";
import { findPath, type PathResult, type TrustAnchor } from "#lib/pki/core/validation/path.ts";

/** A chain put together from certificates that were given in a heap. */
export interface Chain {
  /** The certificate first; the root last where it is among them. */
  readonly certificates: readonly Certificate[];
  /**
   * `trusted`: at a trust anchor. `given-root`: at a root that came in the same heap and vouches for itself.
   * `nowhere`: something is missing.
   */
  readonly endsAt: "trusted" | "given-root" | "nowhere";
  readonly isValid: boolean;
  /** What would have to be found; null when nothing is missing. */
  readonly missing: MissingIssuer | null;
  /** Other ways to a root, each as long as it is: cross-signed authorities have several. */
  readonly alternatives: readonly (readonly Certificate[])[];
  /** Of the heap, what no way uses. */
  readonly unused: readonly Certificate[];
  readonly findings: readonly Finding[];
}

export interface MissingIssuer {
  /** RFC 4514. */
  readonly subject: string;
  /** Hexadecimal, null when not told. */
  readonly keyId: string | null;
  /** Where its certificate is said to be found (RFC 5280 §4.2.2.1). */
  readonly addresses: readonly string[];
  /** Whose issuer it is. */
  readonly neededBy: string;
}

export interface ChainRequest {
  readonly certificate: Certificate;
  /** In any order, with duplicates, roots and strangers among them. */
  readonly heap: readonly Certificate[];
  readonly anchors: readonly TrustAnchor[];
  readonly at: Date;
}

const MAX_HEAP = 500;
const MAX_WAYS = 10;
const MAX_ROOTS = 30;

/**
 * Puts the chain of a certificate together from a heap, in the right order, and checks it by RFC 5280 §6.1
 * except for revocation.
 *
 * @returns never throws for what the certificates say; problems are findings.
 * @see RFC 4158, RFC 5280 §6.1
 */
export function buildChain({ certificate, heap, anchors, at }: ChainRequest): Chain {
  const others = distinct(heap)
    .filter(({ sha256 }) => sha256 !== certificate.sha256)
    .slice(0, MAX_HEAP);
  const roots = others.filter(isRoot);
  const ways = waysTo(anchors, roots, certificate, others, at);
  const best = ways.find(({ isValid }) => isValid) ?? ways[0]!;
  const chain = best.certificates;
  const used = new Set(ways.flatMap((way) => way.certificates.map(({ sha256 }) => sha256)));
  const missing = best.endsAt === "nowhere" ? missingAbove(chain) : null;
  return {
    certificates: chain,
    endsAt: best.endsAt,
    isValid: best.isValid,
    missing,
    alternatives: ways
      .filter((way) => way !== best && way.endsAt !== "nowhere")
      .map((way) => way.certificates),
    unused: others.filter(({ sha256 }) => !used.has(sha256)),
    findings: [
      ...validityFindings(chain, at),
      ...(missing ? [gapFinding(chain, others, missing)] : []),
      ...otherProblem(best.result, chain, at),
      ...strengthFindings(chain),
      ...(best.endsAt === "given-root" ? [rootFinding(chain)] : []),
    ],
  };
}

interface Way {
  readonly certificates: readonly Certificate[];
  readonly endsAt: Chain["endsAt"];
  readonly isValid: boolean;
  readonly result: PathResult;
}

/** One way to each root that can be reached, the trusted first; the longest attempt when there is none. */
function waysTo(
  anchors: readonly TrustAnchor[],
  roots: readonly Certificate[],
  certificate: Certificate,
  others: readonly Certificate[],
  at: Date,
): Way[] {
  const given = [...roots, ...(isRoot(certificate) ? [certificate] : [])].map(anchorOf);
  const candidates = others.filter((one) => !isRoot(one));
  const search = (anchor: TrustAnchor[]) => findPath({ certificate, candidates, anchors: anchor, at });
  const ways: Way[] = [];
  const isNear = ({ subject }: TrustAnchor) =>
    [certificate, ...others].some((one) => sameName(one.issuer, subject) || sameName(one.subject, subject));
  const kinds = [
    ...anchors.filter(isNear).map((anchor) => ({ endsAt: "trusted", anchor }) as const),
    ...given.map((anchor) => ({ endsAt: "given-root", anchor }) as const),
  ];
  for (const { endsAt, anchor } of kinds.slice(0, MAX_ROOTS)) {
    const result = search([anchor]);
    const isReached = result.isValid || result.problem.kind !== "no-path";
    const isKnown = ways.some((way) => sameEnd(way, anchor));
    if (!isReached || isKnown || ways.length === MAX_WAYS) continue;
    ways.push({ certificates: withRoot(result.path, anchor), endsAt, isValid: result.isValid, result });
  }
  if (ways.length > 0) return ways;
  const result = search([]);
  return [{ certificates: result.path, endsAt: "nowhere", isValid: false, result }];
}

const anchorOf = (certificate: Certificate): TrustAnchor => ({
  subject: certificate.subject,
  publicKey: certificate.publicKey,
  certificate,
});

const sameEnd = (way: Way, anchor: TrustAnchor): boolean =>
  way.certificates.at(-1)!.sha256 === anchor.certificate?.sha256;

function withRoot(path: readonly Certificate[], { certificate }: TrustAnchor): readonly Certificate[] {
  return certificate && !path.some(({ sha256 }) => sha256 === certificate.sha256)
    ? [...path, certificate]
    : path;
}

/** Signed by itself, which the name alone does not say. */
export const isRoot = (certificate: Certificate): boolean =>
  certificate.isSelfIssued && verifySigned(certificate, certificate.publicKey).isValid;

const distinct = (heap: readonly Certificate[]): Certificate[] => [
  ...new Map(heap.map((one) => [one.sha256, one])).values(),
];

function missingAbove(chain: readonly Certificate[]): MissingIssuer {
  const top = chain.at(-1)!;
  return {
    subject: top.issuer.text,
    keyId: top.authorityKeyId,
    addresses: top.issuerUrls,
    neededBy: top.subject.text,
  };
}

function gapFinding(
  chain: readonly Certificate[],
  others: readonly Certificate[],
  { subject, addresses, neededBy }: MissingIssuer,
): Finding {
  const top = chain.at(-1)!;
  if (chain.some((one) => sameName(one.subject, top.issuer)))
    return failure("chain-loops", `The certificates vouch for each other in a circle at ${subject}.`);
  const scheme = schemeOf(top.signatureAlgorithm);
  if (scheme.kind === "unsupported")
    return failure("algorithm-unsupported", `${neededBy} cannot be checked: ${scheme.reason}.`);
  if (others.some((one) => sameName(one.subject, top.issuer)))
    return failure(
      "issuer-does-not-fit",
      `A certificate named ${subject} is there, but its key did not sign ${neededBy}. An older or newer one with the same name is needed.`,
    );
  const where = addresses.length > 0 ? ` It is said to be at ${addresses.join(" and ")}.` : "";
  return failure(
    "chain-incomplete",
    `The certificate of ${subject} is missing, which issued ${neededBy}.${where}`,
  );
}

function validityFindings(chain: readonly Certificate[], at: Date): Finding[] {
  return chain.flatMap((one, index) => {
    const who = index === 0 ? "The certificate" : `The authority's certificate (${one.subject.text})`;
    const prefix = index === 0 ? "" : "issuer-";
    if (isValidAt(one, at)) return [];
    // RFC 5280 §6.1.1 (d): a trust anchor is a name and a key; its dates bind nobody.
    if (index > 0 && index === chain.length - 1 && one.isSelfIssued)
      return [warning("root-outside-validity", `The root ${one.subject.text} is not valid at this time.`)];
    return at < one.notBefore
      ? [failure(`${prefix}not-yet-valid`, `${who} becomes valid on ${day(one.notBefore)}.`)]
      : [failure(`${prefix}expired`, `${who} expired on ${day(one.notAfter)}.`)];
  });
}

const day = (at: Date): string => at.toISOString().slice(0, 10);

/** What RFC 5280 §6.1 found beyond times and gaps. */
function otherProblem(result: PathResult, chain: readonly Certificate[], at: Date): Finding[] {
  if (result.isValid || result.problem.kind === "no-path") return [];
  const isTold = chain.some((one) => !isValidAt(one, at)) && result.problem.kind === "validity";
  return isTold ? [] : [failure("path-rules", `The chain breaks a rule: ${result.problem.message}.`)];
}

/** Weak keys anywhere, and weak signatures on all but a root, which nobody needs to vouch for. */
function strengthFindings(chain: readonly Certificate[]): Finding[] {
  return chain.flatMap((one, index) => {
    const { type, sizeBits } = one.key;
    const scheme = schemeOf(one.signatureAlgorithm);
    const isSha1 = scheme.kind !== "unsupported" && scheme.digest === "sha1";
    const isLast = index === chain.length - 1;
    return [
      ...(type === "rsa" && sizeBits < 2048
        ? [
            failure(
              "weak-key",
              `The key of ${one.subject.text} is RSA of ${sizeBits} bits; 2048 is the least.`,
            ),
          ]
        : []),
      ...(isSha1 && !(isLast && one.isSelfIssued)
        ? [
            failure(
              "sha1-signature",
              `${one.subject.text} is signed with SHA-1, which is not trusted since ${EIGHTY_BITS_ENDED.getUTCFullYear()}.`,
            ),
          ]
        : []),
    ];
  });
}

const rootFinding = (chain: readonly Certificate[]): Finding =>
  warning(
    "root-not-trusted",
    `The chain ends at ${chain.at(-1)!.subject.text}, which is not one of your trust anchors. Register it if you know it.`,
  );
