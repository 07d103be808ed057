import type { ByteSource } from "#lib/bytes.ts";
import { pdfError } from "../errors.ts";
import { readAt } from "../indirect.ts";
import { Keyword } from "../lexer.ts";
import { isName, type PdfObject } from "../objects.ts";

/** An entry's value and where it stands in the file, from its first byte to just after its last. */
export interface EntrySpan {
  readonly value: PdfObject;
  readonly from: number;
  readonly to: number;
}

export interface DictSpans {
  readonly entries: ReadonlyMap<string, EntrySpan>;
  /** Keys that stand there more than once: readers differ in which one counts. */
  readonly repeated: ReadonlySet<string>;
}

/**
 * The entries of a dictionary with their places in the file, read without forgiveness.
 *
 * @param position of `<<`, or of `n g obj` before it. @throws pdf/damaged
 */
export function entrySpans(source: ByteSource, position: number): DictSpans {
  return readAt(source, position, (lexer) => {
    const damaged = (what: string) => pdfError("damaged", `${what} in the dictionary at ${position}`);
    lexer.skipSpace();
    if (!lexer.isAt("<<")) {
      lexer.word();
      lexer.word();
      if (lexer.word() !== "obj") throw damaged("no object");
      lexer.skipSpace();
      if (!lexer.isAt("<<")) throw damaged("no dictionary");
    }
    lexer.position += 2;
    const entries = new Map<string, EntrySpan>();
    const repeated = new Set<string>();
    for (;;) {
      lexer.skipSpace();
      if (lexer.isAt(">>")) return { entries, repeated };
      const key = lexer.next();
      if (!isName(key as PdfObject)) throw damaged("something that is no name");
      lexer.skipSpace();
      const from = position + lexer.position;
      const value = lexer.next();
      if (value instanceof Keyword) throw damaged("a name without value");
      const { text } = key as { text: string };
      if (entries.has(text)) repeated.add(text);
      entries.set(text, { value, from, to: position + lexer.position });
    }
  });
}
