import { sourceOf, toLatin1, toUtf8 } from "#lib/bytes.ts";
import {
  isDict,
  isName,
  numberOf,
  type PdfDict,
  type PdfObject,
  PdfRef,
  PdfStream,
  PdfString,
  textOf,
} from "#lib/pdf/objects.ts";
import { PdfFile } from "#lib/pdf/reader.ts";

type Fault = string;

/**
 * Rules of ISO 19005-3 (level B) that can be broken by what we write, each checked on the finished bytes. Rules on
 * what never occurs here (images, transparency, actions, layers) are checked by its absence.
 */
export function pdfaFaults(bytes: Uint8Array): Fault[] {
  const file = PdfFile.open(sourceOf(bytes));
  const faults: Fault[] = [];
  const expect = (holds: boolean, fault: Fault) => {
    if (!holds) faults.push(fault);
  };
  const raw = toLatin1(bytes);
  checkSyntax(raw, expect);
  const objects = allObjects(file);
  checkTrailer(file, expect);
  checkOutputIntent(file, expect);
  checkMetadata(file, expect);
  checkAttachments(file, expect);
  for (const object of objects) checkObject(file, object, expect);
  for (const annotation of objects.filter((object) => isDict(object) && isName(object.get("Type"), "Annot")))
    checkAnnotation(file, annotation as PdfDict, expect);
  const form = file.dict(file.catalog.get("AcroForm"));
  expect(!form?.has("NeedAppearances") && !form?.has("XFA"), "6.4.1 NeedAppearances, 6.4.2 XFA");
  return faults;
}

type Expect = (holds: boolean, fault: Fault) => void;

function checkSyntax(raw: string, expect: Expect): void {
  expect(/^%PDF-1\.[0-7]\n%[\x80-\xff]{4}\n/.test(raw), "6.1.2 header");
  expect(raw.endsWith("%%EOF\n"), "6.1.3 nothing after the end");
  expect((raw.match(/%%EOF/g) ?? []).length === 1, "one revision");
  expect(/\nxref\n0 \d+\n0000000000 65535 f\r\n/.test(raw), "6.1.4 cross-reference table");
  for (const [number] of raw.matchAll(/\n\d+ \d+ obj[^\n]/g))
    expect(false, `6.1.9 white space after obj: ${number}`);
  expect(
    (raw.match(/\n\d+ 0 obj\n/g) ?? []).length === (raw.match(/\nendobj\n/g) ?? []).length,
    "6.1.9 endobj",
  );
  const outside = raw.replace(/\nstream\n[\s\S]*?\nendstream\n/g, "\n");
  for (const [, digits] of outside.matchAll(/<([0-9a-fA-F\s]+)>(?!>)/g))
    expect(digits!.length % 2 === 0, `6.1.6 odd hexadecimal string ${digits!.slice(0, 20)}`);
}

function checkTrailer({ trailer, catalog }: PdfFile, expect: Expect): void {
  expect(Array.isArray(trailer.get("ID")), "6.1.3 ID");
  expect(!trailer.has("Encrypt"), "6.1.3 Encrypt");
  for (const key of ["OCProperties", "Requirements", "AA", "OpenAction", "NeedsRendering", "Version"])
    expect(!catalog.has(key), `catalog has ${key}`);
}

function checkOutputIntent(file: PdfFile, expect: Expect): void {
  const [intent, ...others] = file.array(file.catalog.get("OutputIntents")).map((item) => file.dict(item));
  expect(others.length === 0 && isName(intent?.get("S"), "GTS_PDFA1"), "6.2.3 output intent");
  const profile = file.resolve(intent?.get("DestOutputProfile"));
  if (!(profile instanceof PdfStream)) {
    expect(false, "6.2.3 profile");
    return;
  }
  const icc = file.decoded(profile);
  const view = new DataView(icc.buffer, icc.byteOffset, icc.byteLength);
  expect(view.getUint32(0) === icc.length, "ICC size");
  expect(icc[8]! === 2 || icc[8]! === 4, "ICC version");
  expect(toLatin1(icc.subarray(12, 24)) === "mntrRGB XYZ ", "ICC class and spaces");
  expect(numberOf(profile.dict.get("N")) === 3, "ICC components");
}

