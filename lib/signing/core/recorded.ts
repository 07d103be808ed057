import { type DescribedField, fieldsDigest, rulesDigest } from "#lib/envelopes/core/fields/describe-field.ts";

/** An event of the envelope's trail; personal values stand where their commitments were. */
export interface RecordedEvent {
  readonly type: string;
  readonly data: { readonly [key: string]: unknown };
}

interface Person {
  readonly name: unknown;
  readonly email: unknown;
  readonly phone?: unknown;
}

/** What was sent, as far as the rules changed it since: by the trail alone. */
export interface RecordedSending {
  /** SHA-256 of each document as it was sent, lower-case hex, by the document's id. */
  readonly documents: ReadonlyMap<string, string>;
  /** Documents that are signed as they came, with the signatures they had. */
  readonly kept: ReadonlySet<string>;
  readonly people: ReadonlyMap<string, Person>;
  /** Of who is not shown every document: which not. */
  readonly notShown: ReadonlyMap<string, readonly string[]>;
  readonly fieldsSha256: string;
  readonly rulesSha256: string | undefined;
}

type Entry = Readonly<Record<string, unknown>>;
const listOf = (value: unknown): readonly Entry[] => (Array.isArray(value) ? (value as Entry[]) : []);

/** @returns null where nothing was sent */
export function recordedSending(events: readonly RecordedEvent[]): RecordedSending | null {
  const sent = events.find(({ type }) => type === "envelope.sent")?.data;
  if (!sent) return null;
  const people = new Map<string, Person>();
  const notShown = new Map<string, readonly string[]>();
  for (const { id, name, email, phone, notShown: hidden } of listOf(sent.recipients)) {
    people.set(String(id), { name, email, phone });
    if (Array.isArray(hidden)) notShown.set(String(id), hidden.map(String));
  }
  let fieldsSha256 = String(sent.fieldsSha256);
  for (const { type, data } of events) {
    if (type === "recipient.delegated") people.set(String(data.to), { name: data.name, email: data.email });
    else if (type === "recipient.copied")
      people.set(String(data.recipient), { name: data.name, email: data.email });
    else if (type === "recipient.named")
      people.set(String(data.person), { name: data.name, email: data.email });
    else if (type === "recipient.corrected") correct(people, data);
    // Whoever takes somebody's place is shown what they were.
    const before = type === "recipient.delegated" || type === "recipient.corrected" ? data.recipient : null;
    const hidden = notShown.get(String(before));
    if (hidden && data.to !== undefined) notShown.set(String(data.to), hidden);
    // Whoever hands fields on says how they are from then on.
    if (HANDS_ON.has(type) && typeof data.fieldsSha256 === "string") fieldsSha256 = data.fieldsSha256;
  }
  const documents = new Map(listOf(sent.documents).map(({ id, sha256 }) => [String(id), String(sha256)]));
  const rulesSha256 = sent.rulesSha256 === undefined ? undefined : String(sent.rulesSha256);
  const kept = listOf(sent.documents).filter(({ keepsSignatures }) => keepsSignatures === true);
  return {
    documents,
    kept: new Set(kept.map(({ id }) => String(id))),
    people,
    notShown,
    fieldsSha256,
    rulesSha256,
  };
}

const HANDS_ON = new Set([
  ...["recipient.delegated", "recipient.corrected", "recipient.took-on", "recipient.stepped-back"],
]);

function correct(people: Map<string, Person>, { recipient, to, changes }: RecordedEvent["data"]): void {
  const before = people.get(String(recipient)) ?? { name: null, email: null };
  const now: { name: unknown; email: unknown; phone?: unknown } = { ...before };
  for (const { what, to } of listOf(changes))
    if (what === "name" || what === "email" || what === "phone") now[what] = to;
  people.set(String(to ?? recipient), now);
}

/** What the database says now of what was sent. */
export interface StoredSending {
  readonly fields: readonly DescribedField[];
  readonly rules: readonly object[];
  readonly people: readonly { readonly id: string; readonly hiddenDocuments: readonly string[] }[];
  /** As they were sent. */
  readonly documents: readonly {
    readonly id: string;
    readonly sha256: string;
    readonly keepsSignatures?: boolean;
  }[];
}

