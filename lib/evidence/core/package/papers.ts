import { eventTeller } from "#lib/evidence/core/event-words.ts";
import { utcWords } from "#lib/evidence/core/instant-words.ts";
import {
  facts as factsBlock,
  heading,
  type Paper,
  paragraph,
  steps,
  table,
} from "#lib/evidence/core/paper/paper.ts";
import { trailWords } from "#lib/evidence/core/trail-words.ts";
import { parseCertificate } from "#lib/pki/core/certificates/certificate.ts";
import { parseTimestampToken } from "#lib/pki/core/timestamps/timestamp-token.ts";
import { isAsSealed, isConfirmed } from "./checked-facts.ts";
import { elementRows, notarialActs } from "./element-map.ts";
import { keyBlocks } from "./key-blocks.ts";
import { AUDIT_TRAIL, documentNames, LOG_PROOF } from "./names.ts";
import type { PackageDocument, PackageFacts } from "./package-facts.ts";
import { type PackageWords, wordsBelow } from "./package-words.ts";

/** A paper with what stands above and below each of its pages. */
export function framed(
  facts: PackageFacts,
  words: PackageWords,
  paper: Pick<Paper, "title" | "blocks">,
): Paper {
  const { organizationName, envelope, generator } = facts.trail;
  const { id, askedAt } = facts.order;
  return {
    ...paper,
    header: words("header", { organization: organizationName, shortId: envelope.shortId }),
    footer: words("footer", { at: utcWords(askedAt), generator, id }),
  };
}

/** Every check that was made of the documents and of the chain. */
export function reportPaper(facts: PackageFacts, words: PackageWords): Paper {
  const { order, trail } = facts;
  const root = parseCertificate(facts.rootDer).subject.text;
  const { brokenAt, entries } = trail;
  const chain =
    brokenAt === null
      ? words("report.chainHolds", { count: entries.length })
      : words("report.chainBreaks", { entry: brokenAt });
  return framed(facts, words, {
    title: words("report.title"),
    blocks: [
      paragraph(words("report.lead", { at: utcWords(order.askedAt), root })),
      heading(words("report.chain")),
      paragraph(chain),
      factsBlock([[words("report.head"), { hash: entries.at(-1)!.hash }]]),
      paragraph(logSentence(facts, words)),
      ...facts.documents.flatMap((document, index) => documentBlocks(facts, document, index, words)),
      heading(words("report.trail")),
      factsBlock([
        [words("report.result"), words(`verdicts.${facts.auditTrail.report.verdict}`)],
        [words("report.hash"), { hash: facts.auditTrail.sha256 }],
      ]),
      signatureTable(facts, facts.auditTrail.report, words),
    ],
  });
}

/** Where the end of the chain stands in the installation's log, or that it is not known to stand there. */
export function logSentence({ log }: Pick<PackageFacts, "log">, words: PackageWords): string {
  if (!log) return words("report.logNone");
  const { leafIndex, size, timestampToken } = log;
  const at = utcWords(parseTimestampToken(timestampToken).generatedAt);
  return words("report.log", { at, leaf: String(leafIndex), size: String(size), file: LOG_PROOF });
}

function documentBlocks(facts: PackageFacts, document: PackageDocument, index: number, words: PackageWords) {
  const { name, report, sealedSha256 } = document;
  return [
    heading(words("report.document", { number: index + 1, name })),
    factsBlock([
      [
        words("report.result"),
        `${words(`verdicts.${report.verdict}`)}. ${report.summary}`,
        words(isAsSealed(facts, document) ? "report.matches" : "report.differs"),
      ],
      [words("report.hash"), { hash: sealedSha256 }],
    ]),
    signatureTable(facts, report, words),
  ];
}

function signatureTable(facts: PackageFacts, report: PackageDocument["report"], words: PackageWords) {
  const isRedacted = facts.order.variant === "redacted";
  const columns = [
    { title: words("report.signature"), widthPt: 92 },
    { title: words("report.by"), widthPt: 118 },
    { title: words("report.time"), widthPt: 96 },
    { title: words("report.outcome") },
  ];
  return table(
    columns,
    report.signatures.map((one) => {
      const isPerson = one.kind === "signature" && one.field.startsWith("Signer");
      const by = isRedacted && isPerson ? words("withheld") : (one.signer?.name ?? "–");
      const faults = one.findings.filter(({ severity }) => severity === "error");
      return [
        `${one.number}. ${one.field}`,
        by,
        one.time.provenAt ? utcWords(new Date(one.time.provenAt)) : "–",
        [
          `${words(`verdicts.${one.verdict}`)} (${one.indication}${one.level ? `, ${one.level}` : ""})`,
          ...faults.map(({ message }) => message),
        ].join(". "),
      ];
    }),
  );
}

