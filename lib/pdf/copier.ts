import { pdfError } from "./errors.ts";
import { PDF_LIMITS } from "./limits.ts";
import type { NewFile } from "./new-file.ts";
import { isDict, isName, type PdfDict, type PdfObject, PdfRef, PdfStream } from "./objects.ts";
import type { PdfFile } from "./reader.ts";

/** Stands for a page that is left out. */
export const GONE = new PdfRef(0);

/** A reference into the file being written; a plain one leads into the file being read. */
export class OutRef extends PdfRef {}

/** Gives what shall stand in the place of an object of the old file: a dictionary, a stream or a string. */
export type LookAt = (object: Exclude<PdfObject, PdfRef>) => Exclude<PdfObject, PdfRef>;

/** Takes objects of one file over into another, each once. */
export class Copier {
  readonly #from: PdfFile;
  readonly #to: NewFile;
  readonly #known: Map<number, PdfRef>;
  readonly #look: LookAt;
  readonly #queue: { readonly number: number; readonly ref: PdfRef }[] = [];

  /** @param known objects that stand elsewhere in the new file already; GONE for those that stay behind. */
  constructor(from: PdfFile, to: NewFile, known: Map<number, PdfRef>, look: LookAt = (object) => object) {
    this.#from = from;
    this.#to = to;
    this.#known = known;
    this.#look = look;
  }

  copy(object: PdfObject, depth = 0): PdfObject {
    if (depth > PDF_LIMITS.nesting) throw pdfError("too-complex", "objects are nested too deeply");
    if (object instanceof OutRef) return object;
    if (object instanceof PdfRef) return this.#refer(object);
    return this.#copied(this.#look(object), depth);
  }

  #copied(object: PdfObject, depth: number): PdfObject {
    if (Array.isArray(object)) return object.map((item) => this.copy(item, depth + 1));
    if (object instanceof PdfStream) {
      const dict = this.copy(object.dict, depth + 1) as PdfDict;
      return new PdfStream(dict, this.#from.streamBytes(object));
    }
    if (!isDict(object)) return object;
    const copy: PdfDict = new Map();
    for (const [key, value] of object) {
      // The way back into a page tree or a structure that stays behind.
      if (key === "StructParent" || key === "StructParents" || key === "Popup" || key === "IRT") continue;
      copy.set(key, this.copy(value, depth + 1));
    }
    return copy;
  }

  /** Writes everything that was referred to, and what that refers to. */
  finish(): void {
    for (let next = this.#queue.shift(); next; next = this.#queue.shift())
      this.#to.fill(next.ref, this.copy(this.#from.get(next.number)));
  }

  #refer(ref: PdfRef): PdfObject {
    const known = this.#known.get(ref.number);
    if (known === GONE) return null;
    if (known) return known;
    const found = this.#from.get(ref.number);
    if (found === null) return null;
    // A page tree reached by another way than its pages, such as a destination by name.
    if (isDict(found) && isName(found.get("Type"), "Pages")) return null;
    if (this.#known.size > PDF_LIMITS.objects) throw pdfError("too-complex", "too many objects");
    const made = this.#to.reserve();
    this.#known.set(ref.number, made);
    this.#queue.push({ number: ref.number, ref: made });
    return made;
  }
}
