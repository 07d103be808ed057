import { isolateLevels, withoutIsolates } from "#lib/pdf/page-layout/isolates.ts";
import { breakLines, isBreakingSpace, type LineBounds } from "#lib/pdf/text/break.ts";
import { clustersOf, hiddenCharacters } from "#lib/pdf/text/drawable.ts";
import { type DocumentStyle, FACES } from "#lib/pdf/text/faces.ts";
import {
  itemWidths,
  type LayoutRun,
  type Line,
  layoutRuns,
  visibleLine,
  widthEm,
} from "#lib/pdf/text/place.ts";
import {
  type Itemized,
  itemize,
  type Paragraph,
  type ShapingOptions,
  shapeLine,
} from "#lib/pdf/text/shape.ts";
import type { FontLibrary } from "#lib/ports/fonts.ts";

export interface TextSetting {
  readonly style: DocumentStyle;
  readonly sizePt: number;
  /** From baseline to baseline; a script that stands higher gets more. */
  readonly leadingPt: number;
  /** Left out, English. */
  readonly locale?: TextLocale;
}

export interface TextLocale {
  /** BCP 47. */
  readonly language: string;
  readonly direction: "ltr" | "rtl";
}

/** One line of text, its runs placed from its left end. */
export interface SetLine {
  readonly sizePt: number;
  readonly runs: readonly LayoutRun[];
  /** A space after the last word of the line, which nobody sees. */
  readonly trailing: readonly LayoutRun[];
  readonly widthPt: number;
  readonly heightPt: number;
  /** From the line's top. */
  readonly baselinePt: number;
  /** What is copied from the line, where that is not what is seen. */
  readonly actualText?: string;
}

const CAPITAL_EM = 0.67;

const optionsOf = ({ style, locale }: TextSetting): ShapingOptions => ({
  direction: locale?.direction ?? "ltr",
  ...(locale ? { language: locale.language } : {}),
  style,
});

/**
 * Sets text in lines. A character that is not visible, or that no font has, is written as its code point, so
 * that nothing a person entered is lost or hidden: `[U+202E]`.
 */
export class Typesetter {
  readonly fonts: FontLibrary;
  readonly #known = new Map<string, readonly SetLine[]>();
  readonly #spaces = new Map<DocumentStyle, Line>();

  constructor(fonts: FontLibrary) {
    this.fonts = fonts;
  }

  /** @param text lines break at LF; isolates keep the direction of what is between them to itself. */
  lines(text: string, setting: TextSetting, widthPt: number): readonly SetLine[] {
    const { style, sizePt, leadingPt, locale } = setting;
    const key = `${style} ${sizePt} ${leadingPt} ${locale?.language} ${locale?.direction} ${widthPt} ${text}`;
    const known = this.#known.get(key);
    if (known) return known;
    const lines = this.#set(text, setting, widthPt);
    this.#known.set(key, lines);
    return lines;
  }

  /** Hexadecimal digits in groups of four, in lines of equally many; copied, they are one number again. */
  groups(digits: string, setting: TextSetting, widthPt: number): readonly SetLine[] {
    const groups = digits.match(/.{1,4}/gs) ?? [];
    const fits = (count: number) => this.lines("0000 ".repeat(count), setting, widthPt).length <= 1;
    const perLine = [groups.length, 16, 8, 4, 2, 1].find(fits);
    const lines: SetLine[] = [];
    for (let start = 0; start < groups.length; start += perLine ?? 1) {
      const own = groups.slice(start, start + (perLine ?? 1));
      const [line] = this.lines(own.join(" "), setting, Number.MAX_SAFE_INTEGER);
      if (line) lines.push({ ...line, trailing: [], actualText: own.join("") });
    }
    return lines;
  }

