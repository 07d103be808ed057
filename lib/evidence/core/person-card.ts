import { signs } from "#lib/envelopes/core/roles.ts";
import type { TrailEntry, TrailRecipient } from "./audit-trail-facts.ts";
import { deviceWords } from "./device-words.ts";
import { certificateFacts, type Fact, hash, reasonFact, stringOf, type Telling, text } from "./telling.ts";
import { isReplaced, roleWords } from "./trail-summary.ts";
import { visible } from "./trail-words.ts";
import { isIdentityShown, weakestWay } from "./ways-in.ts";

const NOT_VERIFIED = {
  "email-link": "notVerified",
  "sms-link": "notVerifiedNumber",
  "hosted-link": "notVerifiedHosted",
  "in-person": "notVerifiedInPerson",
} as const;

export interface PersonCard {
  readonly name: string;
  readonly facts: readonly Fact[];
}

/** What the chain says of one person: how identified, what agreed to, what done, from where, with which device. */
export function personCard(telling: Telling, recipient: TrailRecipient): PersonCard {
  const { facts, words, personal } = telling;
  const { id, name, email, role, order, certificate } = recipient;
  const fact = (key: string, ...values: Fact["values"]): Fact => ({ label: words(`people.${key}`), values });
  const about = (type: string) =>
    facts.entries.find((entry) => entry.type === type && entry.data.recipient === id);
  const moment = (type: string, key: string) => {
    const entry = about(type);
    return entry ? [fact(key, text(telling.cited(entry)))] : [];
  };
  const own = facts.entries.filter(({ actor }) => actor.kind === "recipient" && actor.id === id);
  const methods = new Set([
    ...own.flatMap(({ actor }) => stringOf(actor.method) ?? []),
    ...own.flatMap(({ data }) => shownMethods(data)),
  ]);
  const identified = [...methods].map((method) =>
    words.has(`people.methods.${method}`)
      ? words(`people.methods.${method}`, { email: personal(email) })
      : words("people.methods.other", { method: visible(method) }),
  );
  const hosts = new Set(own.flatMap(({ actor }) => hostName(actor) ?? []));
  const way = isIdentityShown(methods) ? null : weakestWay(methods);
  // Who has no mailbox is reached by a number, which stands in its place.
  const hasNumber = email !== null && /^\+\d+$/.test(email);
  if (way) identified.push(words(`people.${NOT_VERIFIED[way]}`));
  return {
    name: personal(name),
    facts: [
      fact("role", text(roleWords(telling, role, order))),
      fact(hasNumber ? "number" : "email", text(personal(email))),
      ...(identified.length > 0 ? [fact("identified", ...identified.map(text))] : []),
      ...namedBy(telling, id),
      ...(hosts.size > 0 ? [fact("attested", ...[...hosts].map((host) => text(visible(host))))] : []),
      ...moment("recipient.invited", "invited"),
      ...moment("recipient.took-on", "tookOn"),
      ...released(telling, id),
      ...consent(telling, about("consent.given")),
      ...moment("document.viewed", "viewed"),
      ...act(telling, about("recipient.signed"), "signed"),
      ...meaning(telling, about("recipient.signed")),
      ...onBehalf(telling, id),
      ...notShown(telling, id),
      ...act(telling, about("recipient.approved"), "approved"),
      ...act(telling, about("recipient.acknowledged"), "acknowledged"),
      ...act(telling, about("recipient.passed-on"), "passedOn"),
      ...moment("recipient.stepped-back", "steppedBack"),
      ...moment("recipient.skipped", "skipped"),
      ...declined(telling, about("recipient.declined")),
      ...handedOn(telling, about("recipient.delegated")),
      ...seen(telling, own, "ip", visible),
      ...seen(telling, own, "userAgent", (value) => deviceWords(value) ?? visible(value)),
      ...(certificate ? certificateFacts(telling, certificate, words("people.certificate")) : []),
      ...(signs(role) && !certificate && !isReplaced(telling, id)
        ? [fact("certificate", text(words("people.noCertificate")))]
        : []),
    ],
  };
}

/** Of the member on whose device the person acted, in their presence. */
function hostName({ host }: TrailEntry["actor"]): string | null {
  return stringOf(((host ?? {}) as TrailEntry["actor"]).name);
}

/** What the event that authorizes a signature names beside the link. */
function shownMethods({ authentication }: TrailEntry["data"]): string[] {
  const { methods } = (authentication ?? {}) as { methods?: unknown };
  return Array.isArray(methods) ? methods.map(String).filter((method) => method !== "link") : [];
}

function consent({ words, atOf, personal }: Telling, entry: TrailEntry | undefined): Fact[] {
  if (!entry) return [];
  const notice = (entry.data.notice ?? {}) as TrailEntry["data"];
  const textOf = (value: TrailEntry["data"][string]) =>
    visible(stringOf(value) ?? words("words.notRecorded"));
  const given = words("people.consentGiven", {
    ...{ at: atOf(entry), entry: entry.sequence, wording: personal(stringOf(entry.data.wording)) },
    ...{ version: textOf(notice.version), locale: textOf(notice.locale) },
  });
  const sha256 = stringOf(notice.sha256);
  return [{ label: words("people.consent"), values: [text(given), ...(sha256 ? [hash(sha256)] : [])] }];
}

