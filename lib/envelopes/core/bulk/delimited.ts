import { envelopesError } from "../../errors.ts";

export const DELIMITERS = [",", ";", "\t", "|"] as const;
export type Delimiter = (typeof DELIMITERS)[number];

/** Of one cell; a longer one is a quote that was never closed. */
const LONGEST_CELL = 32_767;
const SAMPLE_LINES = 20;

/** What stands between the cells: what is found outside quotes in every line, as often in one as in the next. */
export function delimiterOf(text: string): Delimiter {
  // Excel's own way to say it, in a first line by itself.
  const said = /^sep=(.)\r?\n/i.exec(text)?.[1];
  if (DELIMITERS.includes(said as Delimiter)) return said as Delimiter;
  let best: { readonly delimiter: Delimiter; readonly score: number } = { delimiter: ",", score: 0 };
  for (const delimiter of DELIMITERS) {
    const counts = countsOf(text, delimiter);
    const first = counts[0] ?? 0;
    if (first === 0) continue;
    const alike = counts.filter((count) => count === first).length / counts.length;
    const score = alike * 1_000 + first;
    if (score > best.score) best = { delimiter, score };
  }
  return best.delimiter;
}

function countsOf(text: string, delimiter: string): number[] {
  const counts: number[] = [];
  let [count, isQuoted, isBlank] = [0, false, true];
  const end = () => {
    if (!isBlank) counts.push(count);
    [count, isBlank] = [0, true];
  };
  for (let at = 0; at < text.length && counts.length < SAMPLE_LINES; at++) {
    const character = text[at]!;
    if (character === '"') isQuoted = !isQuoted;
    if (character === "\n" && !isQuoted) end();
    else if (character !== "\r") isBlank = false;
    if (character === delimiter && !isQuoted) count++;
  }
  if (counts.length < SAMPLE_LINES) end();
  return counts;
}

export interface DelimitedRow {
  /** Of the file, from 1, as people count: where the row begins. */
  readonly line: number;
  readonly cells: readonly string[];
}

/**
 * The rows of a text one by one: quotes around cells that hold delimiters, line breaks or quotes (RFC 4180), any kind of
 * line end, and no rows for lines with nothing in them.
 *
 * @throws envelopes/table-quote-open
 */
export function* delimitedRows(text: string, delimiter: Delimiter): Generator<DelimitedRow> {
  let at = /^sep=.\r?\n/i.exec(text)?.[0].length ?? 0;
  let line = at === 0 ? 1 : 2;
  while (at < text.length) {
    const begins = line;
    const cells: string[] = [];
    for (;;) {
      let cell: string;
      if (text[at] === '"') {
        const closed = quotedCell(text, at, begins);
        for (let inside = at; inside < closed.end; inside++) if (text[inside] === "\n") line++;
        // What follows a closing quote up to the delimiter belongs to the cell as it stands.
        const rest = plainEnd(text, closed.end, delimiter);
        cell = closed.value + text.slice(closed.end, rest);
        at = rest;
      } else {
        const end = plainEnd(text, at, delimiter);
        cell = text.slice(at, end);
        at = end;
      }
      cells.push(cell);
      if (text[at] !== delimiter) break;
      at++;
    }
    if (text[at] === "\r") at++;
    if (text[at] === "\n") at++;
    line++;
    if (cells.some((cell) => cell.trim() !== "")) yield { line: begins, cells };
  }
}

function plainEnd(text: string, from: number, delimiter: string): number {
  let at = from;
  while (at < text.length && text[at] !== delimiter && text[at] !== "\n" && text[at] !== "\r") at++;
  return at;
}

function quotedCell(text: string, from: number, line: number): { value: string; end: number } {
  let value = "";
  let at = from + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0 || value.length + quote - at > LONGEST_CELL)
      throw envelopesError("table-quote-open", `a quote opened in line ${line} is not closed`);
    value += text.slice(at, quote);
    if (text[quote + 1] !== '"') return { value, end: quote + 1 };
    value += '"';
    at = quote + 2;
  }
}
