import { fromUtf8, sha256 } from "#lib/bytes.ts";
import { envelopesError } from "../../errors.ts";
import { decodeTable } from "../bulk/decode-table.ts";
import type { DelimitedRow } from "../bulk/delimited.ts";
import { readTable, type Table } from "../bulk/read-table.ts";
import { CATALOGUE_LIMITS } from "./catalogue.ts";

const MOST_NAMES = 60;

/**
 * Reads a catalogue: a table as for a bulk send, or JSON, which is a list of objects, also as `forms` of an object.
 *
 * @throws what reading a table throws; envelopes/catalogue-not-json
 */
export function readCatalogue(bytes: Uint8Array): Table {
  const { text, encoding } = decodeTable(bytes.subarray(0, 4_096));
  return /^\s*[[{]/.test(text) ? readObjects(bytes, encoding) : readTable(bytes, CATALOGUE_LIMITS.rows);
}

function readObjects(bytes: Uint8Array, encoding: string): Table {
  const entries = entriesIn(decodeTable(bytes).text);
  if (entries.length === 0) throw envelopesError("table-empty", "a list without entries");
  if (entries.length > CATALOGUE_LIMITS.rows)
    throw envelopesError("table-too-many-rows", `${entries.length} entries`);
  const names = new Map<string, number>();
  for (const entry of entries)
    for (const name of Object.keys(entry)) if (!names.has(name)) names.set(name, names.size);
  if (names.size > MOST_NAMES) throw envelopesError("table-too-many-columns", `${names.size} names`);
  const header = [...names.keys()];
  const rows = entries.map((entry, index): DelimitedRow => {
    const cells = header.map((name) => textIn(entry[name]));
    const long = cells.some((cell) => cell.length > 2_000);
    if (long) throw envelopesError("table-cell-too-long", `entry ${index + 1}`);
    return { line: index + 1, cells };
  });
  const whole = JSON.stringify([header, ...rows.map(({ cells }) => cells)]);
  return { format: `json ${encoding}`, header, rows, sha256: sha256(fromUtf8(whole.toWellFormed())) };
}

function entriesIn(text: string): Record<string, unknown>[] {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    throw envelopesError("catalogue-not-json", "it begins like JSON and is none");
  }
  const list = Array.isArray(read) ? read : (read as { forms?: unknown }).forms;
  if (!Array.isArray(list) || !list.every((one) => typeof one === "object" && one && !Array.isArray(one)))
    throw envelopesError("catalogue-not-json", "no list of objects");
  return list as Record<string, unknown>[];
}

/** A list of words is read as its words; an object says nothing that a cell could hold. */
const textIn = (value: unknown): string =>
  typeof value === "string" || typeof value === "number"
    ? String(value)
    : Array.isArray(value)
      ? value.filter((one) => typeof one === "string").join(", ")
      : "";
