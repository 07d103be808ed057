import { fromUtf8, sha256 } from "#lib/bytes.ts";
import { utcWords } from "#lib/evidence/core/instant-words.ts";
import {
  facts as factsBlock,
  heading,
  type Paper,
  paragraph,
  steps,
  table,
} from "#lib/evidence/core/paper/paper.ts";
import { paperHtml } from "#lib/evidence/core/paper/paper-html.ts";
import { paperPdf } from "#lib/evidence/core/paper/paper-pdf.ts";
import { parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { toPem } from "#lib/pki/core/certificates/pem.ts";
import type { FontLibrary } from "#lib/ports/fonts.ts";
import { paperDocx } from "../paper/paper-docx.ts";
import { ASIC_MEDIA_TYPE } from "./asic.ts";
import { batesFile } from "./bates.ts";
import { certificateFiles } from "./certificate-files.ts";
import { depositionPaper, preservationPaper } from "./companions.ts";
import { COURTS, DECLARATION_FIELD, declarationPaper, letterPaper } from "./declaration.ts";
import { elementRows } from "./element-map.ts";
import { howtoText, TIMESTAMP_ANCHOR, timestampAnchor } from "./howto.ts";
import { AUDIT_TRAIL, attachmentName, documentNames, MIMETYPE, receivedName } from "./names.ts";
import type { PackageFacts, PackageFile } from "./package-facts.ts";
import { type PackageWords, packageWords } from "./package-words.ts";
import { custodyPaper, framed, levelsPaper, mapPaper, reportPaper, systemPaper } from "./papers.ts";
import { jsonBytes, recordFiles } from "./records.ts";
import { redacted } from "./redact.ts";

export interface PackageFilesOptions {
  readonly fonts: FontLibrary;
  readonly paper: "a4" | "letter";
  /** The offline verifier, one page of HTML. */
  readonly verifierHtml: string;
}

/** Files that are stored already and go into a package as they are. */
export interface StoredName {
  readonly name: string;
  readonly about: string;
  readonly isPersonal: boolean;
}

/**
 * Every file of a package that is made for it: the same facts give the same bytes.
 *
 * @param given all facts; a redacted package's are redacted here.
 */
export function packageFiles(given: PackageFacts, options: PackageFilesOptions): PackageFile[] {
  const words = packageWords();
  const facts = given.order.variant === "redacted" ? redacted(given, words("withheld")) : given;
  const made: PackageFile[] = [
    ...recordFiles(facts, words),
    ...certificateFiles(facts, words),
    {
      name: TIMESTAMP_ANCHOR,
      bytes: fromUtf8(toPem(timestampAnchor(facts))),
      ...{ about: words("about.certificate"), isPersonal: false },
    },
    ...paperFiles(facts, words, options),
    {
      name: "06-validation/report.json",
      bytes: jsonBytes(reportRecord(facts)),
      ...{ about: words("about.report"), isPersonal: true },
    },
    text(MIMETYPE, ASIC_MEDIA_TYPE, words("about.mimetype")),
    text("HOWTO.txt", howtoText(facts), words("about.howto")),
    text("verifier.html", options.verifierHtml, words("about.verifier")),
  ];
  const bates = facts.order.batesPrefix === "" ? [] : [batesFile(facts, made, words)];
  const files = [...made, ...bates];
  const kept = files.filter(({ isPersonal }) => !isPersonal || facts.order.variant === "full");
  return [...files, text("README.html", readmeHtml(facts, kept, words), words("about.readme"))];
}

const text = (name: string, content: string, about: string): PackageFile => ({
  ...{ name, about, bytes: fromUtf8(content), isPersonal: false },
});

/** What a package takes from the store. */
export function storedNames(facts: PackageFacts): {
  readonly trail: StoredName;
  readonly documents: readonly { readonly signed: StoredName; readonly original: StoredName }[];
  readonly attachments: readonly StoredName[];
  readonly received: readonly StoredName[];
} {
  const words = packageWords();
  const named = (name: string, about: string): StoredName => ({
    ...{ name, about: words(`about.${about}`), isPersonal: true },
  });
  return {
    trail: named(AUDIT_TRAIL, "auditTrail"),
    documents: facts.documents.map((_, index) => {
      const names = documentNames(facts, index);
      return { signed: named(names.signed, "signed"), original: named(names.original, "original") };
    }),
    attachments: facts.attachments.map((_, index) => named(attachmentName(facts, index), "attachment")),
    received: facts.received.map((_, index) => named(receivedName(facts, index), "received")),
  };
}

/** What the declarant signs, with any program that signs PDFs. */
const SIGNED = new Set(["declaration", "courtDeclaration"]);

/** What a person completes, and so gets for a word processor too. */
const COMPLETED = new Set(["declaration", "courtDeclaration", "letter", "preservation"]);

function paperFiles(facts: PackageFacts, words: PackageWords, options: PackageFilesOptions): PackageFile[] {
  const { trail, order } = facts;
  const papers: [string, Paper, string, boolean][] = [
    ["06-validation/report", reportPaper(facts, words), "report", false],
    ["08-custody/custody-log", custodyPaper(facts, words), "custody", false],
    ["10-declaration/custodian-declaration", declarationPaper(facts, words), "declaration", true],
    ...COURTS.filter((court) => court !== "federal").map((court): [string, Paper, string, boolean] => [
      ...([`10-declaration/custodian-declaration-${court}`, declarationPaper(facts, words, court)] as const),
      ...(["courtDeclaration", false] as const),
    ]),
    ["10-declaration/notice-902-11", letterPaper(facts, words), "letter", true],
    ["10-declaration/preservation-letter", preservationPaper(facts, words), "preservation", false],
    ["10-declaration/deposition-fact-sheet", depositionPaper(facts, words), "deposition", false],
    ["10-declaration/system-description", systemPaper(facts, words), "system", true],
    ["10-declaration/element-map", mapPaper(facts, words), "map", true],
    ["10-declaration/levels", levelsPaper(facts, words), "levels", true],
  ];
  const wordFile = (name: string, paper: Paper): PackageFile => ({
    name: `${name}.docx`,
    bytes: paperDocx(paper, {
      ...{ paper: options.paper, author: trail.organizationName, createdAt: order.askedAt },
    }),
    ...{ about: words("about.completed"), isPersonal: false },
  });
  const files = papers.flatMap(([name, paper, about, isPage]): PackageFile[] => {
    const { bytes } = paperPdf(paper, {
      ...{ paper: options.paper, fonts: options.fonts, createdAt: order.askedAt },
      ...{ author: trail.organizationName, producer: trail.generator },
      seed: sha256(fromUtf8(`${order.id} ${name}`)),
      ...(SIGNED.has(about)
        ? { signatureField: { name: DECLARATION_FIELD, label: words("declaration.signatureField") } }
        : {}),
    });
    const pdf = { name: `${name}.pdf`, bytes, about: words(`about.${about}`), isPersonal: false };
    const page = text(`${name}.html`, paperHtml(paper), words(`about.${about}`));
    return [pdf, ...(isPage ? [page] : []), ...(COMPLETED.has(about) ? [wordFile(name, paper)] : [])];
  });
  const map = jsonBytes(elementRows(facts));
  const wording = jsonBytes(facts.custodyWording);
  return [
    ...files,
    { name: "10-declaration/wording.json", bytes: wording, about: words("about.wording"), isPersonal: false },
    { name: "10-declaration/element-map.json", bytes: map, about: words("about.map"), isPersonal: false },
  ];
}

const reportRecord = ({ documents, auditTrail, trail, order }: PackageFacts) => ({
  format: "whereof-package-report/1",
  checkedAt: order.askedAt.toISOString(),
  chain: { count: trail.entries.length, head: trail.entries.at(-1)?.hash ?? null, brokenAt: trail.brokenAt },
  documents: documents.map(({ id, report }) => ({ document: id, report })),
  auditTrail: auditTrail.report,
});

function readmeHtml(facts: PackageFacts, files: readonly PackageFile[], words: PackageWords): string {
  const { order, trail, rootDer } = facts;
  const root = parseCertificate(rootDer);
  const organization = trail.organizationName;
  const say = (key: string, values: Record<string, string> = {}) => words(`readme.${key}`, values);
  const stored = storedNames(facts);
  const isFull = order.variant === "full";
  const others = isFull
    ? [
        stored.trail,
        ...stored.documents.flatMap(({ signed, original }) => [signed, original]),
        ...stored.attachments,
        ...stored.received,
      ]
    : [];
  const listed = [...others, ...files, { name: "SHA256SUMS", about: words("about.sums") }]
    .map(({ name, about }) => [name, about] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const orNone = (value: string) => (value === "" ? words("none") : isFull ? value : words("withheld"));
  const by = order.askedBy ? `${order.askedBy.name} (${order.askedBy.email})` : say("automatic");
  const paper = framed(facts, words, {
    title: say("title", { shortId: trail.envelope.shortId }),
    blocks: [
      paragraph(say("lead", { organization })),
      heading(say("howToCheck")),
      steps([
        { text: say("stepVerifier") },
        { text: say("stepCommands") },
        { text: say("stepAnchor", { root: root.subject.text, sha256: root.sha256, organization }) },
      ]),
      heading(say("whyThis")),
      factsBlock([
        [say("askedBy"), by],
        [say("askedAt"), utcWords(order.askedAt)],
        [say("reason"), orNone(order.reason)],
        [say("matter"), orNone(order.matter)],
        [say("preparedFor"), orNone(order.preparedFor)],
      ]),
      ...(isFull ? [] : [heading(say("withheld")), paragraph(say("withheldLead"))]),
      heading(say("limits")),
      paragraph(say("limitsText")),
      heading(say("whatIsHere")),
      table(
        [{ title: say("file") }, { title: say("what") }],
        listed.map(([name, about]) => [name, about]),
      ),
    ],
  });
  const links = Object.fromEntries(
    [...listed.map(([name]) => name), "manifest.json"].map((name) => [name, name]),
  );
  return paperHtml(paper, links);
}