/** @returns what is not as it was sent: what and which, never what it says */
export function notAsSent(
  recorded: RecordedSending,
  { fields, rules, documents, people }: StoredSending,
): string[] {
  const found: string[] = [];
  if (fieldsDigest(fields) !== recorded.fieldsSha256) found.push("fields");
  if (rulesDigest(rules) !== recorded.rulesSha256) found.push("rules");
  for (const { id, hiddenDocuments } of people)
    if (listed(hiddenDocuments) !== listed(recorded.notShown.get(id) ?? []))
      found.push(`who sees what ${id}`);
  if (documents.length !== recorded.documents.size) found.push("documents");
  for (const { id, sha256, keepsSignatures = false } of documents)
    if (recorded.documents.get(id) !== sha256 || recorded.kept.has(id) !== keepsSignatures)
      found.push(`document ${id}`);
  return found;
}

const listed = (ids: readonly string[]): string => ids.toSorted().join();

/** What the database says now of one person's act. */
export interface StoredAct {
  readonly recipient: {
    readonly id: string;
    readonly name: string;
    readonly email: string;
    readonly phone: string;
    readonly onBehalfOf: string;
  };
  /** What their signature is made in. */
  readonly documentIds: readonly string[];
  readonly fields: readonly {
    readonly id: string;
    readonly type: string;
    readonly documentId: string;
    readonly page: number;
    /** Empty when there is none. */
    readonly value: string;
    /** Of a sensitive value's salt and itself, lower-case hex; null where it is none. */
    readonly sealedSha256: string | null;
    /** Of a file that was given; null where none was. */
    readonly fileSha256: string | null;
  }[];
  readonly marks: readonly { readonly kind: string; readonly sha256: string }[];
}

/**
 * @param act what the event says that records it. @param sent who the trail says they are.
 * @param files of each field the file that was given last, by the trail: SHA-256.
 * @returns what is not as it was when the person pressed, in words for the log
 */
export function notAsSigned(
  act: RecordedEvent["data"],
  { people }: RecordedSending,
  files: ReadonlyMap<string, string>,
  { recipient, documentIds, fields, marks }: StoredAct,
): string[] {
  const found: string[] = [];
  const person = people.get(recipient.id);
  // Who is reached by text message alone is who has that number.
  const isReached = ({ email, phone }: Person) =>
    email === recipient.email && (email !== "" || phone === recipient.phone);
  const is = (one: Person | undefined) => one?.name === recipient.name && isReached(one);
  if (
    act.recipient !== recipient.id ||
    !is(person) ||
    !is({ name: act.name, email: act.email, phone: act.phone })
  )
    found.push(`person ${recipient.id}`);
  if ((act.onBehalfOf ?? "") !== recipient.onBehalfOf) found.push("for whom");
  // Nobody signs what was not on their screen.
  if (listed(listOf(act.shown).map((one) => String(one.documentId))) !== listed(documentIds))
    found.push("what was shown");
  const recorded = new Map(listOf(act.fields).map((field) => [String(field.id), field]));
  for (const field of fields) {
    const entry = recorded.get(field.id);
    recorded.delete(field.id);
    if (!entry || !isSame(entry, field)) found.push(`field ${field.id}`);
    else if (field.fileSha256 !== null && files.get(field.id) !== field.fileSha256)
      found.push(`file of field ${field.id}`);
  }
  for (const id of recorded.keys()) found.push(`field ${id}`);
  const markNames = (list: readonly Entry[]) =>
    list
      .map(({ kind, sha256 }) => `${kind} ${sha256}`)
      .sort()
      .join();
  if (markNames(listOf(act.marks)) !== markNames(marks as unknown as readonly Entry[])) found.push("marks");
  return found;
}

function isSame(
  entry: Entry,
  { type, documentId, page, value, sealedSha256 }: StoredAct["fields"][number],
): boolean {
  if (entry.type !== type || entry.document !== documentId || entry.page !== page) return false;
  if (entry.sealedSha256 !== undefined) return entry.sealedSha256 === sealedSha256;
  return (entry.value ?? "") === value;
}

/** Of each field the file given last: SHA-256, by the field's id. */
export function recordedFiles(events: readonly RecordedEvent[]): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const { type, data } of events)
    if (type === "file.attached") files.set(String(data.field), String(data.sha256));
  return files;
}
