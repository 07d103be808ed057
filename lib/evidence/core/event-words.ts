import type { Json } from "#lib/audit/core/canonical-json.ts";
import { EVENT_TYPES } from "#lib/audit/core/events.ts";
import type { AuditTrailFacts, PersonalValue, TrailEntry } from "./audit-trail-facts.ts";
import { utcWords } from "./instant-words.ts";
import { type TrailWords, visible } from "./trail-words.ts";

/** One event, as a person reads it. Every word is a recorded value or belongs to the event's own sentence. */
export interface EventWords {
  /** Name, and what they are. */
  readonly actor: readonly string[];
  readonly sentence: string;
  readonly method: string;
  readonly ip: string;
}

/** What events name. */
export interface NamedFacts {
  readonly recipients: readonly Pick<AuditTrailFacts["recipients"][number], "id" | "name" | "role">[];
  readonly documents: readonly Pick<AuditTrailFacts["documents"][number], "id" | "name">[];
  readonly fields: AuditTrailFacts["fields"];
  readonly entries: readonly TrailEntry[];
}

const KNOWN = new Set<string>(EVENT_TYPES);

/** Tells the events of one envelope in plain words. */
export function eventTeller(facts: NamedFacts, words: TrailWords): (entry: TrailEntry) => EventWords {
  const names = namesOf(facts, words);
  return (entry) => {
    const { type, actor, data } = entry;
    const key = KNOWN.has(type) ? `events.${type}` : "events.other";
    return {
      actor: actorLines(actor, names, words),
      sentence: words(key, { type: visible(type), ...valuesOf(data, names, words) }),
      method: methodOf(actor, words),
      ip: "ip" in actor ? textOf(actor.ip, words) : words("words.none"),
    };
  };
}

/** Without the isolates that keep names apart in set text. */
export const plain = (text: string): string => text.replace(/[\u2066-\u2069]/g, "");

/** A value of a person in words: as entered, or that it was erased. */
export const personalWords = (value: PersonalValue, words: TrailWords): string =>
  value === null ? words("words.erased") : visible(value);

interface Names {
  person(id: Json | undefined): string;
  document(id: Json | undefined): string;
  field(id: Json | undefined): string;
  role(id: Json | undefined): string | null;
}

const LONGEST_NAME = 80;

/**
 * Names as rows repeat them: whole, but for one that would fill a page by itself. It stands whole with the person;
 * nothing is left out where two people could be taken for each other.
 */
export function shortNames(names: readonly PersonalValue[]): (name: PersonalValue) => PersonalValue {
  const signs = new Intl.Segmenter("en");
  const cut = (name: string): string => {
    if (name.length <= LONGEST_NAME) return name;
    const kept = [...signs.segment(name)].map(({ segment }) => segment);
    return kept.length > LONGEST_NAME
      ? `${kept
          .slice(0, LONGEST_NAME - 1)
          .join("")
          .trimEnd()}…`
      : name;
  };
  const whole = [...new Set(names)].filter((name) => name !== null);
  const shortOf = new Map(whole.map((name) => [name, cut(name)]));
  const counts = new Map<string, number>();
  for (const short of shortOf.values()) counts.set(short, (counts.get(short) ?? 0) + 1);
  return (name) => {
    const short = name === null ? null : (shortOf.get(name) ?? cut(name));
    return short !== null && (counts.get(short) ?? 0) > 1 ? name : short;
  };
}

