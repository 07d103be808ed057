import { fromUtf8 } from "#lib/bytes.ts";
import { zipBytes } from "../zip/zip-bytes.ts";
import type { Block, Paper, PaperCell, PaperStep } from "./paper.ts";

const W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main";
const R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE = "http://schemas.openxmlformats.org/package/2006";
const OFFICE = "application/vnd.openxmlformats-officedocument.wordprocessingml";
const XML = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n`;

/** Twentieths of a point. */
const SHEETS = { a4: { width: 11_906, height: 16_838 }, letter: { width: 12_240, height: 15_840 } } as const;
const MARGIN = 1_304;
const TEXT_STYLES = { paragraph: "Normal", code: "Code", label: "Label" } as const;

export interface PaperDocxOptions {
  readonly paper: keyof typeof SHEETS;
  readonly author: string;
  readonly createdAt: Date;
}

/**
 * A paper as a word processor's document, for a person to complete: the same paper gives the same bytes.
 *
 * @see ECMA-376-1 §11.3, §17 (WordprocessingML), ECMA-376-2 (packages)
 */
export function paperDocx(paper: Paper, { paper: sheet, author, createdAt }: PaperDocxOptions): Uint8Array {
  const lists = paper.blocks.filter(({ kind }) => kind === "steps").length;
  const parts: Record<string, string> = {
    "[Content_Types].xml": contentTypes(),
    "_rels/.rels": relationships([
      ["officeDocument", "word/document.xml"],
      ["metadata/core-properties", "docProps/core.xml"],
    ]),
    "docProps/core.xml": coreProperties(paper.title, author, createdAt),
    "word/document.xml": documentXml(paper, SHEETS[sheet]),
    "word/_rels/document.xml.rels": relationships([
      ["styles", "styles.xml"],
      ["numbering", "numbering.xml"],
      ["header", "header.xml"],
      ["footer", "footer.xml"],
    ]),
    "word/styles.xml": stylesXml(),
    "word/numbering.xml": numberingXml(lists),
    "word/header.xml": `${XML}<w:hdr xmlns:w="${W}">${paragraphXml(paper.header, "Header")}</w:hdr>`,
    "word/footer.xml": `${XML}<w:ftr xmlns:w="${W}">${footerXml(paper.footer)}</w:ftr>`,
  };
  const files = Object.entries(parts).map(([name, xml]) => [name, fromUtf8(xml)] as const);
  return zipBytes(Object.fromEntries(files), createdAt);
}

/** Text as it may stand in XML 1.0: what no document can hold is left out. */
const escaped = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "")
    .replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

const CONTENT_PARTS = {
  document: "document.main",
  styles: "styles",
  numbering: "numbering",
  header: "header",
};

function contentTypes(): string {
  const parts = Object.entries({ ...CONTENT_PARTS, footer: "footer" }).map(
    ([part, type]) => `<Override PartName="/word/${part}.xml" ContentType="${OFFICE}.${type}+xml"/>`,
  );
  return `${XML}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${parts.join("")}<Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>`;
}

function relationships(targets: readonly (readonly [type: string, target: string])[]): string {
  const rows = targets.map(([type, target], index) => {
    const base = type.startsWith("metadata/") ? `${PACKAGE}/relationships` : R;
    return `<Relationship Id="rId${index + 1}" Type="${base}/${type}" Target="${target}"/>`;
  });
  return `${XML}<Relationships xmlns="${PACKAGE}/relationships">${rows.join("")}</Relationships>`;
}

function coreProperties(title: string, author: string, at: Date): string {
  const instant = `${at.toISOString().slice(0, 19)}Z`;
  const when = (name: string) => `<dcterms:${name} xsi:type="dcterms:W3CDTF">${instant}</dcterms:${name}>`;
  return `${XML}<cp:coreProperties xmlns:cp="${PACKAGE}/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>${escaped(title)}</dc:title><dc:creator>${escaped(author)}</dc:creator><dc:language>en</dc:language>${when("created")}${when("modified")}</cp:coreProperties>`;
}

function documentXml(paper: Paper, { width, height }: (typeof SHEETS)["a4" | "letter"]): string {
  let lists = 0;
  const blocks = paper.blocks.map((block) =>
    blockXml(block, width - 2 * MARGIN, block.kind === "steps" ? ++lists : 0),
  );
  const section = `<w:sectPr><w:headerReference w:type="default" r:id="rId3"/><w:footerReference w:type="default" r:id="rId4"/><w:pgSz w:w="${width}" w:h="${height}"/><w:pgMar w:top="${MARGIN}" w:right="${MARGIN}" w:bottom="${MARGIN}" w:left="${MARGIN}" w:header="624" w:footer="624" w:gutter="0"/></w:sectPr>`;
  return `${XML}<w:document xmlns:w="${W}" xmlns:r="${R}"><w:body>${paragraphXml(paper.title, "Title")}${blocks.join("")}${section}</w:body></w:document>`;
}

function blockXml(block: Block, width: number, list: number): string {
  switch (block.kind) {
    case "heading":
      return paragraphXml(block.text, `Heading${block.level}`);
    case "paragraph":
      return paragraphXml(block.text, TEXT_STYLES.paragraph);
    case "facts":
      return block.facts
        .map(
          ({ label, values }) =>
            paragraphXml(label, TEXT_STYLES.label) + values.map((value) => cellXml(value)).join(""),
        )
        .join("");
    case "table":
      return tableXml(block, width);
    case "steps":
      return block.steps.map((step) => stepXml(step, list)).join("");
  }
}

