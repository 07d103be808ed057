import { expect, test } from "vitest";
import { fromUtf8 } from "#lib/bytes.ts";
import { zipOf } from "#lib/envelopes/documents/testing.ts";
import { officeFacts } from "./office-facts.ts";

const face = (name: string) => `<w:rPr><w:rFonts w:ascii="${name}"/></w:rPr>`;
const style = (id: string, inner: string, more = "") =>
  `<w:style w:type="paragraph" ${more}w:styleId="${id}">${inner}</w:style>`;

test("of a Word document, fonts that are used count, in styles and those they rest on too", () => {
  const bytes = zipOf({
    "docProps/app.xml": "<Properties><Pages>12</Pages></Properties>",
    "word/document.xml": `<w:p><w:pPr><w:pStyle w:val="Title"/></w:pPr><w:r>${face("Georgia")}</w:r></w:p>`,
    "word/styles.xml": [
      `<w:docDefaults><w:rPr><w:rFonts w:asciiTheme="minorHAnsi"/></w:rPr></w:docDefaults>`,
      style("Normal", "", 'w:default="1" '),
      style("Title", `<w:basedOn w:val="Base"/>${face("Garamond")}`),
      style("Base", face("Gill Sans")),
      style("Unused", face("Comic Sans MS")),
    ].join(""),
    "word/theme/theme1.xml":
      '<a:majorFont><a:latin typeface="Cambria"/></a:majorFont><a:minorFont><a:latin typeface="Calibri"/></a:minorFont>',
  });
  const { pages, fonts } = officeFacts(bytes, "docx");
  expect(pages).toBe(12);
  expect(fonts.toSorted()).toEqual(["Calibri", "Garamond", "Georgia", "Gill Sans"]);
});

test("an OpenDocument text names a family by what it is called there", () => {
  const bytes = zipOf({
    "meta.xml": '<meta:document-statistic meta:page-count="3"/>',
    "content.xml": `<style:font-face style:name="F1" svg:font-family="&apos;EB Garamond&apos;"/><style:text-properties style:font-name="F1" style:font-name-asian="F2"/>`,
  });
  expect(officeFacts(bytes, "odt")).toEqual({ pages: 3, fonts: ["EB Garamond"] });
});

test("tables, slides and rich text say what they say, and others nothing", () => {
  const sheet = zipOf({ "xl/styles.xml": '<font><name val="Aptos"/></font>' });
  expect(officeFacts(sheet, "xlsx")).toEqual({ pages: null, fonts: ["Aptos"] });
  const slides = zipOf({ "docProps/app.xml": "<Slides>9</Slides>" });
  expect(officeFacts(slides, "pptx")).toEqual({ pages: 9, fonts: [] });
  const rich = fromUtf8("{\\rtf1{\\fonttbl{\\f0\\froman\\fcharset0 Palatino;}}{\\info{\\nofpages4}}Lease}");
  expect(officeFacts(rich, "rtf")).toEqual({ pages: 4, fonts: ["Palatino"] });
  expect(officeFacts(fromUtf8("Lease"), "txt")).toEqual({ pages: null, fonts: [] });
});

test("a count that cannot be is none", () => {
  for (const said of ["0", "many", "9999999"]) {
    const bytes = zipOf({ "docProps/app.xml": `<Pages>${said}</Pages>` });
    expect(officeFacts(bytes, "docx").pages, said).toBeNull();
  }
});