  /** As much of the text as fits on one line, with an ellipsis when that is not all. */
  clipped(text: string, setting: TextSetting, widthPt: number): SetLine | undefined {
    if (this.#isOneLine(text, setting, widthPt)) return this.lines(text, setting, widthPt)[0];
    const clusters = clustersOf(withoutIsolates(text));
    let [fits, fails] = [0, clusters.length];
    while (fits + 1 < fails) {
      const middle = (fits + fails) >> 1;
      if (this.#isOneLine(`${beginning(clusters, middle)}…`, setting, widthPt)) fits = middle;
      else fails = middle;
    }
    return this.lines(`${beginning(clusters, fits)}…`, setting, Number.MAX_SAFE_INTEGER)[0];
  }

  #isOneLine(text: string, setting: TextSetting, widthPt: number): boolean {
    return this.#set(text, setting, widthPt).length <= 1;
  }

  #set(given: string, setting: TextSetting, widthPt: number): readonly SetLine[] {
    const options = optionsOf(setting);
    const { marked, paragraphs } = this.#itemized(given, options);
    return paragraphs.flatMap((paragraph, index) => {
      const own = isolateLevels(paragraph, marked[index]!);
      const widths = itemWidths(own, options, this.fonts);
      return breakParagraph(own, widths, widthPt / setting.sizePt).map(({ from, to }) => {
        const line = setLine(visibleLine(own, from, to, options, this.fonts), setting);
        const isWordEnd = to === own.items.length || isBreakingSpace(own.items[to]!);
        return isWordEnd ? { ...line, trailing: this.#space(line.widthPt, setting) } : line;
      });
    });
  }

  /** Keeps the last word of a line from the first of the next for those who listen. */
  #space(widthPt: number, { style, sizePt, locale }: TextSetting): LayoutRun[] {
    const known = this.#spaces.get(style) ?? this.#shapedSpace(style);
    this.#spaces.set(style, known);
    const xPt = locale?.direction === "rtl" ? -widthEm(known.runs) * sizePt : widthPt;
    return layoutRuns(known, xPt, sizePt);
  }

  #shapedSpace(style: DocumentStyle): Line {
    const options: ShapingOptions = { direction: "ltr", style };
    const paragraph = itemize(" ", options, this.fonts).paragraphs[0]!;
    return { paragraph, runs: shapeLine(paragraph, 0, 1, options, this.fonts) };
  }

  #itemized(
    given: string,
    options: ShapingOptions,
  ): { marked: string[]; paragraphs: Itemized["paragraphs"] } {
    const known = itemize(withoutIsolates(given), options, this.fonts);
    const isVisible = spellHidden(withoutIsolates(given)) === withoutIsolates(given);
    if (isVisible && known.missing.length === 0)
      return { marked: given.split(/\r?\n/), paragraphs: known.paragraphs };
    const spelled = given
      .split(/([\u2066-\u2069])/)
      .map((part, index) => (index % 2 === 1 ? part : this.#spelled(part, options)))
      .join("");
    return {
      marked: spelled.split(/\r?\n/),
      paragraphs: itemize(withoutIsolates(spelled), options, this.fonts).paragraphs,
    };
  }

  #spelled(text: string, options: ShapingOptions): string {
    const visible = spellHidden(text);
    const missing = new Set(itemize(visible, options, this.fonts).missing.map(({ index }) => index));
    return clustersOf(visible)
      .map(({ text, start }) => (missing.has(start) ? codePoints(text) : text))
      .join("");
  }
}

const beginning = (clusters: readonly { readonly text: string }[], count: number) =>
  clusters
    .slice(0, count)
    .map(({ text }) => text)
    .join("")
    .trimEnd();

/** Most of what is set; looking at it character by character would take as long as setting it. */
const ALL_VISIBLE = /^[\n\x20-\x7e\u00a1-\u00ac\u00ae-\u017f\u2010-\u2015\u2018-\u2027\u2212]*$/;

/** The text with each character that has no shape of its own as its code point; line breaks stay. */
export function spellHidden(text: string): string {
  if (ALL_VISIBLE.test(text)) return text;
  let [spelled, from] = ["", 0];
  for (const { character, index } of hiddenCharacters(text, true)) {
    spelled += text.slice(from, index) + codePoints(character);
    from = index + character.length;
  }
  return spelled + text.slice(from);
}