function namesOf({ recipients, documents, fields, entries }: NamedFacts, words: TrailWords): Names {
  const people = new Map(recipients.map((recipient) => [recipient.id, recipient]));
  const known = new Map<string, PersonalValue>();
  for (const { type, data } of entries)
    if (type === "document.added" && typeof data.document === "string")
      known.set(data.document, typeof data.name === "string" ? data.name : null);
  for (const { id, name } of documents) known.set(id, name);
  const byId = new Map(fields.map((field) => [field.id, field]));
  const shortened = shortNames(recipients.map(({ name }) => name));
  const document = (id: Json | undefined) => {
    // Where there never was another one, its name would only stand in the way.
    if (known.size === 1 && known.has(String(id))) return words("parts.theDocument");
    const name = known.get(String(id));
    if (name === undefined) return words("parts.removedDocument", { id: textOf(id, words) });
    return name === null ? words("words.erased") : words("parts.quoted", { name: visible(name) });
  };
  return {
    document,
    person(id) {
      if (id === null) return words("parts.theSender");
      const person = people.get(String(id));
      if (!person) return words("parts.somePerson", { id: textOf(id, words) });
      return personalWords(shortened(person.name), words);
    },
    field(id) {
      const field = byId.get(String(id));
      if (!field) return words("parts.unknownField");
      const { type, label, page, documentId } = field;
      const values = { label: visible(label), labelIs: label === "" ? "none" : "given" };
      return words("parts.field", { ...values, type, page: page + 1, document: document(documentId) });
    },
    role: (id) => people.get(String(id))?.role ?? null,
  };
}

function actorLines(actor: TrailEntry["actor"], names: Names, words: TrailWords): string[] {
  if (actor.kind === "system") return [words("actions.system")];
  if (actor.kind === "recipient") {
    const role = names.role(actor.id);
    return [names.person(actor.id ?? undefined), ...(role ? [words(`roles.${role}`)] : [])];
  }
  const name = "name" in actor ? textOf(actor.name, words) : textOf(actor.id, words);
  const role = typeof actor.role === "string" ? [wordFor(words, "roles", actor.role)] : [];
  return [name, ...role];
}

function methodOf({ kind, method }: TrailEntry["actor"], words: TrailWords): string {
  const used = method ?? (kind === "member" ? "account" : undefined);
  if (typeof used !== "string") return words("words.none");
  return words.has(`actions.methods.${used}`)
    ? words(`actions.methods.${used}`)
    : words("actions.methods.other", { method: visible(used) });
}

/** The word for a code; the code itself when there is none. */
export const wordFor = (words: TrailWords, group: string, code: string): string =>
  words.has(`${group}.${code}`) ? words(`${group}.${code}`) : visible(code);

/** A recorded value as text. Null is what `readChain` gives for an erased one. */
function textOf(value: Json | undefined, words: TrailWords): string {
  if (value === undefined) return words("words.notRecorded");
  if (value === null) return words("words.erased");
  return visible(typeof value === "string" ? value : JSON.stringify(value));
}

const NONE = "none";

