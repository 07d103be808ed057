import english from "../../../../messages/en/verify.json" with { type: "json" };
import { listSignatureWords, type TrustListView } from "../trust/list-view.ts";
import type { FindingView, RevocationView, SignatureView, ValidationReport } from "./validation-report.ts";

/** What is said of a report, in one language; `{name}` stands for what is filled in. */
export type CheckWords = typeof english.report;

const ENGLISH: CheckWords = english.report;

/** Fills in what a sentence leaves open. */
const fill = (sentence: string, values: Readonly<Record<string, string | number>>): string =>
  sentence.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));

/**
 * The first line in another language.
 *
 * @param isOurs nobody's roots but ours were trusted: what is exactly as it was signed was signed here
 */
export function summaryIn(summary: string, { summaries }: CheckWords, isOurs = false): string {
  const key = Object.entries(ENGLISH.summaries).find(([, sentence]) => sentence === summary)?.[0];
  if (key === undefined) return summary;
  return isOurs && key === "exact" ? summaries.here : summaries[key as keyof typeof summaries];
}

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
      lines.push(`    ${ENGLISH.changes[verdict]} ${message}${object === null ? "" : ` (object ${object})`}`);
  }
  if (findings.length > 0) lines.push("", "About the file");
  for (const { severity, message } of findings) lines.push(`  ${MARKS[severity]} ${message}`);
  if (report.trustLists.length > 0) lines.push("", "Lists believed in", ...report.trustLists.map(listLine));
  if (file.sha256 !== null && signatures.length > 0)
    lines.push("", ENGLISH.limits.asked, ENGLISH.limits.looks);
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

const MARKS = { warning: "note:", error: "FAULT:" } as const;

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
export function signatureWords(
  signature: SignatureView,
  report: ValidationReport,
  words: CheckWords = ENGLISH,
): SignatureWords {
  const { kind, signer, verdict, level, claims, timestamps } = signature;
  const what = signer ? fill(words.named[kind], { name: signer.name }) : words.unnamed[kind];
  const sentences: string[] = [];
  if (signer?.organization || signer?.email)
    sentences.push([signer.organization, signer.email].filter((part) => part !== null).join(", "));
  sentences.push(statusSentence(signature), timeSentence(signature, words));
  if (signer) sentences.push(trustSentence(signature, words));
  if (signature.identifiedBy !== null) sentences.push(identifiedSentence(signature.identifiedBy, words));
  sentences.push(...signature.revocation.map((status) => revocationSentence(status, words)));
  sentences.push(coverageSentence(signature, report, words), ...permitSentences(signature, words));
  if (claims.reason !== null) sentences.push(fill(words.claims.reason, { reason: claims.reason }));
  if (claims.location !== null) sentences.push(fill(words.claims.place, { place: claims.location }));
  const headline = fill(words.headline, { what, verdict: words.verdicts[verdict] });
  return {
    headline: `${headline}${level ? ` (${level})` : ""}`,
    sentences,
    findings: [...signature.findings, ...timestamps.flatMap((token) => token.findings)],
  };
}

function statusSentence({ indication, subIndication }: SignatureView): string {
  return `EN 319 102-1: ${indication}${subIndication === null ? "" : `, ${subIndication}`}`;
}

function timeSentence({ kind, time, claims }: SignatureView, { time: words }: CheckWords): string {
  const claimed = claims.at === null ? [] : [fill(words.claimed, { at: instantWords(claims.at) })];
  if (time.provenAt === null)
    return kind === "timestamp" ? words.timestampUnproven : [words.unproven, ...claimed].join(" ");
  const known = { at: instantWords(time.provenAt), authority: time.authority ?? "?" };
  if (kind === "timestamp") return fill(words.made, known);
  return [fill(words[time.proof ?? "document-timestamp"], known), ...claimed].join(" ");
}

const instantWords = (iso: string): string => iso.replace("T", " ").replace(/(?:\.\d+)?Z$/, " UTC");

function trustSentence(signature: SignatureView, { trust: words }: CheckWords): string {
  const { signer, path, trustAnchor, kind, indication } = signature;
  if (trustAnchor !== null || (kind === "timestamp" && indication === "TOTAL-PASSED")) {
    const via = path.slice(1).map(({ subject }) => subject);
    const anchor = trustAnchor ? trustAnchor.subject : (path.at(-1)?.issuer ?? "");
    const issuers = [...via, anchor].reduce((issuer, above) => fill(words.under, { issuer, above }));
    const { listing } = trustAnchor ?? {};
    if (!listing) return fill(words.own, { issuers });
    const { list, service, provider } = listing;
    const sentence = provider === service ? words.listed : words.listedOf;
    return fill(sentence, { issuers, list, service, provider });
  }
  return fill(words.none, { issuer: signer!.issuer });
}

function identifiedSentence(methods: readonly string[], { identified: words }: CheckWords): string {
  const named = methods.map((method) => words[method as keyof typeof words] ?? method);
  return fill(words.said, { methods: named.join("; ") });
}

function revocationSentence(status: RevocationView, { revocation: words }: CheckWords): string {
  const { subject, source, issuedAt, isInFile } = status;
  const at = issuedAt === null ? "?" : instantWords(issuedAt);
  const from = fill(words[source ?? "crl"], { at });
  const proof = isInFile ? fill(words.inFile, { proof: from }) : from;
  if (status.status !== "revoked") return fill(words[status.status], { subject, proof });
  const revoked = { subject, proof, at: instantWords(status.revokedAt ?? "?") };
  if (status.reason === null) return fill(words.revoked, revoked);
  return fill(words.revokedFor, { ...revoked, reason: status.reason });
}

function coverageSentence(
  { coverage }: SignatureView,
  { revisions }: ValidationReport,
  { coverage: words, after }: CheckWords,
): string {
  if (coverage.revision === null) return words.none;
  if (coverage.isWholeFile) return words.whole;
  return fill(words.upTo, {
    ...{ number: coverage.revision, total: revisions.length },
    after: after[coverage.changesAfter],
  });
}

const LEVELS = { 1: "nothing", 2: "filling", 3: "comments" } as const;

function permitSentences({ permits, kind }: SignatureView, { permits: words }: CheckWords): string[] {
  if (kind === "timestamp") return [];
  const sentences: string[] = permits.level === null ? [] : [words[LEVELS[permits.level]]];
  for (const { action, fields } of permits.locks) {
    const names = fields.slice(0, 20).join(", ") + (fields.length > 20 ? ", …" : "");
    if (action === "include") sentences.push(fill(words.closes, { names }));
    else if (action === "all" || names === "") sentences.push(words.closesAll);
    else sentences.push(fill(words.closesBut, { names }));
  }
  return sentences;
}
