import { isDict, isName, type PdfDict, type PdfObject, PdfRef, PdfStream } from "../objects.ts";
import type { PdfFile } from "../reader.ts";
import type { Change } from "./change.ts";
import type { FormView } from "./form-view.ts";
import type { Permission } from "./permission.ts";
import type { References } from "./references.ts";
import type { Comparison } from "./same-object.ts";

/** Two revisions that follow each other, and what is needed to judge the step between them. */
export interface UpdateStep {
  readonly old: PdfFile;
  readonly next: PdfFile;
  readonly comparison: Comparison;
  /** Of `old`. */
  readonly references: References;
  readonly permission: Permission;
  /** Object number of each page of `old` → its place, counted from 1. */
  readonly pages: ReadonlyMap<number, number>;
  readonly oldForm: FormView;
  readonly nextForm: FormView;
  /** Objects that some reference of `old` leads to and that are not what they were. */
  readonly touched: ReadonlySet<number>;
}

/** What the rules find, each thing once. */
export class Findings {
  readonly #changes = new Map<string, Change>();
  readonly #done = new Set<string>();
  #forbidden = 0;

  add(change: Change): void {
    if (change.verdict === "forbidden") this.#forbidden++;
    // An allowed change is told once for each thing it is about; others once for each object.
    const key = `${change.verdict} ${change.code} ${change.message}`;
    if (this.#changes.size < MAX_CHANGES && !this.#changes.has(key)) this.#changes.set(key, change);
  }

  /** Does the work unless it was done before. */
  once(name: string, work: () => void): void {
    if (this.#done.has(name)) return;
    this.#done.add(name);
    work();
  }

  /** So much is forbidden that more says nothing new. */
  get isEnough(): boolean {
    return this.#forbidden >= MAX_FORBIDDEN;
  }

  get all(): Change[] {
    return [...this.#changes.values()];
  }
}

const MAX_CHANGES = 200;
const MAX_FORBIDDEN = 2_000;

/** What an object is, in a word or two. */
export function kindOf(object: PdfObject): string {
  if (object === null) return "nothing";
  const dict = object instanceof PdfStream ? object.dict : object;
  const name = (key: string) => {
    const value = isDict(dict) ? dict.get(key) : undefined;
    return isName(value) ? (value as { text: string }).text.slice(0, 40) : "";
  };
  const named = [name("Type"), name("Subtype") || name("S")].filter((text) => text !== "").join(" ");
  if (named !== "") return named;
  if (object instanceof PdfStream) return "stream";
  if (isDict(object)) return object.has("FT") || object.has("T") ? "form field" : "dictionary";
  return Array.isArray(object) ? "array" : object instanceof PdfRef ? "reference" : "value";
}

/** Two lists of references where the later may only have more: what was added, and what is gone or moved. */
export function listDifference(
  { comparison }: UpdateStep,
  old: readonly PdfObject[],
  next: readonly PdfObject[],
): { added: PdfObject[]; missing: PdfObject[] } {
  const isSame = (a: PdfObject, b: PdfObject) =>
    a instanceof PdfRef && b instanceof PdfRef ? a.number === b.number : comparison.isSame(a, b);
  const added: PdfObject[] = [];
  let kept = 0;
  for (const item of next) {
    if (kept < old.length && isSame(old[kept]!, item)) kept++;
    else added.push(item);
  }
  return { added, missing: old.slice(kept) };
}

/** Whether a widget has no place on its page, so that nothing of it can be seen (§12.5.5). */
export function isInvisible(file: PdfFile, widget: PdfDict): boolean {
  const [left, bottom, right, top] = file.array(widget.get("Rect")).map((item) => file.number(item));
  return left !== undefined && left === right && bottom !== undefined && bottom === top;
}
