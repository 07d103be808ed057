import { PDF_LIMITS } from "./limits.ts";
import { isName, type PdfDict, type PdfObject, PdfRef, pdfDict, pdfName, pdfText } from "./objects.ts";
import type { Page } from "./pages.ts";
import type { PdfFile } from "./reader.ts";
import type { Rewrite } from "./rewrite.ts";

/** A widget to be read out where one comes to it. */
interface TaggedWidget {
  readonly ref: PdfRef;
  /** From 0. */
  readonly page: number;
  readonly label: string;
}

/** Elements that only group others (ISO 32000-2 §14.8.4.4). */
const GROUPS = new Set(["Document", "Part", "Art", "Sect", "Div", "NonStruct"]);
const MOST_ELEMENTS = 200_000;

/**
 * Puts the product's fields into the structure of a tagged file: each an element of type Form after what is on its
 * page, named as its tooltip says.
 *
 * @see ISO 32000-2 §14.7.5.4, §14.8.4.8; ISO 14289-1 §7.18.4
 */
export class FormTags {
  readonly #file: PdfFile;
  readonly #rewrite: Rewrite;
  readonly #root: PdfDict;
  readonly #pages: ReadonlyMap<number, number>;
  readonly #pageRefs: readonly PdfRef[];
  readonly #first: number;
  readonly #widgets: TaggedWidget[] = [];

  private constructor(
    rewrite: Rewrite,
    root: PdfDict,
    pages: readonly Page[],
    pageRefs: readonly PdfRef[],
    first: number,
  ) {
    this.#file = rewrite.file;
    this.#rewrite = rewrite;
    this.#root = root;
    this.#pages = new Map(pages.flatMap(({ ref }, index) => (ref ? [[ref.number, index] as const] : [])));
    this.#pageRefs = pageRefs;
    this.#first = first;
  }

  /** @returns null when the file is not tagged, or its numbers are in a disorder nobody should add to. */
  static of(rewrite: Rewrite, pages: readonly Page[], pageRefs: readonly PdfRef[]): FormTags | null {
    const { file } = rewrite;
    const root = file.dict(file.catalog.get("StructTreeRoot"));
    if (!root || file.resolve(root.get("K") ?? null) === null) return null;
    const tree = root.get("ParentTree");
    const highest = highestNumber(file, tree);
    if (highest === null) return null;
    const next = file.number(root.get("ParentTreeNextKey")) ?? 0;
    return new FormTags(rewrite, root, pages, pageRefs, Math.max(highest + 1, Math.trunc(next)));
  }

  /** @returns the widget's StructParent. */
  add(widget: TaggedWidget): number {
    this.#widgets.push(widget);
    return this.#first + this.#widgets.length - 1;
  }

