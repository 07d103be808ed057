import { deflateRawSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { concatBytes, fromUtf8 } from "#lib/bytes.ts";
import { decodeTable } from "./decode-table.ts";
import { readTable } from "./read-table.ts";
import { zipOf } from "./testing-zip.ts";
import { ZIP_LIMITS } from "./zip.ts";

const MOST_ROWS = 10_000;

const rowsOf = (bytes: Uint8Array | string) => {
  const { header, rows, format } = readTable(typeof bytes === "string" ? fromUtf8(bytes) : bytes, MOST_ROWS);
  return { header, format, cells: rows.map(({ cells }) => cells) };
};
const refusal = (bytes: Uint8Array | string): string => {
  try {
    rowsOf(bytes);
    return "read";
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
};
const TEXT = "Name;E-Mail\r\nÄnne Müller;änne@example.com\r\n";
const EXPECTED = { header: ["Name", "E-Mail"], cells: [["Änne Müller", "änne@example.com"]] };
const utf16 = (text: string, isBig: boolean) => {
  const bytes = new Uint8Array(Buffer.from(text, "utf16le"));
  return isBig ? new Uint8Array(Buffer.from(bytes).swap16()) : bytes;
};

describe("a table is read in whatever a spreadsheet saved it", () => {
  test.each([
    [
      "UTF-8 with a byte order mark",
      concatBytes([Uint8Array.of(0xef, 0xbb, 0xbf), fromUtf8(TEXT)]),
      "utf-8 ;",
    ],
    ["UTF-8 without one", fromUtf8(TEXT), "utf-8 ;"],
    ["UTF-16 of Windows", concatBytes([Uint8Array.of(0xff, 0xfe), utf16(TEXT, false)]), "utf-16le ;"],
    ["UTF-16, big end first", concatBytes([Uint8Array.of(0xfe, 0xff), utf16(TEXT, true)]), "utf-16be ;"],
    ["UTF-16 without a mark", utf16(TEXT, false), "utf-16le ;"],
    ["Windows-1252", new Uint8Array(Buffer.from(TEXT, "latin1")), "windows-1252 ;"],
  ])("%s", (_, bytes, format) => {
    expect(rowsOf(bytes)).toEqual({ ...EXPECTED, format });
  });

  test.each([
    [",", "utf-8 ,"],
    [";", "utf-8 ;"],
    ["\t", "utf-8 tab"],
    ["|", "utf-8 |"],
  ])("cells between %j", (delimiter, format) => {
    const text = [
      ["Name", "Note"],
      ["Ana", "a, b; c"],
    ]
      .map((row) => row.map((cell) => `"${cell}"`).join(delimiter))
      .join("\n");
    expect(rowsOf(text)).toEqual({ header: ["Name", "Note"], format, cells: [["Ana", "a, b; c"]] });
  });

  test("quotes hold line breaks, delimiters and quotes, and lines are counted as editors do", () => {
    const { rows } = readTable(fromUtf8('a,b\n"one\ntwo","say ""yes"""\n\n3,4'), MOST_ROWS);
    expect(rows).toEqual([
      { line: 2, cells: ["one\ntwo", 'say "yes"'] },
      { line: 5, cells: ["3", "4"] },
    ]);
  });

  test("Excel's line that names the delimiter is believed and is no row", () => {
    expect(rowsOf("sep=;\r\nName;Sum\r\nAna;1,50\r\n").cells).toEqual([["Ana", "1,50"]]);
  });

  test("a formula is text like any other", () => {
    expect(rowsOf("Name,Note\nAna,=cmd|'/C calc'!A0\n").cells).toEqual([["Ana", "=cmd|'/C calc'!A0"]]);
  });

  test("columns without a name, or with one that stands twice, get one of their own", () => {
    expect(rowsOf("Name,,name\n1,2,3").header).toEqual(["Name", "Column 2", "name (2)"]);
  });

  test("the same rows are the same table, whatever they are written in", () => {
    const [one, other] = [TEXT, TEXT.replaceAll(";", "\t")].map(
      (text) => readTable(fromUtf8(text), MOST_ROWS).sha256,
    );
    expect(one).toEqual(other);
  });
});

test("what is no table is refused by name", () => {
  expect(refusal("")).toBe("envelopes/table-empty");
  expect(refusal("Name,Email\r\n\r\n")).toBe("envelopes/table-empty");
  expect(refusal('Name\n"open')).toBe("envelopes/table-quote-open");
  expect(refusal("%PDF-1.7")).toBe("envelopes/table-not-text");
  expect(refusal(Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0))).toBe("envelopes/table-old-workbook");
  expect(refusal(`${"a,".repeat(201)}a\n1`)).toBe("envelopes/table-too-many-columns");
  expect(refusal(`a\n${"x".repeat(2_001)}`)).toBe("envelopes/table-cell-too-long");
  expect(refusal(`a\n${"1\n".repeat(MOST_ROWS + 1)}`)).toBe("envelopes/table-too-many-rows");
});

test("a zero byte here and there makes no UTF-16", () => {
  expect(decodeTable(fromUtf8(`${"abcdefghij".repeat(9)}\u0000`)).encoding).toBe("utf-8");
});

const sheet = (rows: string) => `<?xml version="1.0"?><worksheet><sheetData>${rows}</sheetData></worksheet>`;
const BOOK = `<workbook xmlns:r="r"><sheets><sheet name="Hidden" state="hidden" r:id="rId9"/><sheet name="People" sheetId="1" r:id="rId1"/></sheets></workbook>`;
const RELATIONS = `<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>`;
const workbook = (rows: string, more: Readonly<Record<string, string | Uint8Array>> = {}) =>
  zipOf({
    "xl/workbook.xml": BOOK,
    "xl/_rels/workbook.xml.rels": RELATIONS,
    "xl/worksheets/sheet1.xml": sheet(rows),
    ...more,
  });

test("a workbook's first visible sheet is read as its cells show it", () => {
  const rows = `
    <row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>Start</t></is></c><c r="D1" t="str"><v>Sum</v></c></row>
    <row r="3"><c r="A3" t="s"><v>1</v></c><c r="B3" s="1"><v>46347</v></c><c r="D3"><f>A1+1</f><v>0.30000000000000004</v></c></row>`;
  const strings = `<sst><si><t>Name &amp; more</t></si><si><r><t>Ana </t></r><r><t xml:space="preserve">Ruiz</t></r><rPh><t>x</t></rPh></si></sst>`;
  const styles = `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>`;
  const book = workbook(rows, { "xl/sharedStrings.xml": strings, "xl/styles.xml": styles });
  expect(readTable(book, MOST_ROWS)).toMatchObject({
    format: "xlsx",
    header: ["Name & more", "Start", "Column 3", "Sum"],
    rows: [{ line: 3, cells: ["Ana Ruiz", "2026-11-21", "", "0.3"] }],
  });
});

test("a workbook that unpacks to more than it may is refused before it does", () => {
  const bomb = deflateRawSync(new Uint8Array(ZIP_LIMITS.entryBytes + 1));
  expect(bomb.length).toBeLessThan(ZIP_LIMITS.entryBytes / 500);
  expect(
    refusal(workbook("", { "xl/worksheets/sheet1.xml": new Uint8Array(ZIP_LIMITS.entryBytes + 1) })),
  ).toBe("envelopes/workbook-too-large");
  const half = new Uint8Array(ZIP_LIMITS.entryBytes - 10);
  expect(refusal(workbook("", { "xl/worksheets/sheet1.xml": half, "xl/sharedStrings.xml": half }))).toBe(
    "envelopes/workbook-too-large",
  );
});

test("entities that a workbook defines by itself are not followed", () => {
  const lol = `<!DOCTYPE s [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>`;
  const rows = `<row r="1"><c t="str"><v>Name</v></c></row><row r="2"><c t="str"><v>&b;</v></c></row>`;
  expect(
    readTable(workbook("", { "xl/worksheets/sheet1.xml": lol + sheet(rows) }), MOST_ROWS).rows[0]!.cells,
  ).toEqual(["&b;"]);
});

test("workbooks with macros, without a sheet and cut off are refused by name", () => {
  expect(refusal(workbook("", { "xl/vbaProject.bin": "x" }))).toBe("envelopes/workbook-with-macros");
  expect(refusal(zipOf({ "word/document.xml": "x" }))).toBe("envelopes/workbook-damaged");
  expect(refusal(workbook("").subarray(0, 200))).toBe("envelopes/workbook-damaged");
});
