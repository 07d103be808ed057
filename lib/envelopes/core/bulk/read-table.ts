import { fromUtf8, sha256 } from "#lib/bytes.ts";
import { envelopesError } from "../../errors.ts";
import { decodeTable } from "./decode-table.ts";
import { type DelimitedRow, delimitedRows, delimiterOf } from "./delimited.ts";
import { isZip, workbookRows } from "./workbook.ts";

export const TABLE_LIMITS = {
  columns: 200,
  cellLength: 2_000,
} as const;

/** What our own tables put before a formula: a table that was given back comes in as it was. */
const OWN_APOSTROPHE = /^'(?=\s*[=+\-@])/;

export interface Table {
  /** `utf-8 ;`, `utf-16le tab`, `xlsx`: how it was read. */
  readonly format: string;
  readonly header: readonly string[];
  readonly rows: readonly DelimitedRow[];
  /** Of what was read, whatever it was written in. */
  readonly sha256: Uint8Array;
}

const NAMES: Readonly<Record<string, string>> = { "\t": "tab" };
/** The first bytes of the workbooks of before 2007, and of those with a password (MS-CFB §2.2). */
const isCompound = (bytes: Uint8Array): boolean =>
  bytes[0] === 0xd0 && bytes[1] === 0xcf && bytes[2] === 0x11;
const isPdf = (bytes: Uint8Array): boolean => bytes[0] === 0x25 && bytes[1] === 0x50 && bytes[2] === 0x44;

/** The rows of a table, from the first that is not empty. Of the header none is empty and none stands twice. */
export function openTable(bytes: Uint8Array): { format: string; rows: Iterable<DelimitedRow> } {
  if (isCompound(bytes)) throw envelopesError("table-old-workbook", "a compound file");
  if (isPdf(bytes)) throw envelopesError("table-not-text", "a PDF");
  if (isZip(bytes)) return { format: "xlsx", rows: workbookRows(bytes) };
  const { text, encoding } = decodeTable(bytes);
  if (text.slice(0, 4_096).includes("\u0000")) throw envelopesError("table-not-text", "holds zero bytes");
  const delimiter = delimiterOf(text);
  return { format: `${encoding} ${NAMES[delimiter] ?? delimiter}`, rows: delimitedRows(text, delimiter) };
}

/**
 * Reads a table as a whole.
 *
 * @throws envelopes/table-empty, table-too-many-rows, table-too-many-columns, table-cell-too-long, table-not-text,
 *   table-old-workbook, table-quote-open, workbook-damaged, workbook-too-large, workbook-with-macros
 */
export function readTable(bytes: Uint8Array, mostRows: number): Table {
  const { format, rows: all } = openTable(bytes);
  let header: string[] | null = null;
  const rows: DelimitedRow[] = [];
  for (const { line, cells } of all) {
    if (header === null) {
      header = namedColumns(cells);
      continue;
    }
    if (rows.length >= mostRows) throw envelopesError("table-too-many-rows", `more than ${mostRows} rows`);
    const trimmed = cells.map((cell) => cell.trim().replace(OWN_APOSTROPHE, ""));
    if (trimmed.some((cell) => cell.length > TABLE_LIMITS.cellLength))
      throw envelopesError("table-cell-too-long", `line ${line}`);
    while (trimmed.length > header.length && trimmed.at(-1) === "") trimmed.pop();
    rows.push({ line, cells: trimmed });
  }
  if (header === null || rows.length === 0) throw envelopesError("table-empty", `${rows.length} rows`);
  const whole = JSON.stringify([header, ...rows.map(({ cells }) => cells)]);
  return { format, header, rows, sha256: sha256(fromUtf8(whole.toWellFormed())) };
}

function namedColumns(cells: readonly string[]): string[] {
  const names = cells.map((cell) => cell.trim().slice(0, 200));
  while (names.at(-1) === "") names.pop();
  if (names.length > TABLE_LIMITS.columns)
    throw envelopesError("table-too-many-columns", `${names.length} columns`);
  const seen = new Map<string, number>();
  return names.map((name, index) => {
    const own = name === "" ? `Column ${index + 1}` : name;
    const times = (seen.get(own.toLowerCase()) ?? 0) + 1;
    seen.set(own.toLowerCase(), times);
    return times === 1 ? own : `${own} (${times})`;
  });
}
