import type { ToldEvent } from "#lib/audit/core/told-event.ts";
import type { DescribedField } from "#lib/envelopes/core/fields/describe-field.ts";
import { notAsSent, type RecordedSending, recordedSending } from "#lib/signing/core/recorded.ts";

/** What the database says of an envelope now. */
export interface StoredEnvelope {
  readonly state: string;
  readonly rules: readonly object[];
  /** What it held is gone, or is just going. */
  readonly isDestroyed: boolean;
  readonly fields: readonly (DescribedField & {
    readonly value: string;
    readonly sealedSha256: string | null;
  })[];
  readonly documents: readonly { readonly id: string; readonly sha256: string }[];
  readonly people: readonly {
    readonly id: string;
    readonly name: string;
    readonly email: string;
    readonly finishedEventId: string | null;
    readonly hiddenDocuments: readonly string[];
  }[];
}

export interface Difference {
  readonly table: string;
  readonly column: string | null;
  /** For people: `Who recipient … is`. */
  readonly what: string;
}

/** Events that end an envelope, and the state its row has then. */
const ENDS = new Map([
  ["envelope.completed", "completed"],
  ["envelope.voided", "voided"],
  ["envelope.expired", "expired"],
]);
const ACTS = new Set([
  ...["recipient.signed", "recipient.approved", "recipient.acknowledged", "recipient.passed-on"],
]);
const SENDING = new Set([
  ...["envelope.sent", "recipient.delegated", "recipient.named", "recipient.corrected"],
  ...["recipient.copied", "recipient.took-on", "recipient.stepped-back"],
]);

/** What the trail of one envelope says that rows say too. */
export class ToldEnvelope {
  readonly envelopeId: string;
  readonly #sending: RecordedSending | null;
  readonly #acts: ReadonlyMap<string, ToldEvent>;
  readonly #ends: ReadonlySet<string>;

  /** Whether the events of a type have to be kept for it. */
  static tells = (type: string): boolean => SENDING.has(type) || ACTS.has(type) || ENDS.has(type);

  constructor(envelopeId: string, events: readonly ToldEvent[]) {
    this.envelopeId = envelopeId;
    this.#sending = recordedSending(events);
    this.#acts = new Map(events.filter(({ type }) => ACTS.has(type)).map((event) => [event.id, event]));
    this.#ends = new Set(events.flatMap(({ type }) => ENDS.get(type) ?? []));
  }

  get isSent(): boolean {
    return this.#sending !== null;
  }

  differences(stored: StoredEnvelope): Difference[] {
    if (!this.#sending || stored.isDestroyed) return [];
    return [
      ...sentDifferences(this.#sending, stored),
      ...this.#endDifferences(stored),
      ...peopleDifferences(this.#sending, stored),
      ...this.#actDifferences(stored),
    ];
  }

  #endDifferences({ state }: StoredEnvelope): Difference[] {
    const isEnd = [...ENDS.values()].includes(state);
    const isTold = isEnd ? this.#ends.has(state) : this.#ends.size === 0;
    const isDraft = state === "draft";
    return isTold && !isDraft ? [] : [{ table: "envelopes", column: "state", what: `The state “${state}”` }];
  }

  #actDifferences({ people, fields }: StoredEnvelope): Difference[] {
    const found: Difference[] = [];
    const met = new Set<string>();
    for (const { id, finishedEventId } of people) {
      if (finishedEventId === null) continue;
      const act = this.#acts.get(finishedEventId);
      if (act?.data.recipient !== id) {
        found.push({ table: "recipients", column: "finished_event_id", what: `The act of recipient ${id}` });
        continue;
      }
      met.add(act.id);
      if (act.type === "recipient.signed") found.push(...valueDifferences(act, id, fields));
    }
    for (const { id, data } of this.#acts.values())
      if (!met.has(id))
        found.push({
          table: "recipients",
          column: "finished_event_id",
          what: `The act of recipient ${String(data.recipient)}`,
        });
    return found;
  }
}

const TABLES: Readonly<Record<string, Difference>> = {
  fields: { table: "fields", column: null, what: "What was asked" },
  rules: { table: "envelopes", column: "rules", what: "Rules between fields" },
};
const documentDifference = (what: string): Difference => ({
  table: "document_revisions",
  column: "sha256",
  what: what === "documents" ? "The list of documents" : `The hash of ${what} as it was sent`,
});

const sentDifferences = (sending: RecordedSending, stored: StoredEnvelope): Difference[] =>
  notAsSent(sending, stored).map(
    (what) => TABLES[what] ?? (what.startsWith(SEES) ? seesDifference(what) : documentDifference(what)),
  );

const SEES = "who sees what ";
const seesDifference = (what: string): Difference => ({
  table: "recipients",
  column: "hidden_documents",
  what: `Which documents recipient ${what.slice(SEES.length)} is shown`,
});

/** A value that could not be opened, or was forgotten, is not compared. */
const differs = (told: unknown, stored: string): boolean => typeof told === "string" && told !== stored;

function peopleDifferences({ people }: RecordedSending, stored: StoredEnvelope): Difference[] {
  return stored.people.flatMap(({ id, name, email }) => {
    const told = people.get(id);
    if (!told) return [{ table: "recipients", column: "id", what: `That recipient ${id} is in it` }];
    return [
      ...(differs(told.name, name) ? ["name"] : []),
      ...(differs(told.email, email) ? ["email"] : []),
    ].map((column) => ({ table: "recipients", column, what: `Who recipient ${id} is` }));
  });
}

function valueDifferences(
  { data }: ToldEvent,
  recipientId: string,
  fields: StoredEnvelope["fields"],
): Difference[] {
  const told = Array.isArray(data.fields) ? (data.fields as Readonly<Record<string, unknown>>[]) : [];
  const stored = new Map(fields.map((field) => [field.id, field]));
  return told.flatMap(({ id, value, sealedSha256 }) => {
    const field = stored.get(String(id));
    const what = `What recipient ${recipientId} entered in field ${String(id)}`;
    // A field that is missing, or another's, is told of with all fields.
    if (!field) return [];
    if (typeof sealedSha256 === "string")
      return field.sealedSha256 === sealedSha256
        ? []
        : [{ table: "field_values", column: "sealed_sha256", what }];
    const isOff = value === null ? field.value !== "" : differs(value, field.value);
    return isOff ? [{ table: "field_values", column: "value", what }] : [];
  });
}