const codePoints = (text: string): string => [...text].map((character) => `[U+${hexOf(character)}]`).join("");
const hexOf = (character: string) => character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0");

function setLine(line: ReturnType<typeof visibleLine>, { sizePt, leadingPt }: TextSetting): SetLine {
  const runs = layoutRuns(line, 0, sizePt);
  const tallestPt = Math.max(0, ...runs.map(({ face }) => FACES[face].lineHeight * sizePt));
  const heightPt = Math.max(leadingPt, tallestPt);
  return {
    ...{ sizePt, runs, trailing: [] },
    widthPt: widthEm(line.runs) * sizePt,
    heightPt,
    // Capitals stand in the middle of the line; what a taller script needs goes mostly above.
    baselinePt: (heightPt - leadingPt) * 0.6 + (leadingPt + CAPITAL_EM * sizePt) / 2,
  };
}

function breakParagraph(paragraph: Paragraph, widths: readonly number[], limit: number): LineBounds[] {
  const { items } = paragraph;
  if (items.length === 0) return [{ from: 0, to: 0 }];
  const whole = breakLines({ items: tied(paragraph) }, widths, limit);
  const isSplit = (to: number) =>
    to < items.length && !isBreakingSpace(items[to]!) && !isBreakingSpace(items[to - 1]!);
  if (whole?.every(({ to }) => !isSplit(to) || isNaturalEnd(items[to - 1]!.text))) return whole;
  return breakAnywhere(paragraph, widths, limit);
}

// Dates, times with their clock, and what one letter begins stay on one line.
const TIES =
  /(?<=\d) (?=[A-Z][a-z]{2} \d{4}\b)|(?<=\b[A-Z][a-z]{2}) (?=\d{4}\b)|(?<=:\d\d) (?=UTC)|(?<=\b[A-Z])-(?=[A-Z])/g;
const TIED: Readonly<Record<string, string>> = { " ": "\u00a0", "-": "\u2011" };

/** The items as they are broken: where a tie is, with a character that allows none. */
function tied({ text, items }: Paragraph): Paragraph["items"] {
  const ties = new Set([...text.matchAll(TIES)].map(({ index }) => index));
  if (ties.size === 0) return items;
  return items.map((item) => (ties.has(item.start) ? { ...item, text: TIED[item.text] ?? item.text } : item));
}

const NATURAL_END = /[-@./_:;,=&?\u2010\u2013\u2014]$|\P{ASCII}$/u;
const isNaturalEnd = (text: string) => NATURAL_END.test(text);

/** For words wider than a line, as addresses are: broken after a sign where there is one, else where they must. */
function breakAnywhere({ items }: Paragraph, widths: readonly number[], limit: number): LineBounds[] {
  const lines: LineBounds[] = [];
  for (let from = 0; from < items.length; ) {
    let [to, width] = [from, 0];
    while (to < items.length && (to === from || width + widths[to]! <= limit || isBreakingSpace(items[to]!)))
      width += widths[to++]!;
    if (to < items.length) to = bestBreak(items, from, to);
    let end = to;
    while (end > from && isBreakingSpace(items[end - 1]!)) end--;
    lines.push({ from, to: end });
    from = to;
    while (from < items.length && isBreakingSpace(items[from]!)) from++;
  }
  return lines;
}

/** The last place to break at or before `to`: after white space, or after a sign in the later half of the line. */
function bestBreak(items: Paragraph["items"], from: number, to: number): number {
  for (let at = to; at > from; at--) {
    if (isBreakingSpace(items[at - 1]!) && wordLength(items, at) <= to - from) return at;
    if (at > (from + to) / 2 && isNaturalEnd(items[at - 1]!.text)) return at;
  }
  return to;
}

function wordLength(items: Paragraph["items"], start: number): number {
  let end = start;
  while (end < items.length && !isBreakingSpace(items[end]!)) end++;
  return end - start;
}
