import type { Item, Paragraph } from "#lib/pdf/text/shape.ts";

// Kinsoku, JIS X 4051 in short: these never begin a line …
const NOT_FIRST =
  /^[\p{Pe}\p{Pf}\p{Po}、。，．・：；？！゛゜ヽヾゝゞ々ー～ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ]/u;
// … and these never end one.
const NOT_LAST = /^[\p{Ps}\p{Pi}]/u;
const SPACE = /^\s+$/;
const NO_BREAK_SPACE = /^[\u00a0\u2007\u202f]$/;
const HYPHEN = /^[-\u2010\u2013\u2014/]$/;
const IDEOGRAPHIC = new Set(["Han", "Hiragana", "Katakana"]);
// Breaking inside one of their words changes the shapes beside the break.
const JOINING = new Set(["Arabic", "Devanagari"]);

export const isBreakingSpace = (item: Item): boolean =>
  SPACE.test(item.text) && !NO_BREAK_SPACE.test(item.text);

// Thai has no space between words: a dictionary knows where one ends (UAX #14, class SA).
const thaiWords = new Intl.Segmenter("th", { granularity: "word" });

/** The items before which a Thai word begins. */
function thaiBeginnings(items: readonly Item[]): ReadonlySet<number> {
  if (!items.some(({ script }) => script === "Thai")) return new Set();
  const text = items.map((item) => item.text).join("");
  const starts = new Set([...thaiWords.segment(text)].map(({ index }) => index));
  const found = new Set<number>();
  let at = 0;
  for (const [index, item] of items.entries()) {
    if (item.script === "Thai" && starts.has(at)) found.add(index);
    at += item.text.length;
  }
  return found;
}

/** Whether a line may end before item `index`. */
function isOpportunity(items: readonly Item[], index: number, beginnings: ReadonlySet<number>): boolean {
  const [before, after] = [items[index - 1]!, items[index]!];
  if (isBreakingSpace(after)) return false;
  if (isBreakingSpace(before)) return true;
  if (NOT_FIRST.test(after.text) || NOT_LAST.test(before.text)) return false;
  if (HYPHEN.test(before.text))
    return /^\p{L}/u.test(after.text) && /^\p{L}/u.test(items[index - 2]?.text ?? "");
  if (beginnings.has(index) && before.script === "Thai") return true;
  return IDEOGRAPHIC.has(before.script) && IDEOGRAPHIC.has(after.script);
}

export interface LineBounds {
  /** Items, from the first up to the one after the last; no white space at the end. */
  readonly from: number;
  readonly to: number;
}

/**
 * Breaks a paragraph into lines, each as full as it gets. A word wider than a line is broken anywhere,
 * unless its letters join.
 *
 * @param widths of each item, in any unit; `limit` in the same.
 * @returns undefined when a word that must stay whole is wider than a line.
 * @see UAX #14, of which this is the part a form field needs
 */
export function breakLines(
  { items }: Pick<Paragraph, "items">,
  widths: readonly number[],
  limit: number,
): LineBounds[] | undefined {
  const lines: LineBounds[] = [];
  let [from, to, width] = [0, 0, 0];
  const finish = (next: number) => {
    lines.push({ from, to });
    [from, to, width] = [next, next, 0];
  };
  for (const { start, end, after } of words(items)) {
    const word = sum(widths, start, end);
    if (to > from && width + word > limit) finish(start);
    if (word <= limit) {
      to = end;
      width += sum(widths, start, after);
      continue;
    }
    for (let index = start; index < end; index++) {
      if (widths[index]! > limit) return undefined;
      if (width + widths[index]! > limit) {
        if (JOINING.has(items[index]!.script)) return undefined;
        finish(index);
      }
      to = index + 1;
      width += widths[index]!;
    }
    width += sum(widths, end, after);
  }
  if (to > from || lines.length === 0) finish(items.length);
  return lines;
}

/** What must stay on one line: items from `start` up to `end`, then white space up to `after`. */
function* words(items: readonly Item[]): Generator<{ start: number; end: number; after: number }> {
  const beginnings = thaiBeginnings(items);
  for (let start = 0; start < items.length; ) {
    let after = start + 1;
    while (after < items.length && !isOpportunity(items, after, beginnings)) after++;
    let end = after;
    while (end > start && isBreakingSpace(items[end - 1]!)) end--;
    yield { start, end, after };
    start = after;
  }
}

function sum(widths: readonly number[], from: number, to: number): number {
  let total = 0;
  for (let index = from; index < to; index++) total += widths[index]!;
  return total;
}
