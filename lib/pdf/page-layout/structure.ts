import { type PdfObject, type PdfRef, pdfDict, pdfName, pdfText } from "#lib/pdf/objects.ts";
import type { ObjectSink } from "#lib/pdf/update.ts";

/** Standard structure types we use (ISO 32000-1 §14.8.4). */
export type StructureType =
  | "Document" | "Sect" | "H1" | "H2" | "H3" | "P" | "L" | "LI" | "Lbl" | "LBody" | "Form" | "Code"
  | "Table" | "THead" | "TBody" | "TR" | "TH" | "TD"; // biome-ignore format: one list reads as the set it states

/** Marked content of one page, by the number it has there. */
export interface Mark {
  readonly page: number;
  readonly id: number;
}

/** What a part of the text is, for those who do not see where it stands. */
export class StructureElement {
  readonly type: StructureType;
  /** Of a header cell: what it is the header of. */
  readonly scope: "Row" | "Column" | null;
  readonly children: (StructureElement | Mark | PdfRef)[] = [];
  /** BCP 47; null for the document's own. */
  language: string | null = null;

  constructor(type: StructureType, scope: "Row" | "Column" | null = null) {
    this.type = type;
    this.scope = scope;
  }

  child(type: StructureType, scope: "Row" | "Column" | null = null): StructureElement {
    const child = new StructureElement(type, scope);
    this.children.push(child);
    return child;
  }
}

/** A sink that gives numbers ahead. */
export interface ReservingSink extends ObjectSink {
  reserve(): PdfRef;
  fill(ref: PdfRef, object: PdfObject): void;
}

/**
 * Writes the structure tree.
 *
 * @param marked   per page, the element of each piece of marked content, by its number.
 * @param objects  annotations that are part of the text: each with the element that holds its reference. Theirs are
 *   the numbers in the parent tree that follow those of the pages.
 * @see ISO 32000-1 §14.7
 */
export function writeStructure(
  root: StructureElement,
  pages: readonly PdfRef[],
  marked: readonly (readonly StructureElement[])[],
  objects: readonly StructureElement[],
  sink: ReservingSink,
): PdfRef {
  const tree = sink.reserve();
  const refs = new Map<StructureElement, PdfRef>();
  const write = (element: StructureElement, parent: PdfRef): PdfRef => {
    const ref = sink.reserve();
    refs.set(element, ref);
    sink.fill(
      ref,
      elementDict(element, parent, pages, (child) => write(child, ref)),
    );
    return ref;
  };
  const top = write(root, tree);
  const numbers: PdfObject[] = [];
  for (const [page, elements] of marked.entries())
    numbers.push(page, sink.add(elements.map((element) => refs.get(element)!)));
  for (const [index, element] of objects.entries()) numbers.push(pages.length + index, refs.get(element)!);
  sink.fill(
    tree,
    pdfDict({
      Type: pdfName("StructTreeRoot"),
      K: [top],
      ParentTree: sink.add(pdfDict({ Nums: numbers })),
      ParentTreeNextKey: pages.length + objects.length,
    }),
  );
  return tree;
}

function elementDict(
  { type, scope, children, language }: StructureElement,
  parent: PdfRef,
  pages: readonly PdfRef[],
  write: (child: StructureElement) => PdfRef,
): PdfObject {
  const first = children.find(isMark);
  const page = first && pages[first.page];
  const kids = children.map((child): PdfObject => {
    if (child instanceof StructureElement) return write(child);
    if (!isMark(child)) return pdfDict({ Type: pdfName("OBJR"), Obj: child, Pg: pages[0] });
    if (child.page === first!.page) return child.id;
    return pdfDict({ Type: pdfName("MCR"), Pg: pages[child.page], MCID: child.id });
  });
  return pdfDict({
    S: pdfName(type),
    P: parent,
    Pg: page,
    Lang: language === null ? undefined : pdfText(language),
    A: scope ? pdfDict({ O: pdfName("Table"), Scope: pdfName(scope) }) : undefined,
    K: kids.length === 1 ? kids[0] : kids.length === 0 ? undefined : kids,
  });
}

const isMark = (child: StructureElement | Mark | PdfRef): child is Mark => "page" in child;

/** The outline of a document, as readers show it beside the pages. */
export interface Bookmark {
  readonly title: string;
  readonly page: number;
  readonly topPt: number;
  readonly children: readonly Bookmark[];
}

/** @see ISO 32000-1 §12.3.3 */
export function writeOutline(
  bookmarks: readonly Bookmark[],
  pages: readonly PdfRef[],
  sink: ReservingSink,
): PdfRef {
  const root = sink.reserve();
  const writeLevel = (level: readonly Bookmark[], parent: PdfRef): { first?: PdfRef; last?: PdfRef } => {
    const refs = level.map(() => sink.reserve());
    for (const [index, { title, page, topPt, children }] of level.entries()) {
      const own = refs[index]!;
      const { first, last } = writeLevel(children, own);
      const entries = {
        Title: pdfText(title),
        Parent: parent,
        Prev: refs[index - 1],
        Next: refs[index + 1],
        First: first,
        Last: last,
        // Closed: the reader opens what it wants to see.
        Count: children.length > 0 ? -children.length : undefined,
        Dest: [pages[page]!, pdfName("XYZ"), null, topPt, null],
      };
      sink.fill(own, pdfDict(entries));
    }
    return { first: refs[0], last: refs.at(-1) };
  };
  const { first, last } = writeLevel(bookmarks, root);
  sink.fill(root, pdfDict({ Type: pdfName("Outlines"), First: first, Last: last, Count: bookmarks.length }));
  return root;
}
