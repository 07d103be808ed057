import { utcWords } from "#lib/evidence/core/instant-words.ts";
import {
  facts as factsBlock,
  heading,
  type Paper,
  type PaperCell,
  paragraph,
  steps,
} from "#lib/evidence/core/paper/paper.ts";
import { type DestructionWords, destructionWords } from "./destruction-words.ts";
import { sealedTombstone, type Tombstone } from "./tombstone.ts";

/** What one approval destroyed. */
export interface DestructionFacts {
  /** `des_…`, as the organization's chain names it. */
  readonly number: string;
  readonly organizationName: string;
  readonly destroyed: readonly { readonly tombstone: Tombstone; readonly at: Date }[];
  readonly createdAt: Date;
  /** The program and its version. */
  readonly generator: string;
}

/** The empty field that takes the organization's signature. */
export const DESTRUCTION_FIELD = "Seal";

/** What was destroyed, how, and by whose decision, without a word about the people in it. */
export function destructionPaper(facts: DestructionFacts): Paper {
  const words = destructionWords();
  const { number, organizationName: organization, destroyed, createdAt, generator } = facts;
  return {
    title: words("title"),
    header: words("header", { organization, number }),
    footer: words("footer", { at: utcWords(createdAt), generator }),
    blocks: [
      paragraph(words("lead", { organization, count: destroyed.length })),
      heading(words("decided")),
      factsBlock([[words("number"), number], ...deciders(destroyed, words)]),
      heading(words("how")),
      steps(["key", "files", "people", "chain"].map((step) => ({ text: words(`steps.${step}`) }))),
      paragraph(words("backups")),
      heading(words("what")),
      ...destroyed.flatMap(({ tombstone, at }) => [
        heading(tombstone.shortId, 3),
        factsBlock(envelopeFacts(tombstone, at, words)),
      ]),
    ],
  };
}

type Fact = readonly [string, ...PaperCell[]];

/** Those who let at least one of them through. */
function deciders(destroyed: DestructionFacts["destroyed"], words: DestructionWords): Fact[] {
  return (["reviewed", "approved"] as const).map((act) => {
    const lines = destroyed.flatMap(({ tombstone }) =>
      tombstone.approvals
        .filter((approval) => approval.act === act)
        .map(({ member, role, at }) =>
          words("member", {
            ...{ member, at: utcWords(new Date(at)) },
            role: words.has(`roles.${role}`) ? words(`roles.${role}`) : role,
          }),
        ),
    );
    return [words(act), ...new Set(lines)];
  });
}

function envelopeFacts(tombstone: Tombstone, at: Date, words: DestructionWords): Fact[] {
  const { retention, documents, papers, certificates, recipients, chain } = tombstone;
  const { class: name, years, basis, dueOn: day, countsFrom, countedFrom, decidedBy } = retention;
  const label = (key: string, count = 0) => words(`labels.${key}`, { count });
  return [
    [label("envelope"), tombstone.envelope],
    [label("ended"), words(`endedAs.${tombstone.endedAs}`, { at: utcWords(new Date(tombstone.endedAt)) })],
    [label("class"), words("class", { name, years, day }), basis],
    ...(decidedBy
      ? [
          [
            label("rule"),
            words(`decidedBy.${decidedBy.how === "rule" ? decidedBy.kind : decidedBy.how}`, {
              rule: decidedBy.rule ?? "",
            }),
            words(`countedFrom.${countsFrom ?? "end"}`, { day: countedFrom ?? day }),
          ] as const,
        ]
      : []),
    [label("destroyed"), utcWords(at)],
    [
      label("documents", documents.length),
      ...documents.flatMap(({ pages, revisions, sizeBytes, originalSha256, sha256 }) => [
        words("document", { pages, revisions, size: String(sizeBytes) }),
        { hash: originalSha256 },
        { hash: sha256 },
      ]),
    ],
    ...listed(label("papers"), papers, ({ kind, sizeBytes, sha256 }) => [
      words(words.has(`papers.${kind}`) ? `papers.${kind}` : "papers.other", {
        kind,
        size: String(sizeBytes),
      }),
      { hash: sha256 },
    ]),
    ...listed(label("certificates"), certificates, ({ serial, sha256 }) => [
      words("certificate", { serial }),
      { hash: sha256 },
    ]),
    [label("people"), words("people", { count: recipients })],
    [label("chain"), words("chain", { count: chain.events }), { hash: chain.head }],
    [label("tombstone"), { hash: sealedTombstone(tombstone).sha256 }],
  ];
}

function listed<T>(label: string, list: readonly T[], tell: (one: T) => readonly PaperCell[]): Fact[] {
  return list.length === 0 ? [] : [[label, ...list.flatMap(tell)]];
}
