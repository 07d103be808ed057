import { concatBytes } from "#lib/bytes.ts";
import { numberSyntax, type PdfObject, PdfString, serialize } from "#lib/pdf/objects.ts";
import type { PdfMatrix, PdfRect } from "#lib/pdf/placement.ts";
import { isUnder, multiply, quadOf } from "./geometry.ts";
import type { GlyphReader } from "./glyphs.ts";
import type { State } from "./state.ts";

export interface ShownText {
  /** The operand of `TJ` without what is marked, or null when nothing of it is. */
  readonly kept: string | null;
  readonly textMatrix: PdfMatrix;
}

/** Below and above the baseline, of a font of size 1: where letters are, whatever a file says of its fonts. */
const [LOWEST, HIGHEST] = [-0.2, 0.8];

/**
 * Leaves the marked glyphs out of a text that is shown; everything after them stays where it is.
 *
 * @param items strings, and numbers to move back by (ISO 32000-2 §9.4.3).
 */
export function withoutMarked(
  items: readonly (Uint8Array | number)[],
  state: State,
  from: PdfMatrix,
  read: GlyphReader,
  areas: readonly PdfRect[],
): ShownText {
  const { size, scale, rise, ctm } = state;
  const kept: (Uint8Array[] | number)[] = [];
  let textMatrix = from;
  let isChanged = false;
  const move = (by: number) => {
    textMatrix = multiply([1, 0, 0, 1, by, 0], textMatrix);
  };
  const skip = (thousandths: number) => {
    const last = kept.at(-1);
    if (typeof last === "number") kept[kept.length - 1] = last + thousandths;
    else kept.push(thousandths);
  };
  for (const item of items) {
    if (typeof item === "number") {
      move((-item / 1000) * size * scale);
      skip(item);
      continue;
    }
    for (const { bytes, width, isSpace } of read(item)) {
      const toPage = multiply(multiply([size * scale, 0, 0, size, 0, rise], textMatrix), ctm);
      const step = width * size + state.characterSpace + (isSpace ? state.wordSpace : 0);
      if (isUnder(quadOf(toPage, [0, LOWEST, width, HIGHEST]), areas)) {
        isChanged = true;
        if (size !== 0) skip((-step / size) * 1000);
      } else {
        const last = kept.at(-1);
        if (Array.isArray(last)) last.push(bytes);
        else kept.push([bytes]);
      }
      move(step * scale);
    }
  }
  return { kept: isChanged ? syntaxOf(kept) : null, textMatrix };
}

const syntaxOf = (kept: readonly (Uint8Array[] | number)[]): string =>
  `[${kept
    .map((part) =>
      typeof part === "number" ? numberSyntax(part) : serialize(new PdfString(concatBytes(part), true)),
    )
    .join(" ")}]`;

/** The strings and numbers among the operands of a text-showing operator. */
export function shownItems(
  operand: PdfObject | undefined,
  numberOf: (object: PdfObject) => number | undefined,
) {
  const items = Array.isArray(operand) ? operand : operand === undefined ? [] : [operand];
  return items.flatMap((item): (Uint8Array | number)[] => {
    if (item instanceof PdfString) return [item.bytes];
    const number = numberOf(item);
    return number === undefined ? [] : [number];
  });
}
