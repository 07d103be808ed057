import { type RecipientRole, signs } from "#lib/envelopes/core/roles.ts";
import type { TrailDocument } from "./audit-trail-facts.ts";
import { utcWords } from "./instant-words.ts";
import { type Fact, hash, reasonFact, type Telling, text } from "./telling.ts";
import { visible } from "./trail-words.ts";

export interface DocumentRow {
  readonly name: string;
  readonly changes: string;
  readonly pages: string;
  readonly size: string;
  readonly originalSha256: string;
  readonly sealedSha256: string | null;
}

/** The event that brought the envelope into a state that does not change any more. */
const END_EVENTS = {
  sealed: "envelope.sealed",
  completed: "envelope.sealed",
  declined: "recipient.declined",
  voided: "envelope.voided",
  expired: "envelope.expired",
} as const;

type State = keyof typeof END_EVENTS | "draft" | "sent" | "sealing";

/** The trail is made after sealing and before completion, so a sealed envelope is one of its states. */
export function stateOf({ facts, newest }: Telling): State {
  const { state } = facts.envelope;
  return state === "sealing" && newest("envelope.sealed") ? "sealed" : state;
}

/** How things stand, in one plain sentence. */
export function resultSentence(telling: Telling): string {
  const { facts, words, tell, newest } = telling;
  const { recipients, documents, organizationName } = facts;
  const state = stateOf(telling);
  const end = state in END_EVENTS ? newest(END_EVENTS[state as keyof typeof END_EVENTS]) : undefined;
  return words(`results.${state === "completed" ? "sealed" : state}`, {
    signers: recipients.filter(({ id, role }) => signs(role) && !isReplaced(telling, id)).length,
    signed: countOf(telling, "recipient.signed"),
    attested: countOf(telling, "recipient.signed", ["witness", "notary"]),
    approved: countOf(telling, "recipient.approved"),
    read: countOf(telling, "recipient.acknowledged"),
    documents: documents.length,
    organization: visible(organizationName),
    who: end ? tell(end).actor[0]! : words("words.notRecorded"),
    at: end ? utcWords(end.at) : words("words.notRecorded"),
  });
}

/** Whether somebody else acts in a person's place. */
export const isReplaced = ({ facts }: Telling, id: string): boolean =>
  facts.entries.some(({ type, data }) => {
    if (type === "recipient.took-on") return Array.isArray(data.released) && data.released.includes(id);
    return OUT.has(type) && data.recipient === id;
  });

const OUT = new Set(["recipient.stepped-back", "recipient.delegated", "recipient.skipped"]);

/** How many people, of any role or of some, have an entry of that type. */
function countOf({ facts }: Telling, type: string, roles?: readonly RecipientRole[]): number {
  const ids = new Set(facts.entries.filter((entry) => entry.type === type).map(({ data }) => data.recipient));
  if (!roles) return ids.size;
  return facts.recipients.filter(({ id, role }) => ids.has(id) && roles.includes(role)).length;
}

/** Whether the chain holds, in one plain sentence. */
export function chainSentence({ facts, words }: Telling): string {
  const { brokenAt, entries } = facts;
  if (brokenAt !== null) return words("results.broken", { entry: brokenAt });
  return entries.length === 0 ? words("actions.none") : words("results.intact", { count: entries.length });
}

export function summaryFacts(telling: Telling): Fact[] {
  const { facts, words, personal, hasLocalClock } = telling;
  const { envelope, organizationName, sender, recipients, timeZone } = facts;
  const fact = (key: string, ...values: Fact["values"]): Fact => ({ label: words(`summary.${key}`), values });
  const people = recipients.map(({ name, role, order }) => {
    const values = { name: personal(name), role: roleWords(telling, role, order) };
    return text(words("summary.person", values));
  });
  const from = words("summary.from", { name: personal(sender.name), email: personal(sender.email) });
  return [
    fact("envelope", text(envelope.shortId), hash(envelope.id)),
    fact("state", text(words(`states.${stateOf(telling)}`))),
    fact("organization", text(visible(organizationName))),
    fact("sender", text(from)),
    ...(people.length > 0 ? [fact("people", ...people)] : []),
    fact("order", text(words(`summary.orders.${envelope.order}`))),
    fact("level", text(words(`summary.levels.${envelope.level}`))),
    ...milestones(telling),
    fact("verify", text(visible(facts.verifyAddress))),
    fact("times", text(words(hasLocalClock ? "summary.timesAre" : "summary.timesAreUtc", { timeZone }))),
  ];
}

/** What a person is in the envelope, and whose turn comes when, if there are turns. */
export function roleWords({ facts, words }: Telling, role: string, order: number): string {
  const isInTurn = facts.envelope.order !== "parallel" && role !== "copy";
  return isInTurn ? words("roles.inTurn", { role: words(`roles.${role}`), order }) : words(`roles.${role}`);
}

const MILESTONES = {
  "envelope.sent": "sent",
  "envelope.sealed": "sealed",
  "envelope.completed": "completed",
  "recipient.declined": "declined",
  "envelope.voided": "voided",
  "envelope.expired": "expired",
} as const;

function milestones(telling: Telling): Fact[] {
  return Object.entries(MILESTONES).flatMap(([type, key]) => {
    const entry = telling.newest(type);
    if (!entry) return [];
    const reason = reasonFact(telling, entry);
    const fact = { label: telling.words(`summary.${key}`), values: [text(telling.cited(entry))] };
    return reason ? [fact, reason] : [fact];
  });
}

export function documentRow({ words, personal }: Telling, document: TrailDocument): DocumentRow {
  const { name, pages, sizeBytes, originalSha256, sealedSha256, changes } = document;
  const made = Object.entries(changes)
    .filter(([, count]) => count > 0)
    .map(([code, count]) =>
      words.has(`changes.${code}`)
        ? words(`changes.${code}`, { count })
        : words("changes.other", { code: visible(code), count }),
    );
  return {
    name: personal(name),
    changes:
      made.length > 0 ? words("summary.changes", { changes: made.join(", ") }) : words("summary.unchanged"),
    pages: String(pages),
    size: words("summary.bytes", { bytes: sizeBytes }),
    ...{ originalSha256, sealedSha256 },
  };
}
