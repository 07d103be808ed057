import { listSignatureWords, type TrustListView } from "../trust/list-view.ts";
import type { FindingView, RevocationView, SignatureView, ValidationReport } from "./validation-report.ts";

export const CHECK_LIMITS_WORDS = `Checked without asking anybody: no revocation list was fetched, only what the file holds counts.
What a page looks like was not judged, only whether it was changed.`;

/** A report as people read it, in plain lines. */
export function describeReport(report: ValidationReport): string {
  const { file, signatures, revisions, findings } = report;
  const lines = [report.summary, "", fileLine(report)];
  for (const signature of signatures) lines.push("", ...signatureLines(signature, report));
  const later = revisions.filter(({ changes }) => changes.length > 0);
  if (later.length > 0) lines.push("", "What later revisions did");
  for (const { number, changes, signatures: ending } of later) {
    const signed = ending.length > 0 ? `, ends with ${numbered(ending)}` : ", unsigned";
    lines.push(`  Revision ${number} of ${revisions.length}${signed}:`);
    for (const { verdict, message, object } of changes)
      lines.push(`    ${CHANGE_WORDS[verdict]} ${message}${object === null ? "" : ` (object ${object})`}`);
  }
  if (findings.length > 0) lines.push("", "About the file");
  for (const { severity, message } of findings) lines.push(`  ${MARKS[severity]} ${message}`);
  if (report.trustLists.length > 0) lines.push("", "Lists believed in", ...report.trustLists.map(listLine));
  if (file.sha256 !== null && signatures.length > 0) lines.push("", CHECK_LIMITS_WORDS);
  return `${lines.join("\n")}\n`;
}

const listLine = (list: TrustListView): string =>
  `  ${listHeadline(list)} ${listSignatureWords(list.signature)}`;

/** Which list, in a sentence. */
export function listHeadline({ name, sequence, issuedAt, offeredBy, sha256 }: TrustListView): string {
  const facts = [
    ...(sequence === null ? [] : [`number ${sequence}`]),
    ...(issuedAt === null ? [] : [`of ${issuedAt.slice(0, 10)}`]),
    ...(offeredBy === null ? [] : [`imported by ${offeredBy}`]),
    `SHA-256 ${sha256}`,
  ];
  return `${name}, ${facts.join(", ")}.`;
}

export const CHANGE_WORDS = {
  allowed: "allowed:",
  unclear: "cannot be told:",
  forbidden: "NOT ALLOWED:",
} as const;
const MARKS = { warning: "note:", error: "FAULT:" } as const;
const VERDICTS = { passed: "holds", failed: "DOES NOT HOLD", indeterminate: "cannot be told" } as const;
const KINDS = {
  certification: "Certification",
  signature: "Signature",
  timestamp: "Document time-stamp",
} as const;

const numbered = (numbers: readonly number[]): string =>
  `${numbers.length === 1 ? "signature" : "signatures"} ${numbers.join(", ")}`;

function fileLine({ file, signatures, revisions }: ValidationReport): string {
  const parts = [
    ...(file.name === null ? [] : [file.name]),
    `${file.sizeBytes} bytes`,
    ...(file.sha256 === null ? [] : [`SHA-256 ${file.sha256}`]),
    ...(signatures.length === 0 ? [] : [`${signatures.length} signed, ${revisions.length} revisions`]),
    ...(file.isEncrypted ? ["encrypted"] : []),
  ];
  return parts.join(" · ");
}

function signatureLines(signature: SignatureView, report: ValidationReport): string[] {
  const { number, field, object } = signature;
  const { headline, sentences, findings } = signatureWords(signature, report);
  return [
    `${number}. ${headline}`,
    ...sentences.map((sentence) => `   ${sentence}`),
    ...findings.map(({ severity, message }) => `   ${MARKS[severity]} ${message}`),
    `   Field "${field}"${object === null ? "" : `, object ${object}`}`,
  ];
}

export interface SignatureWords {
  /** What it is, whose, and whether it holds. */
  readonly headline: string;
  readonly sentences: readonly string[];
  readonly findings: readonly FindingView[];
}

