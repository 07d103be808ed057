import type { TrailEntry } from "../audit-trail-facts.ts";
import { eventTeller } from "../event-words.ts";
import { utcWords } from "../instant-words.ts";
import { actOf, heldEntries } from "../package/checked-facts.ts";
import {
  type Block,
  facts as factsBlock,
  heading,
  type PaperCell,
  paragraph,
  table,
} from "../paper/paper.ts";
import { personCard } from "../person-card.ts";
import { newTelling } from "../telling.ts";
import { trailWords } from "../trail-words.ts";
import type { Contested } from "./dispute-paper.ts";

/** What concerns every signer of the envelope. */
const COMMON = new Set([
  ...["envelope.sent", "document.certified", "envelope.all-signed", "envelope.sealed", "envelope.completed"],
]);

export function stepBlocks({ facts, words, recipient }: Contested): Block[] {
  const tell = eventTeller(facts.trail, trailWords());
  const own = heldEntries(facts).filter(
    ({ type, actor, data }) =>
      COMMON.has(type) ||
      (actor.kind === "recipient" && actor.id === recipient.id) ||
      (data.recipient === recipient.id && !type.startsWith("dispute.")),
  );
  return [
    heading(words("steps.heading")),
    paragraph(words("steps.lead")),
    table(
      [
        { title: words("steps.number"), widthPt: 30 },
        { title: words("steps.time"), widthPt: 128 },
        { title: words("steps.what") },
        { title: words("steps.proof"), widthPt: 60 },
      ],
      own.map((entry) => {
        const { actor, sentence } = tell(entry);
        const what = `${actor[0]}: ${sentence}`;
        return [String(entry.sequence), utcWords(entry.at), what, { hash: entry.hash.slice(0, 8) }];
      }),
    ),
  ];
}

/** The card of the audit trail, with what a link shows and does not. */
export function identityBlocks({ facts, words, recipient }: Contested): Block[] {
  const card = personCard(newTelling(facts.trail), recipient);
  return [
    heading(words("identity.heading")),
    paragraph(words("identity.lead")),
    factsBlock(
      card.facts.map(({ label, values }) => {
        const [first = "", ...rest] = values.map(
          ({ kind, text }): PaperCell => (kind === "hash" ? { hash: text } : text),
        );
        return [label, first, ...rest] as const;
      }),
    ),
    paragraph(words("identity.link")),
  ];
}

export function consentBlocks({ facts, words, recipient }: Contested): Block[] {
  const title = heading(words("consent.heading"));
  const given = actOf(facts, recipient.id, "consent.given");
  if (!given) return [title, paragraph(words("consent.none"))];
  const notice = (given.data.notice ?? {}) as { version?: string; locale?: string; sha256?: string };
  const { version = words("notRecorded"), locale = words("notRecorded"), sha256 } = notice;
  const told = words("consent.given", {
    ...{ at: utcWords(given.at), entry: given.sequence, version, locale },
    wording: String(given.data.wording ?? words("erased")),
  });
  const text = facts.notices.find((one) => one.sha256 === sha256)?.body;
  return [
    title,
    paragraph(told),
    ...(sha256 ? [factsBlock([["SHA-256", { hash: sha256 }]])] : []),
    heading(words("consent.text"), 3),
    ...(text
      ? text
          .split(/\n+/)
          .filter((line) => line.trim() !== "")
          .map(paragraph)
      : [paragraph(words("consent.noText"))]),
  ];
}

export function shownBlocks({ facts, words, recipient, act }: Contested): Block[] {
  const shown = listOf(act?.data.shown);
  const views = heldEntries(facts).filter(
    ({ type, actor }) =>
      type === "document.viewed" && actor.kind === "recipient" && actor.id === recipient.id,
  );
  const nameOf = (id: unknown) =>
    facts.documents.find((document) => document.id === id)?.name ?? words("notRecorded");
  const wasShown = (documentId: string, revision: number) =>
    shown.some((one) => one.documentId === documentId && one.revision === revision) ||
    views.some(({ data }) => data.document === documentId && data.revision === revision);
  const pages = facts.pages.filter(({ documentId, revision }) => wasShown(documentId, revision));
  const revisions = shown.flatMap(({ documentId, revision, sha256 }) =>
    typeof sha256 === "string"
      ? [
          [
            words("shown.revision", { document: nameOf(documentId), revision: Number(revision) }),
            { hash: sha256 },
          ] as const,
        ]
      : [],
  );
  const columns = [
    { title: words("shown.page"), widthPt: 112 },
    { title: words("shown.size"), widthPt: 62 },
    { title: words("shown.hash") },
    { title: words("shown.seen"), widthPt: 44 },
  ];
  return [
    heading(words("shown.heading")),
    paragraph(words("shown.lead")),
    ...(act && revisions.length > 0
      ? [
          paragraph(words("shown.acted", { wording: `“${String(act.data.wording ?? words("erased"))}”` })),
          factsBlock(revisions),
        ]
      : []),
    pages.length === 0
      ? paragraph(words("shown.none"))
      : table(
          columns,
          pages.map(({ documentId, revision, page, widthPx, heightPx, sha256 }) => [
            words("shown.pageOf", { document: nameOf(documentId), revision, page }),
            words("shown.pixels", { width: widthPx, height: heightPx }),
            { hash: sha256 },
            seenIn(views, documentId, revision, page) || words("shown.never"),
          ]),
        ),
  ];
}

type Shown = { readonly documentId?: unknown; readonly revision?: unknown; readonly sha256?: unknown };

const listOf = (value: unknown): readonly Shown[] => (Array.isArray(value) ? (value as Shown[]) : []);

/** The entries that report a page on screen. */
function seenIn(views: readonly TrailEntry[], documentId: string, revision: number, page: number): string {
  const told = views.filter(
    ({ data }) =>
      data.document === documentId && data.revision === revision && holds(String(data.pages), page),
  );
  return told.map(({ sequence }) => sequence).join(", ");
}

/** Pages as runs: `1-3, 7`. */
function holds(runs: string, page: number): boolean {
  return runs.split(",").some((run) => {
    const [from = Number.NaN, to = from] = run.split("-").map(Number);
    return page >= from && page <= to;
  });
}
