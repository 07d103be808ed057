/** What a spreadsheet would take for a formula: also after what nobody sees, and in full-width signs. */
const FORMULA = /^[\s\p{Cf}\0]*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/u;

/**
 * One line of a CSV file, every cell in quotes. A cell that a spreadsheet would run as a formula gets an apostrophe
 * in front, which spreadsheets do not show.
 *
 * @see RFC 4180 §2
 */
export const csvLine = (cells: readonly string[]): string => `${cells.map(csvCell).join(",")}\r\n`;

function csvCell(value: string): string {
  return `"${unrun(value).replaceAll('"', '""')}"`;
}

/** The same text, which no spreadsheet runs. */
export const unrun = (value: string): string => (FORMULA.test(value) ? `'${value}` : value);
