import type { Json } from "#lib/audit/core/canonical-json.ts";
import { csvLine } from "#lib/envelopes/core/csv.ts";
import type { EventGroup } from "./event-groups.ts";

/** One event as it leaves in a file, the same in every form. */
export interface EventRecord {
  readonly event: string;
  readonly chain: string;
  readonly number: number;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly type: string;
  readonly group: EventGroup;
  readonly who: string;
  readonly what: string;
  /** `WH-7K2M-9QXD`; null for what concerns the organization. */
  readonly envelope: string | null;
  readonly envelopeId: string | null;
  readonly envelopeTitle: string | null;
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly method: string | null;
  readonly actor: { readonly [key: string]: Json | undefined };
  readonly data: { readonly [key: string]: Json | undefined };
  /** Lower-case hex. */
  readonly hash: string;
  /** The exact text that was hashed. */
  readonly body: string;
  readonly openings: readonly { readonly path: string; readonly salt: string; readonly value: string }[];
  /** Which revision each document of the envelope was at, by the documents' ids. */
  readonly documents: { readonly [id: string]: number };
}

export const EVENT_FORMS = ["csv", "json", "jsonl"] as const;
export type EventForm = (typeof EVENT_FORMS)[number];

/** A file holds no more; whoever needs more asks for shorter periods. */
export const MOST_EXPORTED = 50_000;

/** Spreadsheets read UTF-8 only where it says so. */
const BYTE_ORDER_MARK = "\ufeff";
const COLUMNS = [
  ...["event", "chain", "number", "at", "type", "group", "who", "what"],
  ...["envelope", "envelopeId", "envelopeTitle", "ip", "userAgent", "method"],
  ...["actor", "data", "hash", "body", "openings", "documents"],
] as const satisfies readonly (keyof EventRecord)[];

interface FileForm {
  readonly contentType: string;
  readonly head: string;
  /** @param isFirst of the file. */
  line(record: EventRecord, isFirst: boolean): string;
  readonly tail: string;
}

/**
 * How events are written: CSV (RFC 4180), one JSON array, or a JSON object on each line. All three hold the same
 * members of the same events.
 */
export const FILE_FORMS: Readonly<Record<EventForm, FileForm>> = {
  csv: {
    contentType: "text/csv; charset=utf-8",
    head: BYTE_ORDER_MARK + csvLine(COLUMNS),
    line: (record) => csvLine(COLUMNS.map((column) => cellOf(record[column]))),
    tail: "",
  },
  json: {
    contentType: "application/json",
    head: "[",
    line: (record, isFirst) => `${isFirst ? "" : ","}\n${JSON.stringify(record)}`,
    tail: "\n]\n",
  },
  jsonl: {
    contentType: "application/jsonl",
    head: "",
    line: (record) => `${JSON.stringify(record)}\n`,
    tail: "",
  },
};

function cellOf(value: EventRecord[keyof EventRecord]): string {
  if (value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
