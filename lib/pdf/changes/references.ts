import { pdfError } from "../errors.ts";
import { type PdfDict, type PdfObject, PdfRef, PdfStream } from "../objects.ts";
import type { PdfFile } from "../reader.ts";

/** Stands for the trailer where an object's number is asked for. */
export const TRAILER = -1;

/** A way by which an object is reached: who holds the entry, the entry's key, and the key nearest to it. */
export interface Owner {
  readonly number: number;
  readonly key: string;
  readonly innerKey: string;
}

const MAX_REFERENCES = 20_000_000;
const MAX_CLIMB = 2_000;

/**
 * Who refers to whom in a document, so that it can be told what a changed object is part of. Built once from what
 * the trailer reaches; what later revisions add is added, and nothing is ever forgotten.
 */
export class References {
  /** Number → holder, key and inner key of each reference to it. */
  readonly #into = new Map<number, number[]>();
  readonly #keys: string[] = [];
  readonly #keyIds = new Map<string, number>();
  #count = 0;

  /** @param visit sees every object that can be reached, once. @throws pdf/too-complex */
  static of(file: PdfFile, visit: (number: number, object: PdfObject) => void = () => {}): References {
    const references = new References();
    const seen = new Set<number>();
    const waiting: number[] = [];
    const follow = (number: number) => {
      if (seen.has(number)) return;
      seen.add(number);
      waiting.push(number);
    };
    references.addTrailer(file.trailer, follow);
    for (let number = waiting.pop(); number !== undefined; number = waiting.pop()) {
      const object = file.get(number);
      visit(number, object);
      references.add(number, object, follow);
    }
    return references;
  }

  addTrailer(trailer: PdfDict, follow: (number: number) => void = () => {}): void {
    for (const key of ["Root", "Info", "Encrypt"])
      this.#collect(TRAILER, key, key, trailer.get(key) ?? null, follow);
  }

  /** Takes in what an object refers to. */
  add(holder: number, object: PdfObject, follow: (number: number) => void = () => {}): void {
    const dict = object instanceof PdfStream ? object.dict : object;
    if (dict instanceof Map) for (const [key, value] of dict) this.#collect(holder, key, key, value, follow);
    else this.#collect(holder, "", "", dict, follow);
  }

  #collect(
    holder: number,
    key: string,
    inner: string,
    value: PdfObject,
    follow: (number: number) => void,
  ): void {
    if (value instanceof PdfRef) {
      this.#note(value.number, holder, key, inner);
      follow(value.number);
    } else if (Array.isArray(value)) {
      for (const item of value) this.#collect(holder, key, inner, item, follow);
    } else if (value instanceof Map) {
      for (const [name, item] of value) this.#collect(holder, key, name, item, follow);
    }
  }

  #note(target: number, holder: number, key: string, inner: string): void {
    if (++this.#count > MAX_REFERENCES) throw pdfError("too-complex", "too many references");
    const known = this.#into.get(target);
    if (known) known.push(holder, this.#keyId(key), this.#keyId(inner));
    else this.#into.set(target, [holder, this.#keyId(key), this.#keyId(inner)]);
  }

  #keyId(key: string): number {
    const known = this.#keyIds.get(key);
    if (known !== undefined) return known;
    // Hostile files make names by the million; those beyond are only told apart from the ones that matter.
    if (this.#keys.length >= 65_536) return this.#keyId("…");
    this.#keyIds.set(key, this.#keys.length);
    return this.#keys.push(key) - 1;
  }

  /**
   * The entries through which an object is reached from objects whose part is known, climbing through all others.
   * Empty when nothing leads to it; null when it is used in too many ways to follow.
   *
   * @param isKnown whether climbing ends at that object; it always ends at the trailer.
   */
  ownersOf(number: number, isKnown: (number: number) => boolean): Owner[] | null {
    const owners = new Map<string, Owner>();
    const seen = new Set([number]);
    const waiting = [{ number, innerKey: "" }];
    for (let at = 0; at < waiting.length; at++) {
      const { number: current, innerKey: below } = waiting[at]!;
      const into = this.#into.get(current) ?? [];
      if (into.length / 3 > MAX_CLIMB || waiting.length > MAX_CLIMB) return null;
      for (let index = 0; index < into.length; index += 3) {
        const holder = into[index]!;
        const key = this.#keys[into[index + 1]!]!;
        const innerKey = this.#keys[into[index + 2]!]! || below;
        if (holder === TRAILER || isKnown(holder))
          owners.set(`${holder} ${key} ${innerKey}`, { number: holder, key, innerKey });
        else if (!seen.has(holder)) {
          seen.add(holder);
          waiting.push({ number: holder, innerKey });
        }
      }
    }
    return [...owners.values()];
  }

  isReferenced(number: number): boolean {
    return this.#into.has(number);
  }
}