function act({ words, atOf, personal }: Telling, entry: TrailEntry | undefined, key: string): Fact[] {
  if (!entry) return [];
  const wording = personal(stringOf(entry.data.wording));
  const pressed = words("people.pressed", { at: atOf(entry), entry: entry.sequence, wording });
  return [{ label: words(`people.${key}`), values: [text(pressed)] }];
}

/** @see 21 CFR 11.50(b) */
function meaning({ words }: Telling, entry: TrailEntry | undefined): Fact[] {
  const stated = stringOf(entry?.data.meaning);
  if (stated === null) return [];
  const key = `people.meanings.${stated}`;
  return [{ label: words("people.meaning"), values: [text(words.has(key) ? words(key) : visible(stated))] }];
}

/** What the sender said of a person as they sent it. */
function sentOf(telling: Telling, id: string): TrailEntry["data"] {
  const { facts } = telling;
  const { recipients } = facts.entries.find(({ type }) => type === "envelope.sent")?.data ?? {};
  const all = Array.isArray(recipients) ? (recipients as TrailEntry["data"][]) : [];
  const own = all.find((one) => one.id === id);
  if (own) return own;
  // Whoever took somebody's place has their part.
  const taken = facts.entries.find(
    ({ type, data }) => (type === "recipient.delegated" || type === "recipient.corrected") && data.to === id,
  );
  return taken && taken.data.recipient !== id ? sentOf(telling, String(taken.data.recipient)) : {};
}

function onBehalf(telling: Telling, id: string): Fact[] {
  const { onBehalfOf } = sentOf(telling, id);
  if (onBehalfOf === undefined) return [];
  const party = telling.personal(stringOf(onBehalfOf));
  return [{ label: telling.words("people.onBehalf"), values: [text(party)] }];
}

/** Which documents were kept from somebody, who signed the others only. */
function notShown(telling: Telling, id: string): Fact[] {
  const { facts, words, personal } = telling;
  const hidden = sentOf(telling, id).notShown;
  if (!Array.isArray(hidden)) return [];
  const names = facts.documents
    .filter((document) => hidden.includes(document.id))
    .map(({ name }) => text(personal(name)));
  return [{ label: words("people.notShown"), values: names }];
}

function declined(telling: Telling, entry: TrailEntry | undefined): Fact[] {
  if (!entry) return [];
  const reason = reasonFact(telling, entry);
  const fact = { label: telling.words("people.declined"), values: [text(telling.cited(entry))] };
  return reason ? [fact, reason] : [fact];
}

function handedOn({ words, at, personal }: Telling, entry: TrailEntry | undefined): Fact[] {
  if (!entry) return [];
  const name = personal(stringOf(entry.data.name));
  const told = words("people.delegatedTo", { at: at(entry.at), entry: entry.sequence, name });
  return [{ label: words("people.delegated"), values: [text(told)] }];
}

/** Who said who this person is, where the sender left that open. */
function namedBy({ facts, words, at, personal }: Telling, id: string): Fact[] {
  const entry = facts.entries.findLast(({ type, data }) => type === "recipient.named" && data.person === id);
  if (!entry) return [];
  const namer = facts.recipients.find((one) => one.id === entry.data.recipient);
  const name = personal(namer?.name ?? null);
  const told = words("people.namedAt", { name, at: at(entry.at), entry: entry.sequence });
  return [{ label: words("people.namedAs"), values: [text(told)] }];
}

/** Any one of several was enough, and another acted. */
function released(telling: Telling, id: string): Fact[] {
  const { facts, words, at, personal } = telling;
  const entry = facts.entries.find(
    ({ type, data }) =>
      type === "recipient.took-on" && Array.isArray(data.released) && data.released.includes(id),
  );
  if (!entry) return [];
  const taker = facts.recipients.find((one) => one.id === entry.data.recipient);
  const name = personal(taker?.name ?? null);
  const told = words("people.releasedAt", { name, at: at(entry.at), entry: entry.sequence });
  return [{ label: words("people.released"), values: [text(told)] }];
}

/** Each different value that the person's own entries carry, with the entries that do. */
function seen(
  { words }: Telling,
  entries: readonly TrailEntry[],
  key: "ip" | "userAgent",
  told: (value: string) => string,
): Fact[] {
  const found = new Map<string, number[]>();
  for (const { actor, sequence } of entries) {
    if (!(key in actor)) continue;
    const value = stringOf(actor[key]);
    const known = value === null ? words("words.erased") : told(value);
    found.set(known, [...(found.get(known) ?? []), sequence]);
  }
  if (found.size === 0) return [];
  const values = [...found].map(([value, sequences]) =>
    text(words("people.inEntries", { value, count: sequences.length, entries: runsOf(sequences) })),
  );
  return [{ label: words(key === "ip" ? "people.ip" : "people.device", { count: found.size }), values }];
}

/** Numbers as people write them: `3–5, 9`. */
function runsOf(numbers: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const number of numbers) {
    const last = runs.at(-1);
    if (last && number === last[1] + 1) last[1] = number;
    else runs.push([number, number]);
  }
  return runs.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`)).join(", ");
}