function checkMetadata(file: PdfFile, expect: Expect): void {
  const stream = file.resolve(file.catalog.get("Metadata"));
  if (!(stream instanceof PdfStream)) {
    expect(false, "6.6.2.1 metadata");
    return;
  }
  expect(isName(stream.dict.get("Subtype"), "XML") && !stream.dict.has("Filter"), "6.6.2.1 metadata stream");
  const xmp = toUtf8(file.decoded(stream));
  expect(/^<\?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"\?>/.test(xmp), "6.6.2.1 packet header");
  expect(!/bytes=|encoding=/.test(xmp.split("\n")[0]!), "6.6.2.1 packet attributes");
  expect(xmp.includes("<pdfaid:part>3</pdfaid:part>"), "6.6.4 part");
  expect(xmp.includes("<pdfaid:conformance>B</pdfaid:conformance>"), "6.6.4 conformance");
  const info = file.dict(file.trailer.get("Info"))!;
  const said = (key: string) => textOf(file.resolve(info.get(key)) as PdfString);
  const inXml = (text: string) =>
    text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;").replaceAll(">", "&gt;");
  for (const key of ["Title", "Author", "Subject", "Producer", "Creator"])
    expect(xmp.includes(`>${inXml(said(key))}<`), `${key} differs from XMP`);
  const date = said("CreationDate").replace(/^D:(....)(..)(..)(..)(..)(..)Z$/, "$1-$2-$3T$4:$5:$6Z");
  expect(xmp.includes(`<xmp:CreateDate>${date}</xmp:CreateDate>`), "CreationDate differs from XMP");
}

function checkAttachments(file: PdfFile, expect: Expect): void {
  const names = file.dict(file.dict(file.catalog.get("Names"))?.get("EmbeddedFiles"));
  const associated = file.array(file.catalog.get("AF")).map((item) => file.dict(item));
  for (const [index, item] of file.array(names?.get("Names")).entries()) {
    if (index % 2 === 0) continue;
    const specification = file.dict(item)!;
    expect(specification.has("F") && specification.has("UF"), "6.8 F and UF");
    expect(
      ["Source", "Data"].includes(file.name(specification.get("AFRelationship")) ?? ""),
      "6.8 AFRelationship",
    );
    expect(associated.includes(specification), "6.8 associated with the document");
    const embedded = file.resolve(file.dict(specification.get("EF"))?.get("F"));
    const dict = embedded instanceof PdfStream ? embedded.dict : null;
    expect(/^[\w-]+\/[\w.+-]+$/.test(file.name(dict?.get("Subtype")) ?? ""), "6.8 media type");
    expect(file.dict(dict?.get("Params"))?.has("ModDate") ?? false, "6.8 ModDate");
  }
}

function checkAnnotation(file: PdfFile, annotation: PdfDict, expect: Expect): void {
  const flags = numberOf(annotation.get("F")) ?? 0;
  const [left, bottom, right, top] = file.array(annotation.get("Rect")).map((value) => numberOf(value));
  expect((flags & 4) === 4 && (flags & (1 | 2 | 32 | 256)) === 0, "6.3.2 flags");
  expect(annotation.has("AP") || (left === right && bottom === top), "6.3.3 appearance");
  expect(!annotation.has("A") && !annotation.has("AA"), "6.4.1 actions");
}

function checkObject(file: PdfFile, object: PdfObject, expect: Expect): void {
  const dict = object instanceof PdfStream ? object.dict : isDict(object) ? object : null;
  if (!dict) return;
  const type = file.name(dict.get("Type"));
  const subtype = file.name(dict.get("Subtype"));
  expect(
    type !== "ExtGState" && type !== "OCG" && type !== "Action" && subtype !== "Image",
    `has ${type} ${subtype}`,
  );
  expect(!dict.has("AA") && !dict.has("SMask") && !dict.has("JS"), "AA, SMask or JS");
  for (const value of dict.values())
    if (value instanceof PdfString) expect(value.bytes.length <= 32_767, "6.1.13 string length");
  if (type === "Font") checkFont(file, dict, subtype ?? "", expect);
  if (type === "Page") {
    expect(dict.has("Resources"), "6.2.2 resources");
    checkContent(file, dict, expect);
  }
  if (object instanceof PdfStream) {
    const filter = file.name(dict.get("Filter"));
    expect(filter === undefined || filter === "FlateDecode", `6.1.7.2 filter ${filter}`);
    expect(!dict.has("FFilter") && (!dict.has("F") || type === "Filespec"), "6.1.7.1 external stream");
    if (subtype === "Form")
      expect(!dict.has("OPI") && !dict.has("PS") && !dict.has("Group"), "6.2.9 form XObject");
  }
}

function checkFont(file: PdfFile, font: PdfDict, subtype: string, expect: Expect): void {
  if (subtype === "Type0") {
    expect(isName(font.get("Encoding"), "Identity-H"), "6.2.11.3.3 CMap");
    expect(file.resolve(font.get("ToUnicode")) instanceof PdfStream, "6.2.11.7 ToUnicode");
    return;
  }
  expect(subtype === "CIDFontType2", `6.2.11 font ${subtype}`);
  const descriptor = file.dict(font.get("FontDescriptor"));
  const program = file.resolve(descriptor?.get("FontFile2"));
  const map = file.resolve(font.get("CIDToGIDMap"));
  if (!(program instanceof PdfStream) || !(map instanceof PdfStream)) {
    expect(false, "6.2.11.4.1 embedding");
    return;
  }
  expect(file.name(descriptor!.get("FontName")) === file.name(font.get("BaseFont")), "font name");
  expect(/^[A-Z]{6}\+/.test(file.name(font.get("BaseFont")) ?? ""), "subset tag");
  const glyphs = file.decoded(map);
  const advances = advancesOf(file.decoded(program));
  const [first, widths] = file.array(font.get("W"));
  for (const [index, width] of file.array(widths).entries()) {
    const cid = numberOf(first)! + index;
    const glyph = glyphs[cid * 2]! * 256 + glyphs[cid * 2 + 1]!;
    expect(glyph !== 0, `6.2.11.8 .notdef for ${cid}`);
    expect(Math.abs(numberOf(width)! - advances(glyph)) < 1, `6.2.11.5 width of ${cid}`);
  }
}

/** Advances in thousandths of an em, from hmtx. */
function advancesOf(font: Uint8Array): (glyph: number) => number {
  const view = new DataView(font.buffer, font.byteOffset, font.byteLength);
  const tables = new Map<string, number>();
  for (let index = 0; index < view.getUint16(4); index++) {
    const entry = 12 + index * 16;
    tables.set(toLatin1(font.subarray(entry, entry + 4)), view.getUint32(entry + 8));
  }
  for (const tag of ["glyf", "head", "hhea", "hmtx", "loca", "maxp"])
    if (!tables.has(tag)) return () => Number.NaN;
  const full = view.getUint16(tables.get("hhea")! + 34);
  const unitsPerEm = view.getUint16(tables.get("head")! + 18);
  const hmtx = tables.get("hmtx")!;
  return (glyph) => (view.getUint16(hmtx + Math.min(glyph, full - 1) * 4) * 1000) / unitsPerEm;
}

const OPERATORS = new Set([
  "BT",
  "ET",
  "Tf",
  "Tm",
  "TJ",
  "BDC",
  "BMC",
  "EMC",
  "re",
  "f",
  "q",
  "Q",
  "g",
  "cm",
  "Do",
]);

function checkContent(file: PdfFile, page: PdfDict, expect: Expect): void {
  const stream = file.resolve(page.get("Contents"));
  if (!(stream instanceof PdfStream)) {
    expect(false, "contents");
    return;
  }
  const content = toLatin1(file.decoded(stream)).replace(/<[0-9a-f]*>|\/\w+/g, " ");
  let [open, marked, isInText] = [0, 0, false];
  for (const [operator] of content.matchAll(/[A-Za-z*'"]+/g)) {
    if (operator === "q") expect(++open <= 28, "6.1.13 q nesting");
    if (operator === "Q") open--;
    if (/^B[DM]C$/.test(operator)) marked++;
    if (operator === "EMC") marked--;
    if (operator === "BT" || operator === "ET") isInText = operator === "BT";
    expect(OPERATORS.has(operator), `6.2.2 operator ${operator}`);
    if (/^(TJ|f|Do)$/.test(operator)) expect(marked > 0, `${operator} is neither content nor artifact`);
    if (operator === "TJ") expect(isInText, "text outside of a text object");
  }
  expect(open === 0 && marked === 0, "unbalanced q or BDC");
}

function allObjects(file: PdfFile): PdfObject[] {
  const numbers = [...file.xref.entries.keys()].filter((number) => number > 0);
  return numbers.map((number) => file.resolve(new PdfRef(number)));
}
