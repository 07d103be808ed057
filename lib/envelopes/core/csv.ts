/** What a spreadsheet would take for a formula, also after spaces. */
const FORMULA = /^\s*[=+\-@\t\r]/;

/**
 * One line of a CSV file, every cell in quotes. A cell that a spreadsheet would run as a formula gets an apostrophe
 * in front, which spreadsheets do not show.
 *
 * @see RFC 4180 §2
 */
export const csvLine = (cells: readonly string[]): string => `${cells.map(csvCell).join(",")}\r\n`;

function csvCell(value: string): string {
  const plain = FORMULA.test(value) ? `'${value}` : value;
  return `"${plain.replaceAll('"', '""')}"`;
}