/** Who made, opened and copied what. */
export function custodyPaper(facts: PackageFacts, words: PackageWords): Paper {
  const tell = eventTeller(facts.trail, trailWords());
  const items = facts.documents.flatMap((document, index) => {
    const names = documentNames(facts, index);
    return [
      [names.signed, String(document.sealedBytes), { hash: document.sealedSha256 }],
      [names.original, String(document.originalBytes), { hash: document.originalSha256 }],
    ];
  });
  const { sizeBytes, sha256 } = facts.auditTrail;
  return framed(facts, words, {
    title: words("custody.title"),
    blocks: [
      paragraph(words("custody.lead")),
      heading(words("custody.items")),
      table(
        [
          { title: words("custody.item"), widthPt: 170 },
          { title: words("custody.size"), widthPt: 60 },
          { title: words("custody.hash") },
        ],
        [...items, [AUDIT_TRAIL, String(sizeBytes), { hash: sha256 }]],
      ),
      heading(words("custody.keys")),
      ...keyBlocks(facts, words),
      heading(words("custody.log")),
      table(
        [
          { title: words("custody.number"), widthPt: 24 },
          { title: words("custody.time"), widthPt: 92 },
          { title: words("custody.who"), widthPt: 92 },
          { title: words("custody.what") },
          { title: words("custody.entry"), widthPt: 56 },
        ],
        facts.trail.entries.map((entry) => {
          const { actor, sentence } = tell(entry);
          return [
            ...[String(entry.sequence), utcWords(entry.at), actor.join(", "), sentence],
            { hash: entry.hash.slice(0, 8) },
          ];
        }),
      ),
    ],
  });
}

/** Which level is reached, and which is not claimed. */
export function levelsPaper(facts: PackageFacts, words: PackageWords): Paper {
  const reached = facts.documents.map((document) => {
    const levels = document.report.signatures.flatMap(({ level }) => (level ? [level] : []));
    const lowest = ["B-B", "B-T", "B-LT", "B-LTA"].find((level) => levels.includes(level as "B-B"));
    return isConfirmed(facts, document) && lowest
      ? words("levels.level", { document: document.name, level: lowest })
      : words("levels.levelUnknown", { document: document.name });
  });
  const notarized = notarialActs(facts).length > 0;
  const notes = (keys: readonly string[]) =>
    steps(keys.map((key) => ({ text: words(`levels.${key}`, { source: facts.timestampSource }) })));
  return framed(facts, words, {
    title: words("levels.title"),
    blocks: [
      paragraph(words("levels.lead")),
      heading(words("levels.reached")),
      ...reached.map(paragraph),
      notes(["esign", "advanced", ...(notarized ? ["notarised"] : [])]),
      heading(words("levels.notReached")),
      notes([
        ...["notQualified", "notIdentified", ...(notarized ? [] : ["notNotarised"]), "notQualifiedTime"],
      ]),
    ],
  });
}

/** Which record supports which element of ESIGN and UETA (R158). */
export function mapPaper(facts: PackageFacts, words: PackageWords): Paper {
  return framed(facts, words, {
    title: words("map.title"),
    blocks: [
      paragraph(words("map.lead")),
      table(
        [
          { title: words("map.element"), widthPt: 104 },
          { title: words("map.rule"), widthPt: 96 },
          { title: words("map.facts") },
          { title: words("map.files"), widthPt: 120 },
        ],
        elementRows(facts).map(({ element, rule, facts, files }) => [element, rule, facts, files.join(", ")]),
      ),
    ],
  });
}

/** Exhibit A. */
export const systemPaper = (facts: PackageFacts, words: PackageWords): Paper =>
  framed(facts, words, {
    title: words("system.title"),
    blocks: [
      paragraph(words("system.lead", { generator: facts.trail.generator })),
      steps(wordsBelow(words, "system.steps").map((text) => ({ text }))),
    ],
  });
