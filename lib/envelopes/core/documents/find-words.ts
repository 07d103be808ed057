import type { PageCharacter } from "#lib/pdf/page-text/text-blocks.ts";
import type { Box } from "../field-places.ts";
import type { FoundPattern, FoundPlace, PageSearch } from "./page-edits.ts";

/** What looks like one, in a text without line breaks; rather too much than too little, since people look at it. */
const PATTERNS: Readonly<Record<FoundPattern, RegExp>> = {
  email: /[\p{L}\p{N}._%+'-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,5}/giu,
  phone: /(?<![\p{L}\p{N}])(?:\+|00|\(?0|\()?\d{1,4}\)?(?:[ .()/-]{0,2}\d{2,5}){2,5}(?![\p{L}\p{N}])/giu,
  number: /(?<![\p{L}\p{N}])(?:[A-Z]{2}\d{2}[ ]?)?\d(?:[ .,-]?\d){3,33}(?![\p{L}\p{N}])/giu,
};
const FEWEST_PHONE_DIGITS = 7;

interface Letter {
  readonly text: string;
  /** Of the character it came from. */
  readonly index: number;
}

/** Places on one page where a word is, in whatever case and however spaced, or what looks like one of the patterns. */
export function findWords(
  characters: readonly PageCharacter[],
  page: number,
  { words, patterns }: PageSearch,
  limit: number,
): FoundPlace[] {
  const letters = lettersOf(characters);
  const text = letters.map((letter) => letter.text).join("");
  const found: [from: number, to: number][] = [];
  const sought = words.normalize("NFKC").toLowerCase().split(/\s+/).filter(Boolean);
  if (sought.length > 0) {
    const pattern = sought.map((word) => word.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&")).join("\\s+");
    const lower = letters.map((letter) => lowered(letter.text)).join("");
    for (const match of lower.matchAll(new RegExp(pattern, "gu")))
      found.push([match.index, match.index + match[0].length]);
  }
  for (const name of patterns)
    for (const match of text.matchAll(PATTERNS[name])) {
      if (name === "phone" && match[0].replace(/\D/g, "").length < FEWEST_PHONE_DIGITS) continue;
      if (!found.some(([from, to]) => from <= match.index && to >= match.index + match[0].length))
        found.push([match.index, match.index + match[0].length]);
    }
  return found
    .sort(([a], [b]) => a - b)
    .slice(0, limit)
    .map(([from, to]) => {
      const some = [...new Set(letters.slice(from, to).map(({ index }) => index))];
      const under = some.map((index) => characters[index]!);
      return { page, text: text.slice(from, to).trim(), boxes: boxesOf(under, characters) };
    })
    .filter(({ boxes }) => boxes.length > 0);
}

/** Which of some texts can be read on a page. */
export function textsThere(characters: readonly PageCharacter[], sought: readonly string[]): string[] {
  const text = plain(
    lettersOf(characters)
      .map((letter) => letter.text)
      .join(""),
  );
  return sought.filter((one) => text.includes(plain(one)));
}

const plain = (text: string) => text.normalize("NFKC").toLowerCase().replace(/\s+/g, " ").trim();

/** What changes its length in lower case would shift everything after it. */
function lowered(unit: string): string {
  const lower = unit.toLowerCase();
  return lower.length === unit.length ? lower : unit;
}

/** One letter for each code unit of the text that is searched; a ligature is several of one character. */
function lettersOf(characters: readonly PageCharacter[]): Letter[] {
  const letters: Letter[] = [];
  for (const [index, { text }] of characters.entries()) {
    const letter = /^[\s\u00a0]$/.test(text) ? " " : text === "\u00ad" ? "" : text.normalize("NFKC");
    const isDouble = letter === " " && letters.at(-1)?.text === " ";
    if (!isDouble) for (const unit of letter) letters.push({ text: unit, index });
  }
  return letters.flatMap(({ text, index }) =>
    [...Array(text.length).keys()].map((at) => ({ text: text[at]!, index })),
  );
}

/** Of the page: what a mark has to be at least. */
const SMALLEST = 0.001;

/** Above and below a line, of its height. */
const ROOM = 0.12;

/** Boxes around characters, one for each line, as high as the letters beside them. */
function boxesOf(under: readonly PageCharacter[], all: readonly PageCharacter[]): Box[] {
  const lines: PageCharacter[][] = [];
  for (const character of under) {
    if (character.text.trim() === "" || character.right <= character.left) continue;
    const last = lines.at(-1);
    const before = last?.at(-1);
    if (last && before && isBeside(before, character)) last.push(character);
    else lines.push([character]);
  }
  return lines.flatMap((line) => {
    const left = Math.min(...line.map(({ left }) => left));
    const right = Math.max(...line.map(({ right }) => right));
    const near = all.filter(
      (one) => one.text.trim() !== "" && isBeside(line[0]!, one) && Math.abs(one.left - left) < 0.3,
    );
    const top = Math.min(...line.map(({ top }) => top), ...near.map(({ top }) => top));
    const bottom = Math.max(...line.map(({ bottom }) => bottom), ...near.map(({ bottom }) => bottom));
    // The edges of letters are soft, and boxes of characters are where their ink is.
    const room = (bottom - top) * ROOM;
    const [x, y] = [Math.max(0, left), Math.max(0, top - room)];
    const [width, height] = [Math.min(1, right) - x, Math.min(1, bottom + room) - y];
    // Beyond the edge of the page there is nothing to see.
    return width >= SMALLEST && height >= SMALLEST ? [{ x, y, width, height }] : [];
  });
}

/** Whether two characters stand on one line: the middle of one is within the other. */
function isBeside(a: PageCharacter, b: PageCharacter): boolean {
  const [middleA, middleB] = [(a.top + a.bottom) / 2, (b.top + b.bottom) / 2];
  const isLevel = (middleB >= a.top && middleB <= a.bottom) || (middleA >= b.top && middleA <= b.bottom);
  const tall = Math.max(a.bottom - a.top, b.bottom - b.top);
  return isLevel || Math.abs(a.bottom - b.bottom) < tall * 0.4;
}
