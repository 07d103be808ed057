import { fromLatin1 } from "#lib/bytes.ts";
import { flateStream } from "#lib/pdf/flate.ts";
import { type EmbeddedFonts, embedFonts, utf16Hex } from "#lib/pdf/fonts/embed.ts";
import { numberSyntax, type PdfObject, type PdfRef, pdfDict, pdfName } from "#lib/pdf/objects.ts";
import type { PageItem, PlacedLine, SharedDrawing } from "#lib/pdf/page-layout/page-items.ts";
import type { ReservingSink, StructureElement } from "#lib/pdf/page-layout/structure.ts";
import { showSigns } from "#lib/pdf/text/draw-pdf.ts";
import { openFace } from "#lib/pdf/text/harfbuzz.ts";
import type { FaceName, FontLibrary } from "#lib/ports/fonts.ts";

export interface WrittenPages {
  /** The root of the page tree. */
  readonly tree: PdfRef;
  readonly refs: readonly PdfRef[];
  /** Per page, the element of each piece of marked content. */
  readonly marked: readonly (readonly StructureElement[])[];
}

/**
 * Writes pages of one size. Everything on them is either part of the structure or an artifact.
 *
 * @param annotations of the first page.
 * @see ISO 32000-1 §7.7.3, §14.6, §14.8.2
 */
export function writePages(
  pages: readonly (readonly PageItem[])[],
  size: { readonly widthPt: number; readonly heightPt: number },
  annotations: readonly PdfRef[],
  fonts: FontLibrary,
  sink: ReservingSink,
): WrittenPages {
  const lines = pages.flatMap((items) => items.flatMap((item) => (item.kind === "text" ? item.lines : [])));
  const layouts = lines.map(({ line: { sizePt, runs, trailing } }) => ({
    sizePt,
    lines: [{ baselinePt: 0, runs: [...runs, ...trailing] }],
    ink: null,
  }));
  const embedded = embedFonts(layouts, fonts, sink);
  const names = new Map([...embedded.keys()].map((face, index) => [face, `F${index}`]));
  const drawings = new Map<SharedDrawing, { name: string; ref: PdfRef }>();
  for (const item of pages.flat())
    if (item.kind === "drawing" && !drawings.has(item.drawing))
      drawings.set(item.drawing, { name: `D${drawings.size}`, ref: addDrawing(item.drawing, sink) });
  const resources = sink.add(
    pdfDict({
      Font: pdfDict(Object.fromEntries([...embedded].map(([face, { ref }]) => [names.get(face)!, ref]))),
      XObject: pdfDict(Object.fromEntries([...drawings.values()].map(({ name, ref }) => [name, ref]))),
    }),
  );
  const tree = sink.reserve();
  const marked: StructureElement[][] = [];
  const refs = pages.map((items, page) => {
    const content = new PageContent({ page, embedded, names, drawings, fonts });
    for (const item of items) content.add(item);
    marked.push(content.marked);
    return sink.add(
      pdfDict({
        Type: pdfName("Page"),
        Parent: tree,
        MediaBox: [0, 0, size.widthPt, size.heightPt],
        Resources: resources,
        Contents: sink.add(flateStream(fromLatin1(content.operators))),
        StructParents: page,
        Tabs: pdfName("S"),
        Annots: page === 0 && annotations.length > 0 ? [...annotations] : undefined,
      }),
    );
  });
  sink.fill(tree, pdfDict({ Type: pdfName("Pages"), Kids: refs, Count: refs.length }));
  return { tree, refs, marked };
}

function addDrawing({ operators, widthPt, heightPt }: SharedDrawing, sink: ReservingSink): PdfRef {
  const entries: Record<string, PdfObject> = {
    Type: pdfName("XObject"),
    Subtype: pdfName("Form"),
    BBox: [0, 0, widthPt, heightPt],
    Resources: pdfDict(),
  };
  return sink.add(flateStream(fromLatin1(operators), entries));
}

interface PageSetting {
  readonly page: number;
  readonly embedded: EmbeddedFonts;
  readonly names: ReadonlyMap<FaceName, string>;
  readonly drawings: ReadonlyMap<SharedDrawing, { readonly name: string }>;
  readonly fonts: FontLibrary;
}

class PageContent {
  readonly marked: StructureElement[] = [];
  readonly #setting: PageSetting;
  readonly #parts: string[] = [];

  constructor(setting: PageSetting) {
    this.#setting = setting;
  }

  get operators(): string {
    return this.#parts.join("");
  }

  add(item: PageItem): void {
    if (item.kind !== "text") {
      this.#parts.push(`/Artifact BMC\n${this.#draw(item)}EMC\n`);
      return;
    }
    const marks = marksOf(item.lines).map((lines) => {
      const { actualText } = lines[0]!.line;
      const id = item.element ? `/MCID ${this.#mark(item.element)}` : "";
      // Readers look for a text of its own in spans alone.
      const said = actualText === undefined ? "" : ` /ActualText <feff${utf16Hex(actualText)}>`;
      const isPlain = said === "" && !item.element;
      const tag = said === "" ? item.element?.type : "Span";
      return isPlain ? this.#text(lines) : `/${tag} <<${id}${said}>> BDC\n${this.#text(lines)}EMC\n`;
    });
    this.#parts.push(item.element ? marks.join("") : `/Artifact BMC\n${marks.join("")}EMC\n`);
  }

  #mark(element: StructureElement): number {
    const id = this.marked.push(element) - 1;
    element.children.push({ page: this.#setting.page, id });
    return id;
  }

  #draw(item: Exclude<PageItem, { kind: "text" }>): string {
    if (item.kind === "rule") {
      const rectangle = `${numbers([item.xPt, item.yPt, item.widthPt, item.thicknessPt])} re f\n`;
      return item.gray === 0 ? rectangle : `q ${numbers([item.gray])} g ${rectangle}Q\n`;
    }
    const { name } = this.#setting.drawings.get(item.drawing)!;
    return `q 1 0 0 1 ${numbers([item.xPt, item.yPt])} cm /${name} Do Q\n`;
  }

  #text(lines: readonly PlacedLine[]): string {
    let [operators, font] = ["BT\n", ""];
    for (const { line, xPt, baselinePt } of lines) {
      const shown = [...line.runs, ...line.trailing].map((run) => {
        const { embedded, names, fonts } = this.#setting;
        const wanted = `/${names.get(run.face)!} ${numberSyntax(line.sizePt)} Tf\n`;
        const change = wanted === font ? "" : wanted;
        font = wanted;
        const placed = { ...run, xPt: run.xPt + xPt };
        return change + showSigns(placed, baselinePt, openFace(fonts, run.face), embedded.get(run.face)!);
      });
      operators += shown.join("");
    }
    return `${operators}ET\n`;
  }
}

/** A line with a text of its own is marked by itself: not every reader takes marks within marks (§14.9.4). */
function marksOf(lines: readonly PlacedLine[]): PlacedLine[][] {
  const marks: PlacedLine[][] = [];
  for (const placed of lines) {
    const last = marks.at(-1);
    const isAlone = [placed, last?.[0]].some((line) => line?.line.actualText !== undefined);
    if (last && !isAlone) last.push(placed);
    else marks.push([placed]);
  }
  return marks;
}

const numbers = (values: readonly number[]): string =>
  values.map((value) => numberSyntax(Number(value.toFixed(3)))).join(" ");
