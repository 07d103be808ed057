import type { Stroke } from "#lib/pdf/drawing/strokes.ts";
import type { HandOver } from "#lib/signing/hand-overs/begin-hand-over.ts";

/** In the place of a field: the telephone goes on with all of them. */
export const WHOLE_PAGE = "page";

export interface Telephone {
  /**
   * @param field the one to give a file for, or the whole page; without one the signature is drawn.
   * @returns a code to scan, or why there is none, in words.
   */
  begin(field?: string): Promise<HandOver | string>;
  /** What is drawn so far; null while there is no connection. */
  watch(
    id: string,
  ): Promise<{ state: "waiting" | "open" | "done" | "ended"; strokes: readonly Stroke[] } | null>;
  end(id: string): void;
}
