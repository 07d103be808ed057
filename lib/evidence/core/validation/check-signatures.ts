import { equalBytes } from "#lib/bytes.ts";
import { digestsOf } from "#lib/pdf/changes/digests.ts";
import { instantOf } from "#lib/pdf/changes/pdf-instant.ts";
import type { History, SignatureInFile } from "#lib/pdf/changes.ts";
import { type DigestAlgorithm, digestOf, weaknessOfDigest } from "#lib/pki/core/algorithms.ts";
import { type Cms, digestNeededBy } from "#lib/pki/core/cms/parse-cms.ts";
import { type Finding, failure, type Indication, type SubIndication } from "#lib/pki/core/findings.ts";
import { readEvidence } from "#lib/pki/core/validation/evidence.ts";
import type { ValidationContext } from "#lib/pki/core/validation/judge.ts";
import { anchorsFor, type TrustAnchor } from "#lib/pki/core/validation/path.ts";
import { type SignatureReport, validateSignature } from "#lib/pki/core/validation/validate-signature.ts";
import {
  type DocumentTimestamp,
  type TimestampReport,
  validateTimestamps,
} from "#lib/pki/core/validation/validate-timestamps.ts";
import type { TrustListView } from "../trust/list-view.ts";
import { collectEvidence, type PlacedCms, withTokens } from "./collect-evidence.ts";
import { certificateWatch } from "./damaged-certificates.ts";
import { readContents, type SignatureContents } from "./read-contents.ts";

/** What EN 319 102-1 says of one signature or document time-stamp, without what was done to the file after it. */
export interface CheckedSignature {
  readonly found: SignatureInFile;
  readonly indication: Indication;
  readonly subIndication: SubIndication | null;
  /** Null for a document time-stamp, and for what could not be checked. */
  readonly signature: SignatureReport | null;
  readonly timestamp: TimestampReport | null;
  readonly level: "B-B" | "B-T" | "B-LT" | "B-LTA" | null;
  /** The earliest valid proof that the signature existed; null when there is none. */
  readonly proof: {
    readonly kind: "signature-timestamp" | "document-timestamp";
    readonly by: TimestampReport;
  } | null;
  /** Certificates that travel with it were changed. */
  readonly isTamperedWith: boolean;
  readonly findings: readonly Finding[];
}

export interface ValidationTerms {
  readonly anchors: readonly TrustAnchor[];
  /** Where some of the anchors are from, for the report. */
  readonly lists?: readonly TrustListView[];
  readonly now: Date;
  /** What was signed in a workspace for trials is as good as anything: for that workspace itself. */
  readonly acceptsTests?: boolean;
  /** Revocation lists from elsewhere, DER: newer ones than the file can hold. */
  readonly crls?: readonly Uint8Array[];
  /** As the organization that asks has settled it; ten minutes when not given. */
  readonly claimToleranceMs?: number;
}

interface Candidate {
  readonly found: SignatureInFile;
  readonly contents: SignatureContents;
  readonly digest: Uint8Array;
}

/**
 * Validates every signature and document time-stamp of a file, in the order in which they cover it.
 *
 * @see EN 319 102-1 §5
 */
export function checkSignatures(history: History, terms: ValidationTerms): CheckedSignature[] {
  const candidates = candidatesOf(history);
  const carried = collectEvidence(history, candidates.flatMap(placedCms));
  const fetched = (terms.crls ?? []).map((der) => ({ der, position: null }));
  const context: ValidationContext = {
    ...terms,
    anchors: anchorsFor(terms.anchors, "signing"),
    timestampAnchors: anchorsFor(terms.anchors, "timestamping"),
    timestampStatusMaxAgeMs: Number.POSITIVE_INFINITY,
    evidence: readEvidence({ ...carried, crls: [...carried.crls, ...fetched] }),
  };
  const known = context.evidence.certificates.map(({ value }) => value);
  const watch = certificateWatch(known, terms.anchors);
  const timestamps = documentTimestamps(candidates, context);
  const reports = [...timestamps.values()];
  const checked: CheckedSignature[] = [];
  let madeAfter: Date | null = null;
  for (const candidate of candidates) {
    const one = check(candidate, timestamps.get(candidate) ?? null, reports, madeAfter, history, context);
    const verified = pathsOf(one);
    const damages = placedCms(candidate)
      .flatMap(withTokens)
      .flatMap(({ cms }) => watch(cms, verified));
    madeAfter = latest(madeAfter, one);
    checked.push({ ...one, isTamperedWith: damages.length > 0, findings: [...one.findings, ...damages] });
  }
  return checked;
}

