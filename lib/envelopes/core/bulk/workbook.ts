import { toUtf8 } from "#lib/bytes.ts";
import { envelopesError } from "../../errors.ts";
import type { DelimitedRow } from "./delimited.ts";
import { attributeOf, scanXml } from "./xml-scan.ts";
import { openZip, type ZipFile } from "./zip.ts";

/** Beyond this nobody maps columns. */
const MOST_COLUMNS = 200;
const DAY_MS = 86_400_000;
/** Day 0 of a workbook, so that its day 61 is 1 March 1900 (ECMA-376 §18.17.4.1). */
const EPOCH_1900 = Date.UTC(1899, 11, 30);
const EPOCH_1904 = Date.UTC(1904, 0, 1);

/** A ZIP archive begins like that, and every XLSX file is one. */
export const isZip = (bytes: Uint8Array): boolean => bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2]! <= 7;

/**
 * The rows of the first sheet of an XLSX file, with what its cells show: formulas by their last result, dates as
 * `2026-11-21`. Macros and links in it are never looked at.
 *
 * @throws envelopes/workbook-damaged, workbook-too-large, workbook-with-macros
 */
export function* workbookRows(bytes: Uint8Array): Generator<DelimitedRow> {
  const zip = openZip(bytes);
  if (zip.has("xl/vbaproject.bin")) throw envelopesError("workbook-with-macros", "xl/vbaProject.bin");
  const { sheet, epoch } = firstSheet(zip);
  const shared = sharedStrings(zip);
  const dateStyles = stylesOfDates(zip);
  let [line, cells, column, type, style]: [number, string[], number, string, number] = [0, [], 0, "", 0];
  let [text, isInValue, isPhonetic] = ["", false, false];
  for (const piece of scanXml(sheet)) {
    if (piece.kind === "text") {
      if (isInValue && !isPhonetic) text += piece.text;
      continue;
    }
    if (piece.kind === "open") {
      if (piece.name === "row") {
        [line, cells, column] = [Number(attributeOf(piece.attributes, "r")) || line + 1, [], 0];
      } else if (piece.name === "c") {
        const place = attributeOf(piece.attributes, "r");
        column = place ? columnOf(place) : cells.length;
        type = attributeOf(piece.attributes, "t") ?? "n";
        style = Number(attributeOf(piece.attributes, "s") ?? 0);
        text = "";
      } else if (piece.name === "v" || piece.name === "t") isInValue = !piece.isEmpty;
      else if (piece.name === "rPh") isPhonetic = !piece.isEmpty;
      continue;
    }
    if (piece.name === "v" || piece.name === "t") isInValue = false;
    if (piece.name === "rPh") isPhonetic = false;
    if (piece.name === "c" && column < MOST_COLUMNS) {
      while (cells.length < column) cells.push("");
      cells[column] = shown(type, text, dateStyles.has(style), shared, epoch);
      text = "";
    }
    if (piece.name === "row" && cells.some((cell) => cell.trim() !== "")) yield { line, cells };
  }
}

function shown(
  type: string,
  text: string,
  isDate: boolean,
  shared: readonly string[],
  epoch: number,
): string {
  if (type === "s") return shared[Number(text)] ?? "";
  if (type === "b") return text === "1" ? "TRUE" : "FALSE";
  if (type !== "n" || text === "") return text;
  const value = Number(text);
  if (!Number.isFinite(value)) return text;
  if (isDate && value >= 0 && value < 2_958_466)
    return new Date(epoch + Math.floor(value) * DAY_MS).toISOString().slice(0, 10);
  // 0.1 + 0.2 is written with 17 digits; a cell shows 15 at most.
  return String(Number(value.toPrecision(15)));
}

/** `BC12` is column 54. */
function columnOf(place: string): number {
  let column = 0;
  for (const letter of /^[A-Z]{1,3}/i.exec(place)?.[0].toUpperCase() ?? "A")
    column = column * 26 + letter.charCodeAt(0) - 64;
  return column - 1;
}

function textOf(zip: ZipFile, name: string): string | null {
  const bytes = zip.read(name);
  return bytes && toUtf8(bytes);
}

function firstSheet(zip: ZipFile): { sheet: string; epoch: number } {
  const book = textOf(zip, "xl/workbook.xml");
  if (book === null) throw envelopesError("workbook-damaged", "no xl/workbook.xml");
  let [relation, epoch]: [string | null, number] = [null, EPOCH_1900];
  for (const piece of scanXml(book)) {
    if (piece.kind !== "open") continue;
    if (piece.name === "workbookPr" && /^(1|true)$/.test(attributeOf(piece.attributes, "date1904") ?? ""))
      epoch = EPOCH_1904;
    const isHidden =
      piece.name === "sheet" && (attributeOf(piece.attributes, "state") ?? "visible") !== "visible";
    if (piece.name === "sheet" && !isHidden) relation ??= attributeOf(piece.attributes, "id");
  }
  let target: string | null = null;
  for (const piece of scanXml(textOf(zip, "xl/_rels/workbook.xml.rels") ?? ""))
    if (
      piece.kind === "open" &&
      piece.name === "Relationship" &&
      attributeOf(piece.attributes, "Id") === relation
    )
      target = attributeOf(piece.attributes, "Target");
  const path = target === null ? "xl/worksheets/sheet1.xml" : target.replace(/^\/?(xl\/)?/, "xl/");
  const sheet = textOf(zip, path);
  if (sheet === null) throw envelopesError("workbook-damaged", `no ${path}`);
  return { sheet, epoch };
}

function sharedStrings(zip: ZipFile): string[] {
  const strings: string[] = [];
  let [text, isInText, isPhonetic] = ["", false, false];
  for (const piece of scanXml(textOf(zip, "xl/sharedStrings.xml") ?? "")) {
    if (piece.kind === "text") {
      if (isInText && !isPhonetic) text += piece.text;
    } else if (piece.kind === "open") {
      if (piece.name === "si") text = "";
      if (piece.name === "t") isInText = !piece.isEmpty;
      if (piece.name === "rPh") isPhonetic = !piece.isEmpty;
      if (piece.name === "si" && piece.isEmpty) strings.push("");
    } else {
      if (piece.name === "t") isInText = false;
      if (piece.name === "rPh") isPhonetic = false;
      if (piece.name === "si") strings.push(text);
    }
  }
  return strings;
}

/** Number formats that show a day (ECMA-376 §18.8.30); those of times alone stay numbers. */
const isDateFormat = (id: number): boolean => (id >= 14 && id <= 17) || id === 22;

function stylesOfDates(zip: ZipFile): Set<number> {
  const own = new Set<number>();
  const dates = new Set<number>();
  let [isInCellFormats, index] = [false, 0];
  for (const piece of scanXml(textOf(zip, "xl/styles.xml") ?? "")) {
    if (piece.kind === "text") continue;
    if (piece.name === "cellXfs") isInCellFormats = piece.kind === "open" && !piece.isEmpty;
    if (piece.kind !== "open") continue;
    if (piece.name === "numFmt") {
      const code = (attributeOf(piece.attributes, "formatCode") ?? "").replace(/"[^"]*"|\[[^\]]*\]|\\./g, "");
      if (/[yd]/i.test(code)) own.add(Number(attributeOf(piece.attributes, "numFmtId")));
    }
    if (piece.name !== "xf" || !isInCellFormats) continue;
    const id = Number(attributeOf(piece.attributes, "numFmtId") ?? 0);
    if (isDateFormat(id) || own.has(id)) dates.add(index);
    index++;
  }
  return dates;
}