function stepXml({ text, commands = [] }: PaperStep, list: number): string {
  const numbered = `<w:numPr><w:ilvl w:val="0"/><w:numId w:val="${list}"/></w:numPr>`;
  const code = commands.flatMap((command) => command.split("\n"));
  return (
    paragraphXml(text, TEXT_STYLES.paragraph, numbered) +
    code.map((line) => paragraphXml(line, TEXT_STYLES.code)).join("")
  );
}

function tableXml({ columns, rows }: Extract<Block, { kind: "table" }>, width: number): string {
  const given = columns.map(({ widthPt }) => (widthPt === undefined ? null : widthPt * 20));
  const rest = Math.max(0, width - given.reduce<number>((sum, one) => sum + (one ?? 0), 0));
  const open = given.filter((one) => one === null).length;
  const widths = given.map((one) => Math.round(one ?? rest / Math.max(1, open)));
  const cell = (content: string, index: number) =>
    `<w:tc><w:tcPr><w:tcW w:w="${widths[index] ?? 0}" w:type="dxa"/></w:tcPr>${content}</w:tc>`;
  const head = columns.map(({ title }, index) => cell(paragraphXml(title, TEXT_STYLES.label), index));
  const lines = rows.map(
    (row) => `<w:tr>${row.map((one, index) => cell(cellXml(one), index)).join("")}</w:tr>`,
  );
  const border = (side: string) => `<w:${side} w:val="single" w:sz="4" w:space="0" w:color="B9B2A6"/>`;
  const borders = ["top", "bottom", "insideH"].map(border).join("");
  return `<w:tbl><w:tblPr><w:tblW w:w="${width}" w:type="dxa"/><w:tblBorders>${borders}</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>${widths.map((one) => `<w:gridCol w:w="${one}"/>`).join("")}</w:tblGrid><w:tr><w:trPr><w:tblHeader/></w:trPr>${head.join("")}</w:tr>${lines.join("")}</w:tbl>${paragraphXml("", TEXT_STYLES.paragraph)}`;
}

const cellXml = (cell: PaperCell): string =>
  typeof cell === "string"
    ? paragraphXml(cell, TEXT_STYLES.paragraph)
    : paragraphXml(cell.hash.replace(/(.{4})(?=.)/g, "$1 "), TEXT_STYLES.code);

function paragraphXml(text: string, style: string, more = ""): string {
  return `<w:p><w:pPr><w:pStyle w:val="${style}"/>${more}</w:pPr>${runXml(text)}</w:p>`;
}

/** A line break within a paragraph is an element of its own. */
const runXml = (text: string): string =>
  text === ""
    ? ""
    : `<w:r>${text
        .split("\n")
        .map((line) => `<w:t xml:space="preserve">${escaped(line)}</w:t>`)
        .join("<w:br/>")}</w:r>`;

function footerXml(text: string): string {
  const field = (name: string) => `<w:fldSimple w:instr=" ${name} "><w:r><w:t>1</w:t></w:r></w:fldSimple>`;
  return `<w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr>${runXml(`${text} · `)}${field("PAGE")}${runXml(" / ")}${field("NUMPAGES")}</w:p>`;
}

function stylesXml(): string {
  const style = (id: string, name: string, paragraph: string, run: string, more = "") =>
    `<w:style w:type="paragraph" w:styleId="${id}"${more}><w:name w:val="${name}"/>${id === "Normal" ? "" : `<w:basedOn w:val="Normal"/>`}<w:qFormat/><w:pPr>${paragraph}</w:pPr><w:rPr>${run}</w:rPr></w:style>`;
  const size = (halfPoints: number) => `<w:sz w:val="${halfPoints}"/><w:szCs w:val="${halfPoints}"/>`;
  const spacing = (before: number, after: number) => `<w:spacing w:before="${before}" w:after="${after}"/>`;
  const serif = `<w:rFonts w:ascii="Georgia" w:hAnsi="Georgia" w:cs="Times New Roman" w:eastAsia="Georgia"/>`;
  const mono = `<w:rFonts w:ascii="Courier New" w:hAnsi="Courier New" w:cs="Courier New"/>`;
  const heading = (level: number, halfPoints: number) =>
    style(
      `Heading${level}`,
      `heading ${level}`,
      `<w:keepNext/>${spacing(280, 80)}<w:outlineLvl w:val="${level - 1}"/>`,
      `<w:b/>${size(halfPoints)}`,
    );
  return `${XML}<w:styles xmlns:w="${W}"><w:docDefaults><w:rPrDefault><w:rPr>${serif}${size(22)}<w:lang w:val="en-US"/></w:rPr></w:rPrDefault></w:docDefaults>${[
    style("Normal", "Normal", spacing(0, 120), "", ` w:default="1"`),
    style("Title", "Title", spacing(0, 200), `<w:b/>${size(34)}`),
    ...[heading(2, 26), heading(3, 23)],
    style("Label", "Label", `<w:keepNext/>${spacing(60, 20)}`, "<w:b/>"),
    style("Code", "Code", spacing(0, 0), `${mono}${size(18)}`),
    style("Header", "header", spacing(0, 120), `<w:color w:val="57524A"/>${size(18)}`),
    style("Footer", "footer", spacing(0, 0), `<w:color w:val="57524A"/>${size(18)}`),
  ].join("")}</w:styles>`;
}

/** Each list begins at 1. */
function numberingXml(lists: number): string {
  const numbers = Array.from({ length: lists }, (_, index) => {
    const start = `<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>`;
    return `<w:num w:numId="${index + 1}"><w:abstractNumId w:val="0"/>${start}</w:num>`;
  });
  return `${XML}<w:numbering xmlns:w="${W}"><w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="singleLevel"/><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/><w:lvlJc w:val="left"/><w:pPr><w:ind w:left="567" w:hanging="425"/></w:pPr></w:lvl></w:abstractNum>${numbers.join("")}</w:numbering>`;
}
