import { isTimeZone } from "#lib/envelopes/core/bulk/pacing.ts";
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
  /** By the envelope's local clock alone; null when there is none. */
  local(at: Date): string | null;
  /** When an entry was made, also by the clock of whoever made it, as far as that is recorded. */
  atOf(entry: TrailEntry): string;
  /** By the clock of whoever made it alone; null when there is none. */
  localOf(entry: TrailEntry): string | null;
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
  const zones = zonesOf(entries);
  const zoneOf = ({ actor }: TrailEntry) =>
    (actor.kind === "recipient" ? zones.get(String(actor.id)) : undefined) ??
    (hasLocalClock ? timeZone : null);
  const atOf = (entry: TrailEntry) => {
    const zone = zoneOf(entry);
    return zone ? bothWords(entry.at, zone) : utcWords(entry.at);
  };
  return {
    ...{ facts, words, hasLocalClock, at, atOf },
    tell: eventTeller(facts, words),
    local: (at) => (hasLocalClock ? shortLocalWords(at, timeZone) : null),
    localOf(entry) {
      const zone = zoneOf(entry);
      return zone && shortLocalWords(entry.at, zone);
    },
    cited: (entry) => words("words.cited", { at: atOf(entry), entry: entry.sequence }),
    personal: (value) => personalWords(value, words),
    newest: (type) => entries.findLast((entry) => entry.type === type),
  };
}

/** The time zone each person's device named as they finished. */
function zonesOf(entries: readonly TrailEntry[]): Map<string, string> {
  const zones = new Map<string, string>();
  for (const { actor, data } of entries)
    if (actor.kind === "recipient" && typeof data.timeZone === "string" && isTimeZone(data.timeZone))
      zones.set(String(actor.id), data.timeZone);
  return zones;
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