  /** Writes the elements. @returns what the catalog holds as StructTreeRoot from now on. */
  finish(): PdfObject {
    const held = this.#file.catalog.get("StructTreeRoot")!;
    if (this.#widgets.length === 0) return held;
    const root: PdfDict = new Map(this.#root);
    const rootRef = held instanceof PdfRef ? held : this.#rewrite.reserve();
    const { group, owner, kids } = this.#place(root, rootRef);
    const elements = this.#widgets.map(({ ref, page, label }) =>
      this.#rewrite.add(
        pdfDict({
          Type: pdfName("StructElem"),
          S: pdfName("Form"),
          P: owner,
          Pg: this.#pageRefs[page]!,
          Alt: pdfText(label),
          K: pdfDict({ Type: pdfName("OBJR"), Obj: ref, Pg: this.#pageRefs[page]! }),
        }),
      ),
    );
    group.set("K", this.#merged(kids, elements));
    if (group !== root) this.#rewrite.replace(owner, group);
    root.set("ParentTree", this.#parentTree(elements));
    root.set("ParentTreeNextKey", this.#first + elements.length);
    if (held instanceof PdfRef) this.#rewrite.replace(held, root);
    else this.#rewrite.fill(rootRef, root);
    return rootRef;
  }

  /** The innermost group that still holds the whole document: fields are put between its parts. */
  #place(root: PdfDict, rootRef: PdfRef): { group: PdfDict; owner: PdfRef; kids: readonly PdfObject[] } {
    const file = this.#file;
    const kidsOf = (dict: PdfDict) => {
      const kids = file.resolve(dict.get("K") ?? null);
      return Array.isArray(kids) ? kids : kids === null ? [] : [dict.get("K")!];
    };
    let place = { group: root, owner: rootRef, kids: kidsOf(root) };
    for (let depth = 0; depth < PDF_LIMITS.treeDepth; depth++) {
      const [only] = place.kids;
      const inner = place.kids.length === 1 && only instanceof PdfRef ? file.dict(only) : null;
      const type = inner ? file.name(inner.get("S")) : undefined;
      if (!inner || type === undefined || !GROUPS.has(this.#standard(type))) break;
      place = { group: new Map(inner), owner: only as PdfRef, kids: kidsOf(inner) };
    }
    return place;
  }

  #standard(type: string): string {
    const role = this.#file.dict(this.#root.get("RoleMap"))?.get(type);
    return GROUPS.has(type) || !isName(role) ? type : (role as { text: string }).text;
  }

  /** Each field after the last part that begins on its page or before. */
  #merged(kids: readonly PdfObject[], elements: readonly PdfRef[]): PdfObject[] {
    let left = MOST_ELEMENTS;
    const pageOf = (object: PdfObject, depth: number): number | null => {
      if (left-- <= 0 || depth > PDF_LIMITS.treeDepth) return null;
      const dict = this.#file.dict(object);
      if (!dict) return null;
      const page = dict.get("Pg");
      const own = page instanceof PdfRef ? this.#pages.get(page.number) : undefined;
      if (own !== undefined) return own;
      for (const kid of this.#file.array(dict.get("K"))) {
        const found = pageOf(kid, depth + 1);
        if (found !== null) return found;
      }
      const only = dict.get("K");
      return only instanceof PdfRef || this.#file.dict(only) ? pageOf(only!, depth + 1) : null;
    };
    const after = new Map<number, PdfRef[]>();
    const begins = kids.map((kid) => pageOf(kid, 0));
    for (const [index, { page }] of this.#widgets.entries()) {
      const at = begins.findLastIndex((begin) => begin !== null && begin <= page);
      after.set(at, [...(after.get(at) ?? []), elements[index]!]);
    }
    return [...(after.get(-1) ?? []), ...kids.flatMap((kid, index) => [kid, ...(after.get(index) ?? [])])];
  }

  /** The tree that was there with one more leaf; its numbers are the highest (§7.9.7). */
  #parentTree(elements: readonly PdfRef[]): PdfRef {
    const file = this.#file;
    const old = file.dict(this.#root.get("ParentTree"));
    const numbers = elements.flatMap((element, index) => [this.#first + index, element]);
    const last = this.#first + elements.length - 1;
    const leaf = this.#rewrite.add(pdfDict({ Nums: numbers, Limits: [this.#first, last] }));
    const kids: PdfObject[] = [...file.array(old?.get("Kids"))];
    const own = [...file.array(old?.get("Nums"))];
    if (own.length >= 2) {
      const limits = [own[0]!, own[Math.floor(own.length / 2) * 2 - 2]!];
      kids.push(this.#rewrite.add(pdfDict({ Nums: own, Limits: limits })));
    }
    return this.#rewrite.add(pdfDict({ Kids: [...kids, leaf] }));
  }
}

/** The highest number in a number tree, -1 when there is none; null when it cannot be told. */
function highestNumber(file: PdfFile, tree: PdfObject | undefined): number | null {
  const seen = new Set<number>();
  let left = MOST_ELEMENTS;
  const walk = (object: PdfObject | undefined, depth: number): number | null => {
    if (object instanceof PdfRef) {
      if (seen.has(object.number)) return null;
      seen.add(object.number);
    }
    if (left-- <= 0 || depth > PDF_LIMITS.treeDepth) return null;
    const node = file.dict(object);
    if (!node) return object === undefined ? -1 : null;
    const numbers = file.array(node.get("Nums"));
    let highest = -1;
    for (let index = 0; index + 1 < numbers.length; index += 2) {
      const number = file.number(numbers[index]);
      if (number === null || number === undefined) return null;
      highest = Math.max(highest, number);
    }
    for (const kid of file.array(node.get("Kids"))) {
      const inner = walk(kid, depth + 1);
      if (inner === null) return null;
      highest = Math.max(highest, inner);
    }
    return highest;
  };
  return walk(tree, 0);
}
