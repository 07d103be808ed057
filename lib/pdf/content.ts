import { isRefusal } from "#lib/errors.ts";
import { isSpace, Keyword, Lexer } from "./lexer.ts";

/**
 * How many graphics states a page's content leaves open: what is drawn after it must close as many first.
 * A `Q` too many counts for nothing, as in every reader.
 *
 * @see ISO 32000-2 §8.4.2
 */
export function openStates(content: Uint8Array): number {
  const lexer = new Lexer(content);
  let open = 0;
  for (;;) {
    lexer.skipSpace();
    if (lexer.position >= content.length) return open;
    try {
      const found = lexer.next();
      if (!(found instanceof Keyword)) continue;
      if (found.text === "q") open++;
      else if (found.text === "Q") open = Math.max(0, open - 1);
      else if (found.text === "ID") skipInlineImage(lexer);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      lexer.position++;
    }
  }
}

/** The data of an inline image ends at `EI` between white space (§8.9.7). */
function skipInlineImage(lexer: Lexer): void {
  const { bytes } = lexer;
  for (let at = lexer.position + 1; at < bytes.length - 1; at++) {
    if (bytes[at] !== 69 || bytes[at + 1] !== 73) continue;
    const isAlone = isSpace(bytes[at - 1]) && (at + 2 >= bytes.length || isSpace(bytes[at + 2]));
    if (!isAlone) continue;
    lexer.position = at + 2;
    return;
  }
  lexer.position = bytes.length;
}
