import type { PageCharacter } from "#lib/pdf/page-text/text-blocks.ts";
import type { NormalizedBox } from "#lib/pdf/placement.ts";

/** Readers make up control characters, such as for a hyphen at the end of a line. */
const isInk = ({ text }: PageCharacter) => text.trim() !== "" && !/[\p{C}]/u.test(text);

/** Whether the middle of a character is under a mark. */
export const isUnderMark = (character: PageCharacter, marks: readonly NormalizedBox[]): boolean => {
  const [x, y] = [(character.left + character.right) / 2, (character.top + character.bottom) / 2];
  return marks.some(
    (mark) => x > mark.x && x < mark.x + mark.width && y > mark.y && y < mark.y + mark.height,
  );
};

/** Whether a mark comes near a character at all; about those beside its edge nothing is promised. */
function isNear({ left, right, top, bottom }: PageCharacter, marks: readonly NormalizedBox[]): boolean {
  // The box of a character is where its ink is; a glyph reaches above and below it.
  const reach = Math.max(bottom - top, (right - left) * 2, 0.004);
  return marks.some(
    (mark) =>
      left < mark.x + mark.width + 0.002 &&
      right > mark.x - 0.002 &&
      top - reach < mark.y + mark.height &&
      bottom + reach > mark.y,
  );
}

const LONG_WORD = 6;

/** What the marks cover, as texts that no description in the file shall hold any more. */
export function coveredPhrases(
  characters: readonly PageCharacter[],
  marks: readonly NormalizedBox[],
): string[] {
  const phrases = marks.flatMap((mark) => {
    const whole = characters
      .map((one) => (one.text.trim() === "" ? " " : isUnderMark(one, [mark]) ? one.text : "\n"))
      .join("");
    return whole.split(/\n+/).map((phrase) => phrase.replace(/\s+/g, " ").trim());
  });
  const words = phrases.flatMap((phrase) => phrase.split(" ")).filter(isTelling);
  return [...new Set([...phrases.filter((phrase) => phrase.length >= 3), ...words])];
}

const isTelling = (word: string) => word.length >= LONG_WORD || (word.length >= 4 && /[\d@]/.test(word));

export interface PlacedText {
  readonly text: string;
  readonly box: NormalizedBox;
}

/** The words a page keeps, each with its place. */
export function keptWords(
  characters: readonly PageCharacter[],
  marks: readonly NormalizedBox[],
): PlacedText[] {
  const words: PageCharacter[][] = [[]];
  for (const character of characters) {
    const last = words.at(-1)!.at(-1);
    const isApart =
      last !== undefined &&
      (character.left < last.left || character.top > last.bottom || character.bottom < last.top);
    if (!isInk(character) || isUnderMark(character, marks)) words.push([]);
    else if (isApart) words.push([character]);
    else words.at(-1)!.push(character);
  }
  return words.flatMap((word) => {
    if (word.length === 0) return [];
    const cut = (value: number) => Math.min(1, Math.max(0, value));
    const [left, right] = [cut(word[0]!.left), cut(Math.max(...word.map(({ right }) => right)))];
    const [top, bottom] = [
      cut(Math.min(...word.map(({ top }) => top))),
      cut(Math.max(...word.map(({ bottom }) => bottom))),
    ];
    if (right - left < 1e-4 || bottom - top < 1e-4) return [];
    return [
      {
        text: word.map(({ text }) => text).join(""),
        box: { x: left, y: top, width: right - left, height: bottom - top },
      },
    ];
  });
}

const SAME_PLACE = 0.0015;

/**
 * What is wrong with a page after it was redacted, as another reader has it: something under a mark is still there, or
 * something else has gone or moved. Null when it is as it should be.
 */
export function whatIsWrong(
  before: readonly PageCharacter[],
  after: readonly PageCharacter[],
  marks: readonly NormalizedBox[],
  {
    isPicture,
    drawn,
  }: { readonly isPicture: boolean /** What was written onto it. */; readonly drawn: string },
): "left-over" | "lost" | null {
  const known = Map.groupBy(after.filter(isInk), ({ text }) => text);
  const isLeft = before.some((one) => {
    if (!isInk(one) || !isUnderMark(one, marks)) return false;
    // What we wrote there may be the same letter, but hardly in the same place.
    const same = (known.get(one.text) ?? []).filter((other) => isUnderMark(other, marks));
    const mayBeOurs = isPicture || drawn.includes(one.text);
    return same.some((other) => !mayBeOurs || isSamePlace(one, other));
  });
  if (isLeft) return "left-over";
  if (isPicture) return null;
  const isLost = before.some(
    (one) =>
      isInk(one) &&
      !isNear(one, marks) &&
      !(known.get(one.text) ?? []).some((other) => isSamePlace(one, other)),
  );
  return isLost ? "lost" : null;
}

const isSamePlace = (a: PageCharacter, b: PageCharacter) =>
  Math.abs(a.left - b.left) < SAME_PLACE && Math.abs(a.top - b.top) < SAME_PLACE;
