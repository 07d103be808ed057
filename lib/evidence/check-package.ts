import { createHash } from "node:crypto";
import { type ByteSource, sha256Of, toHex, toUtf8 } from "#lib/bytes.ts";
import { isRefusal } from "#lib/errors.ts";
import { parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { certificatesFromPem } from "#lib/pki/core/certificates/pem.ts";
import { type TrustAnchor, trustAnchorOf } from "#lib/pki/core/validation/path.ts";
import { type ChainEvent, checkEvents, recordedHashes } from "./core/package/check-events.ts";
import { checkFiles } from "./core/package/check-files.ts";
import { checkLog } from "./core/package/check-log.ts";
import { checkContainer, checkManifest } from "./core/package/check-manifest.ts";
import { checkPieces, type PiecesInDocuments } from "./core/package/check-pieces.ts";
import { AUDIT_TRAIL, ROOT, TRUSTED } from "./core/package/names.ts";
import { CheckNotes, type PackageCheck, type PackageReport, worstOf } from "./core/package/package-report.ts";
import { bytesOf, namesIn, type PackageView, readManifest } from "./core/package/package-view.ts";
import { signatureWords } from "./core/validation/describe-report.ts";
import { isEarlier, verdictBesides } from "./core/validation/earlier-verdict.ts";
import type { ValidationReport, Verdict } from "./core/validation/validation-report.ts";
import { EXIT_CODES } from "./core/validation/verdict.ts";
import { readZip, type ZipMember } from "./core/zip/read-zip.ts";
import { evidenceError } from "./errors.ts";
import { readSignatures } from "./read-signatures.ts";
import { validateDocument } from "./validate-document.ts";

export interface PackageTerms {
  /** What to believe in; the package's own root when there is none. */
  readonly anchors: readonly TrustAnchor[];
  /** Revocation lists to add to those in the package, DER. */
  readonly crls?: readonly Uint8Array[];
  readonly now: Date;
}

/**
 * Checks an evidence package with nothing but itself: the list and its signature, every file, the events, every
 * document, certificate, revocation answer and time-stamp.
 *
 * @param source hostile; read in ranges. @returns a report, also for what is no package
 */
export function checkPackage(source: ByteSource, terms: PackageTerms): PackageReport {
  let members: ZipMember[] = [];
  try {
    members = readZip(source);
    return report(new Map(members.map((member) => [member.name, member])), terms);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const faulty = members.filter(({ fault }) => fault !== null);
    const sentences = [...faulty.map(({ name, fault }) => `${name}: ${fault}.`), sentenceOf(error.message)];
    const damagedFiles = faulty.map(({ name }) => name);
    return {
      format: "whereof-package-check/1",
      ...{ verdict: "failed", exitCode: EXIT_CODES.failed },
      summary:
        damagedFiles.length > 0
          ? summaryOf("failed", damagedFiles)
          : "This is no evidence package that can be checked: it was changed, cut, or is another kind of file.",
      checkedAt: terms.now.toISOString(),
      ...{ package: null, trustAnchor: null, damagedFiles },
      checks: [{ title: "Package", verdict: "failed", sentences }],
    };
  }
}

const sentenceOf = (message: string) => `${message.slice(0, 1).toUpperCase()}${message.slice(1)}.`;

function report(members: ReadonlyMap<string, ZipMember>, terms: PackageTerms): PackageReport {
  const { manifest, manifestBytes } = readManifest(members);
  const rootDer = bytesOf({ members }, `${ROOT}.cer`);
  if (!rootDer) throw evidenceError("package-unreadable", "it holds no root certificate");
  const root = parseCertificate(rootDer);
  const isFromPackage = terms.anchors.length === 0;
  const anchors = isFromPackage ? anchorsIn(members) : terms.anchors;
  const view: PackageView = {
    members,
    manifest,
    manifestBytes,
    anchors,
    root,
    crls: terms.crls ?? [],
    now: terms.now,
  };
  const files = checkFiles(view, () => createHash("sha256"));
  const events = checkEvents(view);
  const documents = checkDocuments(view, events.events);
  const checks: PackageCheck[] = [
    ...[files.check, checkManifest(view), ...checkContainer(view)],
    ...[events.check, checkLog(view, manifest.chain)],
    checkRecords(view, events.events),
    ...documents.checks,
    ...checkPieces(view, documents.inside),
  ];
  const verdict = worstOf(checks.map((check) => check.verdict));
  const { envelope } = manifest;
  return {
    format: "whereof-package-check/1",
    ...{ verdict, exitCode: EXIT_CODES[verdict] },
    summary: summaryOf(verdict, files.damaged),
    checkedAt: terms.now.toISOString(),
    package: {
      ...{ id: manifest.package.id, variant: manifest.package.variant },
      ...{ envelope: envelope.shortId, organization: envelope.organization },
      createdAt: manifest.package.createdAt,
    },
    trustAnchor: {
      subject: anchors.map(({ subject }) => subject.text).join("; "),
      sha256: anchors[0]?.certificate?.sha256 ?? "",
      isFromPackage,
    },
    damagedFiles: files.damaged,
    checks,
  };
}

/** @throws evidence/package-unreadable */
function anchorsIn(members: ReadonlyMap<string, ZipMember>): TrustAnchor[] {
  const trusted = bytesOf({ members }, TRUSTED);
  if (!trusted)
    throw evidenceError("package-unreadable", "it does not say which certificates its paths end at");
  return certificatesFromPem(toUtf8(trusted)).map(trustAnchorOf);
}

function summaryOf(verdict: PackageReport["verdict"], damaged: readonly string[]): string {
  if (damaged.length > 0)
    return `This package was changed: ${damaged.slice(0, 5).join(", ")}${damaged.length > 5 ? ` and ${damaged.length - 5} more` : ""}.`;
  if (verdict === "passed") return "Everything in this package holds.";
  return verdict === "failed"
    ? "Something in this package does not hold."
    : "Nothing in this package was found wrong, but not everything could be confirmed.";
}

/** Whether uploads, sealed documents, audit trail and notices are those the events speak of. */
function checkRecords(view: PackageView, events: readonly ChainEvent[]): PackageCheck {
  const notes = new CheckNotes("Files and the events that recorded them");
  const recorded = recordedHashes(events);
  const files = [...view.manifest.files, ...view.manifest.withheld];
  const compare = (test: RegExp, hashes: readonly string[], what: string) => {
    for (const { name, sha256 } of files.filter((file) => test.test(file.name)))
      if (!hashes.includes(sha256)) notes.fails(`${name} is not the ${what} that the events recorded.`);
  };
  compare(/^01-agreement\/.*-original\.pdf$/, recorded.uploads, "upload");
  compare(/^01-agreement\/.*-signed\.pdf$/, recorded.sealed, "sealed document");
  compare(/^02-audit\/audit-trail\.pdf$/, recorded.trail, "audit trail");
  compare(/^04-consent\/notice-.*\.txt$/, recorded.notices, "notice");
  const listed = new Set(files.map(({ sha256 }) => sha256));
  for (const sha256 of [...recorded.sealed, ...recorded.trail, ...recorded.notices])
    if (!listed.has(sha256))
      notes.fails(`The file ${sha256.slice(0, 16)}…, of which the events tell, is not here.`);
  notes.holds(
    "Uploads, sealed documents, audit trail and notices are those whose hashes were recorded as events.",
  );
  return notes.check;
}

function checkDocuments(view: PackageView, events: readonly ChainEvent[]) {
  const names = [...namesIn(view, "01-agreement/", "-signed.pdf"), AUDIT_TRAIL].filter((name) =>
    view.members.has(name),
  );
  const [signatures, tokens] = [new Set<string>(), new Set<string>()];
  const checks = names.map((name) => {
    const notes = new CheckNotes(name);
    const { source } = view.members.get(name)!;
    const report = validateDocument(source, { name, anchors: view.anchors, crls: view.crls, now: view.now });
    const earlierBytes = uploadedIn(view, name, events);
    const verdict = verdictBesides(report, earlierBytes);
    notes.of(verdict, earlierBytes === 0 ? report.summary : besidesWords(report, verdict, earlierBytes));
    for (const signature of report.signatures) {
      const { headline, findings } = signatureWords(signature, report);
      const faults = findings.filter(({ severity }) => severity === "error").map(({ message }) => message);
      notes.holds([`${signature.number}. ${headline}`, ...faults].join("; "));
    }
    if (name !== AUDIT_TRAIL) collect(source, signatures, tokens);
    return notes.check;
  });
  const hasDocuments = names.some((name) => name !== AUDIT_TRAIL) && events.length > 0;
  return { checks, inside: hasDocuments ? ({ signatures, tokens } satisfies PiecesInDocuments) : null };
}

/**
 * Size of the upload of a document that others had signed before it was sent: as the events tell, which name its hash,
 * and as its first bytes show. 0 for any other.
 */
function uploadedIn(view: PackageView, name: string, events: readonly ChainEvent[]): number {
  const original = view.members.get(name.replace(/-signed\.pdf$/, "-original.pdf"))?.source;
  const signed = view.members.get(name)!.source;
  if (!original || original === signed || original.size > signed.size) return 0;
  const sha256 = sha256Of(original);
  const sent = events.find(({ type }) => type === "envelope.sent")?.data.documents;
  const isKept = (Array.isArray(sent) ? (sent as readonly Readonly<Record<string, unknown>>[]) : []).some(
    (one) => one?.sha256 === sha256 && one.keepsSignatures === true,
  );
  const start: ByteSource = {
    size: original.size,
    read: (position, length) => signed.read(position, Math.min(length, original.size - position)),
  };
  return isKept && sha256Of(start) === sha256 ? original.size : 0;
}

function besidesWords(report: ValidationReport, verdict: Verdict, earlierBytes: number): string {
  if (verdict !== "passed") return report.summary;
  const count = report.signatures.filter((one) => isEarlier(one, earlierBytes)).length;
  return `What was signed here holds. It was signed before it was sent: ${count === 1 ? "that signature is" : `those ${count} signatures are`} intact, byte for byte; whether to trust whoever made ${count === 1 ? "it" : "them"} is for the reader to decide.`;
}

function collect(source: ByteSource, signatures: Set<string>, tokens: Set<string>): void {
  try {
    for (const { kind, cms, tokens: own } of readSignatures(source).signatures) {
      (kind === "timestamp" ? tokens : signatures).add(toHex(cms));
      for (const token of own) tokens.add(toHex(token));
    }
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
}