/** Fingerprints of the certificates in confirmed paths. */
function pathsOf({ signature, timestamp }: CheckedSignature): ReadonlySet<string> {
  const tokens = [...(timestamp ? [timestamp] : []), ...(signature?.signatureTimestamps ?? [])];
  const paths = [
    ...(signature?.anchor ? signature.path : []),
    ...tokens.filter(({ indication }) => indication === "TOTAL-PASSED").flatMap(({ path }) => path),
  ];
  return new Set(paths.map(({ sha256 }) => sha256));
}

function candidatesOf(history: History): Candidate[] {
  const { file, signatures } = history;
  const read = signatures.map((found) => ({ found, contents: contentsOf(history, found) }));
  const wanted = read.flatMap(({ found, contents }) =>
    "digest" in contents && contents.digest ? [{ found, algorithm: contents.digest }] : [],
  );
  const requests = wanted.map(({ found, algorithm }) => ({ byteRange: found.byteRange!, algorithm }));
  const digests = digestsOf(file.source, requests);
  const bySignature = new Map(wanted.map(({ found }, index) => [found, digests[index]!]));
  return read.map(({ found, contents }) => ({
    ...{ found, contents },
    digest: bySignature.get(found) ?? new Uint8Array(),
  }));
}

function contentsOf({ file }: History, found: SignatureInFile): SignatureContents {
  const [fault] = found.faults;
  return fault ? { kind: "broken", message: fault.message } : readContents(file, found);
}

function placedCms({ found, contents }: Candidate): PlacedCms[] {
  if (contents.kind === "cms") return [{ cms: contents.cms, position: found.end! }];
  return contents.kind === "timestamp" ? [{ cms: contents.token.cms, position: found.end! }] : [];
}

function documentTimestamps(
  candidates: readonly Candidate[],
  context: ValidationContext,
): Map<Candidate, TimestampReport> {
  const input = candidates.flatMap((candidate): (DocumentTimestamp & { candidate: Candidate })[] => {
    const { contents, digest, found } = candidate;
    if (contents.kind !== "timestamp") return [];
    return [{ candidate, tokenDer: contents.tokenDer, documentDigest: digest, coversUpTo: found.end! }];
  });
  // The reports come newest first; two that end at one place stay in the order given.
  const newestFirst = input.toSorted((a, b) => b.coversUpTo - a.coversUpTo);
  const reports = validateTimestamps(newestFirst, context);
  return new Map(newestFirst.map(({ candidate }, index) => [candidate, reports[index]!]));
}

function check(
  { found, contents, digest }: Candidate,
  timestamp: TimestampReport | null,
  timestamps: readonly TimestampReport[],
  madeAfter: Date | null,
  history: History,
  context: ValidationContext,
): CheckedSignature {
  const base = { found, signature: null, timestamp: null, level: null, proof: null, isTamperedWith: false };
  if (contents.kind === "broken") {
    const findings = found.faults.map(({ code, message }) => failure(code, message));
    return {
      ...base,
      indication: "TOTAL-FAILED",
      subIndication: "FORMAT_FAILURE",
      findings: findings.length > 0 ? findings : [failure("unreadable", contents.message)],
    };
  }
  if (contents.kind === "unsupported")
    return {
      ...base,
      indication: "INDETERMINATE",
      subIndication: null,
      findings: [failure("unsupported", contents.message)],
    };
  if (contents.kind === "timestamp") {
    const report = timestamp!;
    const { indication, subIndication, findings } = report;
    return { ...base, indication, subIndication, timestamp: report, findings };
  }
  const input = {
    cms: contents.cms,
    contentDigest: contents.isIndirect ? innerDigest(contents.cms) : digest,
    position: found.end!,
    rules: contents.rules,
    claimedAt: claimedAtOf(history, found),
    madeAfter,
  };
  const signature = validateSignature(input, timestamps, context);
  if (contents.isIndirect) {
    const problem = indirectProblem(contents.cms, digest, signature);
    if (problem) return { ...base, signature, ...problem };
  }
  const { indication, subIndication } = signature;
  const proof = proofOf(signature, found, timestamps, context);
  // Without a proven time there is nothing that the claimed one could differ from.
  const findings = signature.findings.filter(({ code }) => proof || code !== "claimed-time-differs");
  return {
    ...{ ...base, signature, indication, subIndication, findings, proof },
    level: levelOf(signature, timestamps),
  };
}

