import type { ByteSource } from "#lib/bytes.ts";
import { toLatin1 } from "#lib/bytes.ts";
import { isRefusal } from "#lib/errors.ts";
import { pdfError } from "./errors.ts";
import { readAt, readIndirect } from "./indirect.ts";
import { PDF_LIMITS } from "./limits.ts";
import { isDict, isName, type PdfDict, type PdfObject, PdfRef, PdfStream } from "./objects.ts";
import type { Xref, XrefEntry } from "./xref.ts";

interface FoundObject {
  readonly number: number;
  readonly generation: number;
  readonly position: number;
  readonly object: PdfObject;
}

/** What a scan of the whole file finds when its cross-reference does not read. */
export interface Recovered extends Xref {
  /** In file order: what they hold counts as standing where they stand. */
  readonly objectStreams: readonly { readonly number: number; readonly position: number }[];
}

/**
 * Rebuilds the cross-reference by looking for every object in the file; of two with one number the later wins,
 * as in every reader. What stands inside a stream is not looked at.
 *
 * @throws pdf/damaged when there is no catalog to be found.
 */
export function recoverXref(source: ByteSource): Recovered {
  const entries = new Map<number, XrefEntry>();
  const objectStreams = new Map<number, { number: number; position: number }>();
  const trailers: PdfDict[] = [];
  let catalog: PdfRef | null = null;
  for (const found of scan(source)) {
    if ("trailer" in found) {
      trailers.push(found.trailer);
      continue;
    }
    const { number, generation, position, object } = found;
    if (entries.size >= PDF_LIMITS.objects) throw pdfError("too-complex", "too many objects");
    entries.set(number, { type: "at", position, generation });
    objectStreams.delete(number);
    const dict = object instanceof PdfStream ? object.dict : object;
    if (!isDict(dict)) continue;
    const type = dict.get("Type");
    if (isName(type, "Catalog")) catalog = new PdfRef(number, generation);
    if (isName(type, "XRef") && dict.has("Root")) trailers.push(dict);
    if (isName(type, "ObjStm")) objectStreams.set(number, { number, position });
  }
  const trailer: PdfDict = new Map();
  for (const found of trailers.filter((dict) => dict.has("Root")))
    for (const [key, value] of found) trailer.set(key, value);
  if (!trailer.has("Root") && catalog) trailer.set("Root", catalog);
  if (!trailer.has("Root")) throw pdfError("damaged", "no catalog anywhere in the file");
  for (const key of ["Prev", "XRefStm", "W", "Index", "Filter", "DecodeParms", "Length", "Type", "Size"])
    trailer.delete(key);
  const inOrder = [...objectStreams.values()].sort((a, b) => a.position - b.position);
  return {
    entries,
    trailer,
    kind: "table",
    startxref: 0,
    sections: [],
    isHybrid: false,
    shift: 0,
    objectStreams: inOrder,
  };
}

const WINDOW_BYTES = 4 << 20;

function* scan(source: ByteSource): Generator<FoundObject | { trailer: PdfDict }> {
  const heading =
    /(?<![0-9])(\d{1,10})[ \t\r\n\0\f]+(\d{1,5})[ \t\r\n\0\f]+obj(?![a-zA-Z])|trailer(?=\s*<<)/g;
  const attempts = new Attempts(source);
  for (let position = 0; position < source.size; ) {
    const text = toLatin1(source.read(position, WINDOW_BYTES));
    const isLast = position + text.length >= source.size;
    const usable = isLast ? text.length : text.length - 64;
    heading.lastIndex = 0;
    let next = position + usable;
    for (let match = heading.exec(text); match && match.index < usable; match = heading.exec(text)) {
      const at = position + match.index;
      const found = match[1] === undefined ? trailerAt(attempts, at) : objectAt(attempts, at);
      if (!found) continue;
      yield found.value;
      if (found.end >= position + usable) {
        next = Math.max(found.end, at + 1);
        break;
      }
      heading.lastIndex = Math.max(heading.lastIndex, found.end - position);
    }
    position = next;
  }
}

/** Tries to read where something may begin; what does not read may only cost so much. */
class Attempts {
  readonly #source: ByteSource;
  #readBytes = 0;
  #wastedBytes = 0;

  constructor(source: ByteSource) {
    this.#source = {
      size: source.size,
      read: (position, length) => {
        const bytes = source.read(position, length);
        this.#readBytes += bytes.length;
        return bytes;
      },
    };
  }

  /** What `read` finds; null when it finds damage. */
  with<T>(read: (source: ByteSource) => T): T | null {
    this.#readBytes = 0;
    try {
      return read(this.#source);
    } catch (error) {
      if (!isRefusal(error, "pdf/damaged")) throw error;
      this.#wastedBytes += this.#readBytes;
      if (this.#wastedBytes > PDF_LIMITS.wastedBytes + 3 * this.#source.size)
        throw pdfError("too-complex", "too much of the file has no end", { cause: error });
      return null;
    }
  }
}

function trailerAt(
  attempts: Attempts,
  position: number,
): { value: { trailer: PdfDict }; end: number } | null {
  return attempts.with((source) =>
    readAt(source, position, (lexer) => {
      lexer.word();
      const trailer = lexer.object();
      return isDict(trailer) ? { value: { trailer }, end: position + lexer.position } : null;
    }),
  );
}

function objectAt(attempts: Attempts, position: number): { value: FoundObject; end: number } | null {
  const direct = (object: PdfObject | undefined) => (object instanceof PdfRef ? null : (object ?? null));
  return attempts.with((source) => {
    const { end, ...found } = readIndirect(source, position, null, direct);
    return { value: { ...found, position }, end };
  });
}