/** What there is to say of one signature, to people. */
export function signatureWords(signature: SignatureView, report: ValidationReport): SignatureWords {
  const { kind, signer, verdict, level, claims, timestamps } = signature;
  const who = signer ? ` by ${signer.name}` : "";
  const sentences: string[] = [];
  if (signer?.organization || signer?.email)
    sentences.push([signer.organization, signer.email].filter((part) => part !== null).join(", "));
  sentences.push(statusSentence(signature), timeSentence(signature));
  if (signer) sentences.push(trustSentence(signature));
  sentences.push(...signature.revocation.map(revocationSentence));
  sentences.push(coverageSentence(signature, report), ...permitSentences(signature));
  if (claims.reason !== null) sentences.push(`Reason given: ${claims.reason}`);
  if (claims.location !== null) sentences.push(`Place given: ${claims.location}`);
  return {
    headline: `${KINDS[kind]}${who}: ${VERDICTS[verdict]}${level ? ` (${level})` : ""}`,
    sentences,
    findings: [...signature.findings, ...timestamps.flatMap((token) => token.findings)],
  };
}

function statusSentence({ indication, subIndication }: SignatureView): string {
  return `EN 319 102-1: ${indication}${subIndication === null ? "" : `, ${subIndication}`}`;
}

function timeSentence({ kind, time, claims }: SignatureView): string {
  const claimed = claims.at === null ? "" : ` The signer's computer said ${instantWords(claims.at)}.`;
  if (time.provenAt === null)
    return kind === "timestamp"
      ? "Its time is not proven."
      : `When it was made is not proven: no valid time-stamp.${claimed}`;
  if (kind === "timestamp") return `Made at ${instantWords(time.provenAt)} by ${time.authority}.`;
  const by =
    time.proof === "signature-timestamp" ? "a time-stamp in it" : "a time-stamp over the whole document";
  return `Existed at ${instantWords(time.provenAt)}, known by ${by}, of ${time.authority}.${claimed}`;
}

const instantWords = (iso: string): string => iso.replace("T", " ").replace(/(?:\.\d+)?Z$/, " UTC");

function trustSentence({ signer, path, trustAnchor, kind, indication }: SignatureView): string {
  if (trustAnchor !== null || (kind === "timestamp" && indication === "TOTAL-PASSED")) {
    const via = path.slice(1).map(({ subject }) => subject);
    const anchor = trustAnchor ? trustAnchor.subject : (path.at(-1)?.issuer ?? "");
    const issuers = [...via, anchor].join(", under ");
    const { listing } = trustAnchor ?? {};
    if (listing)
      return `Certificate issued by ${issuers}; trusted by: ${listing.list}, service ${listing.service}${listing.provider === listing.service ? "" : ` of ${listing.provider}`}.`;
    return `Certificate issued by ${issuers}, which you trust.`;
  }
  return `Certificate issued by ${signer!.issuer}; no path from it to a certificate you trust was confirmed.`;
}

function revocationSentence(status: RevocationView): string {
  const { subject, source, issuedAt, isInFile } = status;
  const proof = `${source === "ocsp" ? "OCSP response" : "revocation list"} of ${issuedAt === null ? "?" : instantWords(issuedAt)}${isInFile ? ", in the file" : ""}`;
  if (status.status === "good") return `Not revoked: ${subject} (${proof})`;
  if (status.status === "not-needed") return `Not revocable: ${subject}`;
  if (status.status === "unknown") return `Revocation not known: ${subject}`;
  const reason = status.reason === null ? "" : `, ${status.reason}`;
  return `REVOKED at ${instantWords(status.revokedAt ?? "?")}${reason}: ${subject} (${proof})`;
}

const AFTER_WORDS = {
  none: "nothing followed",
  allowed: "only allowed changes followed",
  unclear: "changes followed that may hide something",
  forbidden: "CHANGES FOLLOWED THAT IT DOES NOT ALLOW",
  unknown: "what followed cannot be told",
} as const;

function coverageSentence({ coverage }: SignatureView, { revisions }: ValidationReport): string {
  if (coverage.revision === null) return "It covers no revision of this file.";
  if (coverage.isWholeFile) return "Covers the whole file.";
  const upTo = `Covers the file up to the end of revision ${coverage.revision} of ${revisions.length}`;
  return `${upTo}; ${AFTER_WORDS[coverage.changesAfter]}.`;
}

const LEVEL_WORDS = {
  1: "Permits no change after it but validation data and time-stamps.",
  2: "Permits filling of fields and signing after it.",
  3: "Permits filling of fields, signing and comments after it.",
} as const;

function permitSentences({ permits, kind }: SignatureView): string[] {
  if (kind === "timestamp") return [];
  const sentences: string[] = permits.level === null ? [] : [LEVEL_WORDS[permits.level]];
  for (const { action, fields } of permits.locks) {
    const names = fields.slice(0, 20).join(", ") + (fields.length > 20 ? ", …" : "");
    if (action === "all") sentences.push("Closes all fields.");
    else if (action === "include") sentences.push(`Closes the fields ${names}.`);
    else sentences.push(`Closes all fields but ${names || "none"}.`);
  }
  return sentences;
}