/** What a signature over the SHA-1 of the document adds to the questions. */
function indirectProblem(
  { content }: Cms,
  digest: Uint8Array,
  { indication, bestSignatureTime, findings }: SignatureReport,
): Pick<CheckedSignature, "indication" | "subIndication" | "findings"> | null {
  if (!equalBytes(content ?? new Uint8Array(), digest))
    return {
      ...{ indication: "TOTAL-FAILED", subIndication: "HASH_FAILURE" },
      findings: [failure("digest-mismatch", "the content is not what was signed"), ...findings],
    };
  const [weak] = weaknessOfDigest("sha1").filter(({ since }) => bestSignatureTime >= since);
  if (!weak || indication !== "TOTAL-PASSED") return null;
  return {
    ...{ indication: "INDETERMINATE", subIndication: "CRYPTO_CONSTRAINTS_FAILURE_NO_POE" },
    findings: [failure("weak-algorithm", `the signature uses ${weak.what}`), ...findings],
  };
}

function innerDigest(cms: Cms): Uint8Array {
  const algorithm: DigestAlgorithm | null = digestNeededBy(cms);
  return algorithm ? digestOf(algorithm, cms.content ?? new Uint8Array()) : new Uint8Array();
}

export function claimedAtOf({ file }: History, { dict }: SignatureInFile): Date | null {
  const text = file.text(dict.get("M"));
  return text === undefined ? null : instantOf(text);
}

/** B-LTA: a valid document time-stamp covers everything the validation rests on. @see EN 319 142-1 §6.3 */
function levelOf(
  { baselineLevel, statuses, signatureTimestamps }: SignatureReport,
  timestamps: readonly TimestampReport[],
): CheckedSignature["level"] {
  if (baselineLevel !== "B-LT") return baselineLevel;
  const passed = signatureTimestamps.filter(({ indication }) => indication === "TOTAL-PASSED");
  const rests = [...statuses, ...passed.flatMap((token) => token.statuses)];
  const last = Math.max(0, ...rests.map(({ proof }) => proof?.position ?? 0));
  const isArchived = timestamps.some(
    ({ indication, coversUpTo }) => indication === "TOTAL-PASSED" && coversUpTo! >= last,
  );
  return isArchived ? "B-LTA" : "B-LT";
}

function proofOf(
  { bestSignatureTime, signatureTimestamps }: SignatureReport,
  { end }: SignatureInFile,
  timestamps: readonly TimestampReport[],
  { now }: ValidationContext,
): CheckedSignature["proof"] {
  if (bestSignatureTime >= now) return null;
  const isIt = ({ indication, generatedAt }: TimestampReport) =>
    indication === "TOTAL-PASSED" && generatedAt!.getTime() === bestSignatureTime.getTime();
  const own = signatureTimestamps.find(isIt);
  if (own) return { kind: "signature-timestamp", by: own };
  const by = timestamps.find((one) => isIt(one) && one.coversUpTo! >= end!);
  return by ? { kind: "document-timestamp", by } : null;
}

/** The latest time proven by what a later signature covers, a second for the clock and its own accuracy less. */
function latest(known: Date | null, { timestamp, signature }: CheckedSignature): Date | null {
  const tokens = [...(timestamp ? [timestamp] : []), ...(signature?.signatureTimestamps ?? [])];
  return tokens
    .filter(({ indication }) => indication === "TOTAL-PASSED")
    .map(({ generatedAt, token }) => new Date(generatedAt!.getTime() - (token!.accuracyMs ?? 0) - 1000))
    .reduce((last: Date | null, at) => (last && last >= at ? last : at), known);
}
