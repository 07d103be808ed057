import { equalBytes } from "#lib/bytes.ts";
import { pdfError } from "../errors.ts";
import {
  isDict,
  numberOf,
  type PdfDict,
  PdfName,
  type PdfObject,
  PdfRef,
  PdfStream,
  PdfString,
} from "../objects.ts";
import type { PdfFile } from "../reader.ts";

const MAX_COMPARED = 5_000_000;

/**
 * Compares objects of two revisions as a reader sees them. The same reference in both is the same: what it leads to
 * is compared for itself. Different references are followed, each pair once.
 */
export class Comparison {
  readonly #old: PdfFile;
  readonly #next: PdfFile;
  /** Pairs found the same, or being compared and the same so far. */
  readonly #pairs = new Set<string>();
  #compared = 0;

  constructor(old: PdfFile, next: PdfFile) {
    this.#old = old;
    this.#next = next;
  }

  /** @throws pdf/too-complex */
  isSame(old: PdfObject | undefined, next: PdfObject | undefined): boolean {
    const isSame = this.#compare(old, next);
    // A cycle was taken to be the same until a difference was found, so what rests on that is forgotten.
    if (!isSame) this.#pairs.clear();
    return isSame;
  }

  /** Keys whose values differ; an entry that is null is one that is not there (§7.3.7). */
  changedKeys(old: PdfDict, next: PdfDict): string[] {
    return keysOf(old, next).filter((key) => !this.isSame(old.get(key), next.get(key)));
  }

  #compare(old: PdfObject | undefined, next: PdfObject | undefined): boolean {
    if (++this.#compared > MAX_COMPARED) throw pdfError("too-complex", "too much to compare");
    if (old instanceof PdfRef || next instanceof PdfRef) return this.#isSameTarget(old, next);
    if (old === undefined || old === null) return next === undefined || next === null;
    if (next === undefined || next === null) return false;
    const number = numberOf(old);
    if (number !== undefined) return number === numberOf(next);
    if (old instanceof PdfName) return next instanceof PdfName && next.text === old.text;
    if (old instanceof PdfString) return next instanceof PdfString && equalBytes(old.bytes, next.bytes);
    if (Array.isArray(old))
      return (
        Array.isArray(next) &&
        next.length === old.length &&
        old.every((item, index) => this.#compare(item, next[index]))
      );
    if (isDict(old)) return isDict(next) && this.#isSameDict(old, next);
    if (old instanceof PdfStream) return next instanceof PdfStream && this.#isSameStream(old, next);
    return old === next;
  }

  #isSameDict(old: PdfDict, next: PdfDict): boolean {
    return keysOf(old, next).every((key) => this.#compare(old.get(key), next.get(key)));
  }

  #isSameTarget(old: PdfObject | undefined, next: PdfObject | undefined): boolean {
    if (old instanceof PdfRef && next instanceof PdfRef) {
      if (old.number === next.number) return old.generation === next.generation;
      const pair = `${old.number} ${next.number}`;
      if (this.#pairs.has(pair)) return true;
      this.#pairs.add(pair);
      // A page is what it is by its number: destinations, widgets and tags lead to it.
      if (isPageNode(this.#old, old)) return false;
    }
    return this.#compare(this.#old.resolve(old), this.#next.resolve(next));
  }

  #isSameStream(old: PdfStream, next: PdfStream): boolean {
    const [a, b] = [new Map(old.dict), new Map(next.dict)];
    for (const dict of [a, b]) dict.delete("Length");
    if (old.data.length !== next.data.length && !this.#old.encryption) return false;
    return this.#isSameDict(a, b) && equalBytes(this.#old.streamBytes(old), this.#next.streamBytes(next));
  }
}

const isPageNode = (file: PdfFile, ref: PdfRef): boolean =>
  ["Page", "Pages"].includes(file.name(file.dict(ref)?.get("Type")) ?? "");

const keysOf = (old: PdfDict, next: PdfDict): string[] => [...new Set([...old.keys(), ...next.keys()])];
