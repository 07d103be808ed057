import { concatBytes, fromLatin1 } from "#lib/bytes.ts";
import { isRefusal } from "#lib/errors.ts";
import { pdfError } from "./errors.ts";
import { isDelimiter, isSpace } from "./lexer.ts";
import { PDF_LIMITS } from "./limits.ts";
import { type PdfObject, PdfRef, PdfStream } from "./objects.ts";
import type { PdfFile } from "./reader.ts";

/** Looks through the contents of a file's pages, those that pages share only once. */
export class PageContents {
  readonly #file: PdfFile;
  readonly #known = new Map<string, number>();
  #leftBytes: number = PDF_LIMITS.allContentBytes;

  constructor(file: PdfFile) {
    this.#file = file;
  }

  /**
   * How many graphics states the streams of one page leave open.
   *
   * @throws pdf/too-complex when they unpack to more than readers show: nobody would see what they sign.
   */
  openStates(parts: readonly PdfObject[]): number {
    const isShared = parts.every((part) => part instanceof PdfRef);
    const key = isShared ? parts.map(({ number }) => number).join() : null;
    const known = key === null ? undefined : this.#known.get(key);
    if (known !== undefined) return known;
    const open = openStates(this.#unpacked(parts));
    if (open > PDF_LIMITS.openStates) throw pdfError("too-complex", `${open} graphics states are left open`);
    if (key !== null) this.#known.set(key, open);
    return open;
  }

  #unpacked(parts: readonly PdfObject[]): Uint8Array {
    const found: Uint8Array[] = [];
    let leftBytes = Math.min(this.#leftBytes, PDF_LIMITS.contentBytes);
    for (const part of parts) {
      const stream = this.#file.resolve(part);
      if (!(stream instanceof PdfStream)) continue;
      try {
        const bytes = this.#file.decoded(stream, leftBytes);
        leftBytes -= bytes.length;
        this.#leftBytes -= bytes.length;
        found.push(bytes, fromLatin1("\n"));
      } catch (error) {
        // A reader shows nothing of a part it cannot decode, so nothing of it can be left open.
        if (!isRefusal(error, "pdf/damaged")) throw error;
      }
    }
    return concatBytes(found);
  }
}

/**
 * How many graphics states a page's content leaves open: what is drawn after it must close as many first.
 * A `Q` too many counts for nothing, as in every reader.
 *
 * @see ISO 32000-2 §8.4.2
 */
export function openStates(content: Uint8Array): number {
  let open = 0;
  for (let at = 0; at < content.length; ) {
    const code = content[at]!;
    if (isSpace(code)) at++;
    else if (code === 37) at = afterComment(content, at);
    else if (code === 40) at = afterString(content, at);
    else if (isDelimiter(code)) at = code === 47 ? afterWord(content, at + 1) : at + 1;
    else {
      const end = afterWord(content, at);
      const length = end - at;
      if (length === 1 && code === 113) open++;
      else if (length === 1 && code === 81) open = Math.max(0, open - 1);
      const isImage = length === 2 && code === 73 && content[at + 1] === 68;
      at = isImage ? afterInlineImage(content, end) : end;
    }
  }
  return open;
}

function afterWord(content: Uint8Array, from: number): number {
  let at = from;
  while (at < content.length && !isSpace(content[at]) && !isDelimiter(content[at])) at++;
  return at;
}

function afterComment(content: Uint8Array, from: number): number {
  let at = from;
  while (at < content.length && content[at] !== 10 && content[at] !== 13) at++;
  return at;
}

/** Past a literal string, whose parentheses balance but for escaped ones (§7.3.4.2). */
function afterString(content: Uint8Array, from: number): number {
  let depth = 0;
  for (let at = from; at < content.length; at++) {
    const code = content[at];
    if (code === 92) at++;
    else if (code === 40) depth++;
    else if (code === 41 && --depth === 0) return at + 1;
  }
  return content.length;
}

/** The data of an inline image ends at `EI` between white space (§8.9.7). */
function afterInlineImage(content: Uint8Array, from: number): number {
  for (let at = from + 1; at < content.length - 1; at++) {
    if (content[at] !== 69 || content[at + 1] !== 73) continue;
    const isAlone = isSpace(content[at - 1]) && (at + 2 >= content.length || isSpace(content[at + 2]));
    if (isAlone) return at + 2;
  }
  return content.length;
}