/** Every value a sentence may hold, from whatever the event recorded. */
function valuesOf(
  data: TrailEntry["data"],
  names: Names,
  words: TrailWords,
): Record<string, string | number> {
  const text = (key: string) => textOf(data[key], words);
  const code = (key: string) => (typeof data[key] === "string" ? visible(data[key]) : NONE);
  const notice = membersOf(data.notice);
  const over = membersOf(data.over);
  const timestamp = membersOf(data.timestamp);
  return {
    ...pagesOf(data.pages),
    ...looksOf(data, words),
    pictures: countOf(data.count),
    rows: countOf(data.rows),
    files: countOf(data.files),
    checked: countOf(data.events),
    compared: countOf(data.compared),
    differing_files: countOf(data.differing),
    findings: countOf(data.findings),
    refusal: code("refusal"),
    differing: differingOf(data.first, names, words),
    recipient: names.person(data.recipient),
    document: names.document(data.document),
    field: names.field(data.field),
    name: text("name"),
    email: text("email"),
    wording: text("wording"),
    reason: text("reason"),
    receiver: text("receiver"),
    // ICU knows no hyphen in the name of a case.
    action: textOf(data.action, words).replaceAll("-", ""),
    reasonIs: stateOf(data, "reason"),
    receiverIs: stateOf(data, "receiver"),
    value: text("value"),
    valueIs: data.sealedSha256 === undefined ? valueState(data.value) : "sealed",
    sha256: text("sha256"),
    revision: text("revision"),
    over: textOf(over.revision, words),
    version: textOf(notice.version ?? data.version, words),
    locale: textOf(notice.locale, words),
    timestampAt: instantOf(timestamp.at),
    kept: data.keepsSignatures === true ? "kept" : NONE,
    expiresAt: instantOf(data.expiresAt),
    until: instantOf(data.until),
    documentIs: data.document === undefined ? "none" : "given",
    shown: shownOf(data.shown, names, words),
    documents: countOf(data.documents),
    recipients: countOf(data.recipients),
    released: countOf(data.released),
    fields: countOf(data.fields),
    events: countOf(data.count),
    role: text("role"),
    from: text("from"),
    to: text("to"),
    toAt: instantOf(data.to),
    fromAt: instantOf(data.from),
    keptSince: instantOf(data.keptSince),
    filled: countOf(data.filled),
    marks: countOf(data.marks),
    additions: countOf(data.additions),
    details: text("details"),
    detailsIs: stateOf(data, "details"),
    code: code("reason"),
    answer: code("answer"),
    outcome: code("outcome"),
    purpose: code("purpose"),
    scope: code("scope"),
    anew: data.anew === undefined ? "no" : "yes",
    material: data.material === true ? "yes" : "no",
    wasOver: data.wasOver === true ? "yes" : "no",
    by: code("method"),
    method: code("method"),
    // A selector in a message has no hyphen.
    check: code("method").replaceAll("-", "_"),
    kind: code("kind"),
    meaning: code("meaning"),
    effect: code("effect"),
    via: code("via"),
    level: code("level"),
    variant: code("variant"),
    decision: code("decision"),
    waitingFor: code("for"),
    // What somebody has to show, before and after a rule.
    before: checksIn(data.from, words),
    asked: checksIn(data.to, words),
    moment: code("at"),
    why: code("reason")
      .replace(/^.*\/sso-/, "")
      .replaceAll("-", "_"),
    issuer: text("issuer"),
    ...verifiedOf(data.verified, words),
    subject: text("subject"),
    language: languageOf(data.language, words),
    act: code("act"),
    settlement: code("settlement"),
    againBy: code("by"),
    answers: countOf(data.answers),
    clock: code("clock"),
    minutes: countOf(data.clockMinutes),
    applied: countOf(data.applied),
    deviceAt: instantOf(data.deviceAt),
    algorithm: text("algorithm"),
    file: text("file"),
    with: text("with"),
    number: text("version"),
    mediaType: code("mediaType"),
    holdsHealth: code("holdsHealth"),
    ...changesOf(data.changes, words),
    toIs: stateOf(data, "to"),
    access: code("access"),
    people: countOf(data.people),
    status: text("status"),
    statusIs: stateOf(data, "status"),
    diagnostic: text("diagnostic"),
    diagnosticIs: stateOf(data, "diagnostic"),
    reportedBy: text("reportedBy"),
    told: countOf(data.told),
  };
}

/** How somebody's identity was checked, where it was. */
function verifiedOf(value: Json | undefined, words: TrailWords): Record<string, string> {
  const verified = membersOf(value);
  const evidence = Array.isArray(verified.evidence) ? verified.evidence : [];
  const is = (one: Json | undefined) => (typeof one === "string" ? "given" : NONE);
  return {
    framework: textOf(verified.trustFramework, words),
    frameworkIs: is(verified.trustFramework),
    assurance: textOf(verified.assuranceLevel, words),
    assuranceIs: is(verified.assuranceLevel),
    evidence: evidence.map((one) => textOf(one, words)).join(", "),
    evidenceIs: evidence.length > 0 ? "given" : NONE,
    verifiedAt: textOf(verified.verifiedAt, words),
    verifiedAtIs: is(verified.verifiedAt),
  };
}

/** What is another now, and what it was. */
function changesOf(value: Json | undefined, words: TrailWords): { changes: string; changesIs: string } {
  const list = Array.isArray(value) ? value.map(membersOf) : [];
  const told = (what: Json | undefined, one: Json | undefined) =>
    what === "check" ? checksIn(one, words) : what === "expiry" ? instantOf(one) : textOf(one, words);
  const changes = list.map(({ what, from, to }) =>
    words("parts.change", {
      what: textOf(what, words),
      ...{ from: told(what, from), fromIs: from === "" ? NONE : "given" },
      ...{ to: told(what, to), toIs: to === "" ? NONE : "given" },
    }),
  );
  return { changes: changes.join("; "), changesIs: changes.length === 0 ? NONE : "given" };
}

