import type { Content } from "#lib/pdf/page-layout/flow.ts";
import type { AuditTrailFacts, CertificateFacts, PersonalValue, TrailEntry } from "./audit-trail-facts.ts";
import { type EventWords, eventTeller, personalWords } from "./event-words.ts";
import { bothWords, shortLocalWords, utcWords } from "./instant-words.ts";
import { type TrailWords, trailWords, visible } from "./trail-words.ts";

/** A label, and what it stands for. */
export interface Fact {
  readonly label: string;
  readonly values: readonly Content[];
}

/** What every part of the trail needs to put facts into words. */
export interface Telling {
  readonly facts: AuditTrailFacts;
  readonly words: TrailWords;
  /** Whether there are local times beside those in UTC. */
  readonly hasLocalClock: boolean;
  tell(entry: TrailEntry): EventWords;
  /** A moment by both clocks. */
  at(at: Date): string;
  /** By the local clock alone; null when there is none. */
  local(at: Date): string | null;
  /** When an entry was made, and which it is. */
  cited(entry: TrailEntry): string;
  personal(value: PersonalValue): string;
  newest(type: string): TrailEntry | undefined;
}

export function newTelling(facts: AuditTrailFacts): Telling {
  const words = trailWords();
  const { timeZone, entries } = facts;
  const hasLocalClock = !["UTC", "Etc/UTC"].includes(timeZone);
  const at = (at: Date) => (hasLocalClock ? bothWords(at, timeZone) : utcWords(at));
  return {
    ...{ facts, words, hasLocalClock, at },
    tell: eventTeller(facts, words),
    local: (at) => (hasLocalClock ? shortLocalWords(at, timeZone) : null),
    cited: (entry) => words("words.cited", { at: at(entry.at), entry: entry.sequence }),
    personal: (value) => personalWords(value, words),
    newest: (type) => entries.findLast((entry) => entry.type === type),
  };
}

export const text = (value: string): Content => ({ kind: "text", text: value });
export const strong = (value: string): Content => ({ kind: "strong", text: value });
export const hash = (value: string): Content => ({ kind: "hash", text: value });

export const stringOf = (value: TrailEntry["data"][string]): string | null =>
  typeof value === "string" ? value : null;

/** Why, where the entry says so; null where it says nothing. */
export function reasonFact({ words, personal }: Telling, entry: TrailEntry): Fact | null {
  const { reason } = entry.data;
  if (reason === undefined || reason === "") return null;
  return { label: words("words.reason"), values: [text(personal(stringOf(reason)))] };
}

/** A certificate by what can be compared with the certificate itself. */
export function certificateFacts(
  { words }: Telling,
  { subject, issuer, serial, sha256, notBefore, notAfter }: CertificateFacts,
  label = words("certificate.subject"),
): Fact[] {
  const validity = words("certificate.validFor", { from: utcWords(notBefore), to: utcWords(notAfter) });
  const issuedBy =
    issuer === undefined ? [] : [text(words("certificate.issuedBy", { issuer: visible(issuer) }))];
  return [
    { label, values: [text(visible(subject)), ...issuedBy, text(validity)] },
    { label: words("certificate.serial"), values: [hash(serial)] },
    { label: words("certificate.sha256"), values: [hash(sha256)] },
  ];
}
