import { type Flow, SETTINGS } from "#lib/pdf/page-layout/flow.ts";
import type { AuditTrail } from "./audit-trail.ts";
import { CHECKS } from "./check-commands.ts";
import { hash, strong, text } from "./telling.ts";
import type { TrailWords } from "./trail-words.ts";

/** Writes one section of the trail. */
export type TrailSection = (flow: Flow, trail: AuditTrail, words: TrailWords) => void;

/** In the order of the pages; a further section is one more entry. */
export const AUDIT_TRAIL_SECTIONS: readonly TrailSection[] = [
  summary,
  people,
  actions,
  integrity,
  process,
  custody,
  summaries,
];

const LABEL_PT = 92;

function summary(flow: Flow, trail: AuditTrail, words: TrailWords): void {
  flow.paragraph(trail.result.join(" "));
  flow.heading(2, words("summary.heading"));
  flow.facts(trail.summary, LABEL_PT);
  flow.heading(3, words("summary.documents"));
  if (trail.documents.length === 0) flow.paragraph(words("summary.noDocuments"));
  else documents(flow, trail, words);
  flow.heading(3, words("summary.seal"));
  if (!trail.seal) {
    flow.paragraph(words("summary.noSeal"));
    return;
  }
  flow.paragraph(words("summary.sealUse"), { keepsWithNext: true });
  flow.facts(trail.seal, LABEL_PT);
}

/** In the languages of those who acted; what counts is what stands before. */
function summaries(flow: Flow, trail: AuditTrail): void {
  for (const { heading, locale, paragraphs } of trail.summaries) {
    flow.heading(2, heading, "strong", locale);
    for (const paragraph of paragraphs) flow.paragraph(paragraph, { setting: { ...SETTINGS.body, locale } });
  }
}

function documents(flow: Flow, trail: AuditTrail, words: TrailWords): void {
  const columns = [
    { title: [strong(words("summary.document"))] },
    { title: [strong(words("summary.pages"))], widthPt: 34 },
    { title: [strong(words("summary.size"))], widthPt: 72 },
    { title: [strong(words("summary.hashes"))], widthPt: 224 },
  ];
  flow.table(
    columns,
    trail.documents.map(({ name, changes, pages, size, originalSha256, sealedSha256 }) => [
      [strong(name), text(changes)],
      [text(pages)],
      [text(size)],
      [
        ...[text(words("summary.asUploaded")), hash(originalSha256)],
        ...(sealedSha256
          ? [text(words("summary.asSealed")), hash(sealedSha256)]
          : [text(words("summary.notSealed"))]),
      ],
    ]),
  );
}

function people(flow: Flow, trail: AuditTrail, words: TrailWords): void {
  flow.heading(2, words("people.heading"));
  flow.paragraph(words("people.intro"));
  flow.paragraph(words("people.addresses"));
  for (const { name, facts } of trail.people) {
    flow.heading(3, name, "thin");
    flow.facts(facts, LABEL_PT);
  }
}