function checksIn(value: Json | undefined, words: TrailWords): string {
  if (typeof value !== "string") return textOf(value, words);
  const checks = value.split(" + ");
  return new Intl.ListFormat("en").format(checks.map((check) => wordFor(words, "checks", check)));
}

const LANGUAGE_TAG = /^[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*$/;

/** A language's name in English; what is no tag stays as it was recorded. */
function languageOf(value: Json | undefined, words: TrailWords): string {
  const tag = typeof value === "string" && LANGUAGE_TAG.test(value) ? value : null;
  return tag === null ? textOf(value, words) : new Intl.DisplayNames("en", { type: "language" }).of(tag)!;
}

function membersOf(value: Json | undefined): TrailEntry["data"] {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? (value as TrailEntry["data"]) : {};
}

function stateOf(data: TrailEntry["data"], key: string): string {
  const value = data[key];
  if (value === null) return "erased";
  return typeof value === "string" && value !== "" ? "given" : NONE;
}

/** What fields hold that nobody types: see `field-values.ts` of signing. */
function valueState(value: Json | undefined): string {
  if (typeof value !== "string") return NONE;
  return value === "adopted" ? "adopted" : value === "yes" ? "checked" : "given";
}

function instantOf(value: Json | undefined): string {
  const at = typeof value === "string" ? new Date(value) : null;
  return at && !Number.isNaN(at.getTime()) ? utcWords(at) : NONE;
}

const countOf = (value: Json | undefined): number =>
  Array.isArray(value) ? value.length : typeof value === "number" ? value : 0;

/** Pages are a count, or runs as `1-3, 7`. */
function pagesOf(value: Json | undefined): { pages: string; pageCount: number } {
  if (typeof value === "number") return { pages: String(value), pageCount: value };
  if (typeof value !== "string") return { pages: NONE, pageCount: 0 };
  return { pages: visible(value).replaceAll("-", "–"), pageCount: /^\d+$/.test(value) ? 1 : 2 };
}

/** More stand in the package, page by page. */
const LOOKS_TOLD = 6;

/** How long pages were in view: what a browser said, by our clock. */
function looksOf(
  data: TrailEntry["data"],
  words: TrailWords,
): { looks: string; looksIs: string; strange: number } {
  const looks = Array.isArray(data.looks) ? data.looks.map(membersOf) : [];
  const offsetMs = typeof data.offsetMs === "number" ? data.offsetMs : 0;
  const clock = (value: Json | undefined) => {
    const at = new Date(typeof value === "string" ? Date.parse(value) + offsetMs : Number.NaN);
    return Number.isNaN(at.getTime()) ? NONE : `${at.toISOString().slice(11, 19)}`;
  };
  const told = looks.slice(0, LOOKS_TOLD).map(({ page, firstAt, lastAt, seconds }) => {
    const [first, last] = [clock(firstAt), clock(lastAt)];
    const times = first === NONE || last === NONE ? NONE : `${first}–${last} UTC`;
    return words("parts.look", { page: countOf(page), seconds: countOf(seconds), times });
  });
  const more = looks.length - told.length;
  if (more > 0) told.push(words("parts.moreLooks", { count: more }));
  return {
    looks: told.join("; "),
    looksIs: told.length === 0 ? NONE : "given",
    strange: looks.filter(({ isOurs }) => isOurs === false).length,
  };
}

function differingOf(value: Json | undefined, names: Names, words: TrailWords): string {
  const list = Array.isArray(value) ? value.map(membersOf) : [];
  if (list.length === 0) return NONE;
  return list
    .map(({ page, document, revision }) =>
      words("parts.differing", {
        ...{ page: countOf(page), document: names.document(document), revision: textOf(revision, words) },
      }),
    )
    .join("; ");
}

function shownOf(value: Json | undefined, names: Names, words: TrailWords): string {
  const shown = Array.isArray(value) ? value.map(membersOf) : [];
  const parts = shown.map(({ documentId, revision }) =>
    words("parts.revisionOf", { document: names.document(documentId), revision: textOf(revision, words) }),
  );
  return parts.length === 0 ? words("parts.nothing") : new Intl.ListFormat("en").format(parts);
}
