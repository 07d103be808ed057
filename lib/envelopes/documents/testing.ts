import { existsSync } from "node:fs";
import { crc32, deflateRawSync } from "node:zlib";
import { concatBytes, fromUtf8 } from "#lib/bytes.ts";

/** Whether office documents can be converted here; tests that need it say loudly that they did not run. */
export const hasOffice = (): boolean => {
  const isThere = existsSync("/usr/bin/soffice");
  if (!isThere)
    console.warn(
      "NOT TESTED: LibreOffice is missing. apt-get install libreoffice-writer-nogui libreoffice-calc-nogui libreoffice-impress-nogui",
    );
  return isThere;
};

/** A packed ZIP file. @param saidBytes what the directory says a part unpacks to, where it lies. */
export function zipOf(
  parts: Readonly<Record<string, string | Uint8Array>>,
  saidBytes: Readonly<Record<string, number>> = {},
): Uint8Array {
  const files: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let position = 0;
  for (const [name, content] of Object.entries(parts)) {
    const bytes = typeof content === "string" ? fromUtf8(content) : content;
    const [packed, names] = [new Uint8Array(deflateRawSync(bytes)), fromUtf8(name)];
    const common = [
      ...[u16(20), u16(0), u16(8), u16(0), u16(0x21), u32(crc32(bytes)), u32(packed.length)],
      ...[u32(saidBytes[name] ?? bytes.length), u16(names.length), u16(0)],
    ];
    const local = concatBytes([u32(0x04034b50), ...common, names, packed]);
    const rest = [u16(0), u16(0), u16(0), u32(0), u32(position)];
    directory.push(concatBytes([u32(0x02014b50), u16(20), ...common, ...rest, names]));
    files.push(local);
    position += local.length;
  }
  const central = concatBytes(directory);
  const count = u16(directory.length);
  const end = [u32(0x06054b50), u16(0), u16(0), count, count, u32(central.length), u32(position), u16(0)];
  return concatBytes([...files, central, ...end]);
}

const u16 = (value: number) => Uint8Array.of(value & 255, (value >> 8) & 255);
const u32 = (value: number) => concatBytes([u16(value & 0xffff), u16(value >>> 16)]);

const TYPES = "application/vnd.openxmlformats-officedocument";
const types = (part: string, type: string) =>
  `<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="${part}" ContentType="${TYPES}.${type}+xml"/></Types>`;
const RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const relations = (inner: string) =>
  `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${inner}</Relationships>`;
const root = (target: string) =>
  relations(`<Relationship Id="rId1" Type="${RELATIONS}/officeDocument" Target="${target}"/>`);

/** A document of a word processor with these paragraphs. */
export const docxParts = (...paragraphs: readonly string[]): Record<string, string> => ({
  "[Content_Types].xml": types("/word/document.xml", "wordprocessingml.document.main"),
  "_rels/.rels": root("word/document.xml"),
  "word/document.xml": `<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>${paragraphs.map((text) => `<w:p><w:r><w:t>${text}</w:t></w:r></w:p>`).join("")}</w:body></w:document>`,
});

/** The same, and a reference to a picture that is elsewhere. */
export const outsideParts = (address: string): Record<string, string> => ({
  ...docxParts("With a picture from elsewhere"),
  "word/_rels/document.xml.rels": relations(
    `<Relationship Id="rId9" Type="${RELATIONS}/attachedTemplate" Target="${address}" TargetMode="External"/>`,
  ),
});

/** A document that says how many pages it has, and is written in a font. */
export const likeParts = ({ pages, font }: { readonly pages: number; readonly font: string }) => {
  const parts = docxParts("Lease of flat 12B");
  const fonts = `<w:r><w:rPr><w:rFonts w:ascii="${font}" w:hAnsi="${font}"/></w:rPr>`;
  return {
    ...parts,
    "word/document.xml": parts["word/document.xml"]!.replace("<w:r>", fonts),
    "docProps/app.xml": `<?xml version="1.0"?><Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"><Pages>${pages}</Pages></Properties>`,
  };
};

/** A spreadsheet with one number. */
export const xlsxParts = (): Record<string, string> => ({
  "[Content_Types].xml": `${types("/xl/workbook.xml", "spreadsheetml.sheet.main").replace("</Types>", "")}<Override PartName="/xl/worksheets/sheet1.xml" ContentType="${TYPES}.spreadsheetml.worksheet+xml"/></Types>`,
  "_rels/.rels": root("xl/workbook.xml"),
  "xl/_rels/workbook.xml.rels": relations(
    `<Relationship Id="rId1" Type="${RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>`,
  ),
  "xl/workbook.xml": `<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="${RELATIONS}"><sheets><sheet name="One" sheetId="1" r:id="rId1"/></sheets></workbook>`,
  "xl/worksheets/sheet1.xml": `<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1"><c r="A1"><v>4711</v></c></row></sheetData></worksheet>`,
});