function actions(flow: Flow, trail: AuditTrail, words: TrailWords): void {
  const { timeZone } = trail;
  flow.heading(2, words("actions.heading"));
  if (trail.actions.length === 0) {
    flow.paragraph(words("actions.none"));
    return;
  }
  const hasLocal = trail.actions.some(({ local }) => local !== null);
  const times = [
    ...(hasLocal ? [words("actions.timesOfPeople")] : []),
    ...(timeZone === null ? [] : [words("actions.timesAre", { timeZone })]),
  ].join(" ");
  flow.paragraph(words("actions.intro", { times }).trimEnd(), { keepsWithNext: true });
  if (trail.actions.some(({ device }) => device !== null))
    flow.paragraph(words("actions.offline"), { keepsWithNext: true });
  if (trail.setBackAt.length > 0)
    flow.paragraph(
      words("actions.setBack", { entries: trail.setBackAt.join(", "), count: trail.setBackAt.length }),
      {
        keepsWithNext: true,
      },
    );
  const digits = String(trail.actions.length - 1).length;
  const columns = [
    {
      title: [strong(words("actions.number"))],
      widthPt: Math.max(11, digits * 5.1),
      align: "right" as const,
    },
    {
      title: [strong(words(hasLocal ? "actions.time" : "actions.timeUtc"))],
      widthPt: hasLocal ? 118 : 114,
    },
    { title: [strong(words("actions.actor"))], widthPt: 76 },
    { title: [strong(words("actions.event"))] },
    { title: [strong(words("actions.method"))], widthPt: 68 },
    { title: [strong(words("actions.chain"))], widthPt: 52 },
  ];
  flow.table(
    columns,
    trail.actions.map(
      ({ sequence, utc, local, device, actor, sentence, method, ip, revisions, chainId, holds }) => [
        [text(String(sequence))],
        [
          ...[text(utc), ...(local === null ? [] : [text(local)])],
          ...(device === null ? [] : [text(words("actions.device", { at: device }))]),
        ],
        actor.map(text),
        [text(sentence)],
        [...new Set([method, ip])].map(text),
        [
          hash(chainId),
          ...(revisions.length > 0 ? [text(words("actions.revision", { of: revisions.join(", ") }))] : []),
          ...(holds ? [] : [strong(words("actions.breaks"))]),
        ],
      ],
    ),
  );
  flow.paragraph(words("words.marks"));
}

function integrity(flow: Flow, trail: AuditTrail, words: TrailWords): void {
  flow.heading(2, words("integrity.heading"));
  flow.heading(3, words("integrity.signatures"));
  if (trail.signatures.length === 0) flow.paragraph(words("integrity.noSignatures"));
  else flow.paragraph(words("integrity.signaturesIntro"), { keepsWithNext: true });
  for (const { document, rows } of trail.signatures) signatures(flow, document, rows, words);
  authorities(flow, trail, words);
  flow.heading(3, words("integrity.chain"));
  flow.paragraph(words("integrity.chainIntro"), { keepsWithNext: true });
  flow.facts(trail.chain, LABEL_PT);
  flow.heading(3, words("integrity.check"));
  flow.paragraph(words("integrity.checkIntro"), { keepsWithNext: true });
  flow.steps(CHECKS.map(({ key, commands }) => ({ text: words(`integrity.steps.${key}`), commands })));
}

function process(flow: Flow, trail: AuditTrail, words: TrailWords): void {
  flow.heading(2, words("process.heading"));
  flow.paragraph(words("process.intro"), { keepsWithNext: true });
  flow.steps(trail.process.map((text) => ({ text, commands: [] })));
}

function custody(flow: Flow, trail: AuditTrail, words: TrailWords): void {
  flow.heading(2, words("custody.heading"));
  flow.paragraph(words("custody.intro", { at: trail.madeAt }), { keepsWithNext: true });
  flow.facts(trail.keeping, LABEL_PT);
}

function signatures(
  flow: Flow,
  document: string,
  rows: AuditTrail["signatures"][number]["rows"],
  words: TrailWords,
): void {
  const column = (key: string, widthPt?: number) => ({ title: [strong(words(`integrity.${key}`))], widthPt });
  flow.paragraph(document, { keepsWithNext: true, setting: SETTINGS.strong });
  flow.table(
    [column("field"), column("timestamp", 113), column("certificate", 109), column("covers", 146)],
    rows.map(({ field, timestamp, certificate, finding }) => [field, timestamp, certificate, finding]),
  );
}

function authorities(flow: Flow, trail: AuditTrail, words: TrailWords): void {
  if (trail.authorities.length === 0) return;
  flow.heading(3, words("integrity.authorities"));
  flow.paragraph(words("integrity.authoritiesIntro"), { keepsWithNext: true });
  for (const facts of trail.authorities) flow.facts(facts, LABEL_PT);
}
