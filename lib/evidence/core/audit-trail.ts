import type { AuditTrailFacts, TrailEntry } from "./audit-trail-facts.ts";
import type { EventWords } from "./event-words.ts";
import { type ForeignSummary, foreignSummaries } from "./foreign-summary.ts";
import { utcWords } from "./instant-words.ts";
import { keepingRows } from "./keeping-rows.ts";
import { type PersonCard, personCard } from "./person-card.ts";
import { processSteps } from "./process-steps.ts";
import { type SignedDocument, signedDocuments } from "./signature-rows.ts";
import { certificateFacts, type Fact, hash, newTelling, type Telling, text } from "./telling.ts";
import {
  chainSentence,
  type DocumentRow,
  documentRow,
  resultSentence,
  stateOf,
  summaryFacts,
} from "./trail-summary.ts";
import { visible } from "./trail-words.ts";

export interface ActionRow extends EventWords {
  readonly sequence: number;
  readonly utc: string;
  /** Null where the local clock is UTC; without the day where it is the same. */
  readonly local: string | null;
  /** By the clock of a device that was without a network; null where nothing was recorded so. */
  readonly device: string | null;
  /** Which revision each document was at, in the documents' order. */
  readonly revisions: readonly number[];
  /** The first eight digits of the hash. */
  readonly chainId: string;
  /** Whether the hash follows from this entry and the hash before it. */
  readonly holds: boolean;
}

/** The audit trail as it is read, before it is set: all text is final. */
export interface AuditTrail {
  readonly title: string;
  readonly shortId: string;
  readonly state: string;
  /** How things stand, and whether the chain holds: a sentence each. */
  readonly result: readonly string[];
  readonly summary: readonly Fact[];
  readonly documents: readonly DocumentRow[];
  readonly seal: readonly Fact[] | null;
  readonly people: readonly PersonCard[];
  readonly actions: readonly ActionRow[];
  /** Numbers of entries whose time lies before that of the entry before: a clock was set back. */
  readonly setBackAt: readonly number[];
  /** For readers of other languages. */
  readonly summaries: readonly ForeignSummary[];
  readonly signatures: readonly SignedDocument[];
  readonly authorities: readonly (readonly Fact[])[];
  readonly chain: readonly Fact[];
  /** How the documents moved, a sentence each. */
  readonly process: readonly string[];
  readonly keeping: readonly Fact[];
  /** Of the local times; null when there are none. */
  readonly timeZone: string | null;
  readonly entryCount: number;
  /** Lower-case hex; null for a chain without entries. */
  readonly chainHead: string | null;
  readonly madeAt: string;
  readonly generator: string;
  readonly verifyAddress: string;
}

/**
 * Tells what is known of an envelope in words: nothing inferred, nothing left out, and what was erased named so.
 *
 * @throws RangeError for a time zone there is not
 */
export function auditTrail(facts: AuditTrailFacts): AuditTrail {
  const telling = newTelling(facts);
  const { envelope, entries, sealCertificate } = facts;
  return {
    title: telling.personal(envelope.title),
    shortId: envelope.shortId,
    state: telling.words(`states.${stateOf(telling)}`),
    result: [
      ...(facts.isTest ? [telling.words("summary.isTest")] : []),
      ...[resultSentence(telling), chainSentence(telling)],
    ],
    summary: summaryFacts(telling),
    documents: facts.documents.map((document) => documentRow(telling, document)),
    seal: sealCertificate && certificateFacts(telling, sealCertificate),
    people: facts.recipients.map((recipient) => personCard(telling, recipient)),
    actions: actionRows(telling),
    setBackAt: setBackAt(entries),
    summaries: foreignSummaries(facts),
    signatures: signedDocuments(telling),
    authorities: facts.authorities.map((certificate) => certificateFacts(telling, certificate)),
    chain: chainFacts(telling),
    process: processSteps(telling),
    keeping: keepingRows(telling),
    timeZone: telling.hasLocalClock ? facts.timeZone : null,
    entryCount: entries.length,
    chainHead: entries.at(-1)?.hash ?? null,
    madeAt: utcWords(facts.createdAt),
    generator: visible(facts.generator),
    verifyAddress: visible(facts.verifyAddress),
  };
}

/** Clocks of two machines that are right differ by less. */
const SKEW_MS = 1_000;

const setBackAt = (entries: AuditTrailFacts["entries"]): number[] =>
  entries.flatMap(({ sequence, at }, index) =>
    index > 0 && entries[index - 1]!.at.getTime() - at.getTime() > SKEW_MS ? [sequence] : [],
  );

const actionRows = ({ facts, tell, localOf }: Telling): ActionRow[] =>
  facts.entries.map((entry, position) => ({
    ...tell(entry),
    sequence: entry.sequence,
    utc: utcWords(entry.at),
    local: localOf(entry),
    device: deviceTime(entry),
    revisions: facts.documents.flatMap(({ id }) => entry.documents?.[id] ?? []),
    chainId: entry.hash.slice(0, 8),
    holds: position !== facts.brokenAt,
  }));

function deviceTime({ actor }: TrailEntry): string | null {
  const { deviceAt } = (actor.offline ?? {}) as { deviceAt?: unknown };
  const at = typeof deviceAt === "string" ? new Date(deviceAt) : null;
  return at && !Number.isNaN(at.getTime()) ? utcWords(at) : null;
}

function chainFacts({ facts, words, at }: Telling): Fact[] {
  const { entries, brokenAt } = facts;
  const fact = (key: string, value: Fact["values"][number]): Fact => ({
    label: words(`integrity.${key}`),
    values: [value],
  });
  const [first, last] = [entries.at(0), entries.at(-1)];
  const state = brokenAt === null ? words("integrity.holds") : words("integrity.breaks", { entry: brokenAt });
  return [
    fact("count", text(String(entries.length))),
    ...(first && last ? [fact("first", text(at(first.at))), fact("last", text(at(last.at)))] : []),
    ...(last ? [fact("head", hash(last.hash)), fact("state", text(state))] : []),
  ];
}
