import bidiFactory from "bidi-js";
import { clustersOf, type UndrawableCharacter } from "#lib/pdf/text/drawable.ts";
import { faceOrder, hanFaces, shapingLanguage, type TextStyle } from "#lib/pdf/text/faces.ts";
import { openFace, type ShapedGlyph } from "#lib/pdf/text/harfbuzz.ts";
import { SCRIPT_TAGS, type Script, type ScriptedCluster, withScripts } from "#lib/pdf/text/script.ts";
import type { FaceName, FontLibrary } from "#lib/ports/fonts.ts";

export type Direction = "ltr" | "rtl";

export interface ShapingOptions {
  readonly style: TextStyle;
  /** BCP 47; decides between national forms of one character. */
  readonly language?: string;
  /** The base direction; left out, the first letter of each paragraph decides (UAX #9 P2). */
  readonly direction?: Direction;
}

/** A cluster with all that is decided before shaping. */
export interface Item extends ScriptedCluster {
  readonly face: FaceName;
  /** Bidirectional embedding level; odd runs right to left. */
  readonly level: number;
}

/** One paragraph, ready to be broken into lines. Positions are UTF-16, within `text`. */
export interface Paragraph {
  readonly text: string;
  /** Where it begins in the whole text. */
  readonly start: number;
  readonly direction: Direction;
  readonly items: readonly Item[];
}

export interface Itemized {
  readonly paragraphs: readonly Paragraph[];
  readonly missing: readonly UndrawableCharacter[];
}

/** Glyphs of one face, script and direction, in visual order, left to right. */
export interface ShapedRun {
  readonly face: FaceName;
  readonly start: number;
  readonly end: number;
  readonly isRightToLeft: boolean;
  readonly unitsPerEm: number;
  /** Font units. */
  readonly advance: number;
  readonly glyphs: readonly ShapedGlyph[];
}

const bidi = bidiFactory();

/** The direction of a text by its first letter (UAX #9 P2). */
export const directionOf = (text: string): Direction =>
  (bidi.getEmbeddingLevels(text, "auto").paragraphs[0]?.level ?? 0) % 2 === 1 ? "rtl" : "ltr";

/**
 * Decides direction, script and face of every cluster. The text is taken as it is: not normalized, because
 * NFC would replace ideographs people have in their names (U+FA19 for one). HarfBuzz draws canonically
 * equal texts alike.
 *
 * @param text free of hidden characters (see `hiddenCharacters`); LF and CR LF begin a new paragraph.
 * @returns the clusters no face draws in `missing`; only when there are none can the paragraphs be shaped.
 */
export function itemize(text: string, options: ShapingOptions, fonts: FontLibrary): Itemized {
  const clusters = withScripts(clustersOf(text));
  const faces = chooseFaces(text, clusters, options, fonts);
  const missing: UndrawableCharacter[] = [];
  const paragraphs: Paragraph[] = [];
  let next = 0;
  for (const { start, end } of paragraphBounds(text)) {
    const own = text.slice(start, end);
    const direction = options.direction ?? directionOf(own);
    const { levels } = bidi.getEmbeddingLevels(own, direction);
    const items: Item[] = [];
    for (; clusters[next] && clusters[next]!.start < end; next++) {
      const [cluster, face] = [clusters[next]!, faces[next]];
      const at = cluster.start - start;
      if (at < 0) continue;
      if (face) items.push({ ...cluster, start: at, face, level: levels[at]! });
      else missing.push({ character: cluster.text, index: cluster.start, why: "no-glyph" });
    }
    paragraphs.push({ text: own, start, direction, items });
  }
  return { paragraphs, missing: missing.length > 0 ? missing : unshaped(paragraphs, options, fonts) };
}

/** What a face turned out not to draw after all; no known font does this, and .notdef must never be signed. */
function unshaped(
  paragraphs: readonly Paragraph[],
  options: ShapingOptions,
  fonts: FontLibrary,
): UndrawableCharacter[] {
  return paragraphs.flatMap((paragraph) =>
    shapeLine(paragraph, 0, paragraph.text.length, options, fonts).flatMap(({ glyphs }) =>
      glyphs
        .filter(({ id }) => id === 0)
        .map(({ cluster }) => {
          const character = paragraph.items.findLast(({ start }) => start <= cluster)!.text;
          return { character, index: paragraph.start + cluster, why: "no-glyph" as const };
        }),
    ),
  );
}

function paragraphBounds(text: string): { start: number; end: number }[] {
  const bounds = [];
  let start = 0;
  for (const { index, 0: lineBreak } of text.matchAll(/\r?\n/g)) {
    bounds.push({ start, end: index });
    start = index + lineBreak.length;
  }
  bounds.push({ start, end: text.length });
  return bounds;
}

/** One face for all letters of a script where there is one, so that a name is not patched together. */
function chooseFaces(
  text: string,
  clusters: readonly ScriptedCluster[],
  { style, language }: ShapingOptions,
  fonts: FontLibrary,
): (FaceName | undefined)[] {
  const han = hanFaces(text, language);
  const draws = (face: FaceName, cluster: string) => openFace(fonts, face).draws(cluster);
  const orders = new Map<Script, readonly FaceName[]>();
  for (const { script } of clusters) {
    if (orders.has(script)) continue;
    const order = faceOrder(style, script, han);
    const letters = new Set(clusters.filter((c) => c.isStrong && c.script === script).map((c) => c.text));
    const whole = order.find((face) => [...letters].every((letter) => draws(face, letter)));
    orders.set(script, whole ? [whole, ...order] : order);
  }
  return clusters.map(({ text, script }) => orders.get(script)!.find((face) => draws(face, text)));
}

/**
 * Shapes a stretch of a paragraph as one line.
 *
 * @param from @param to UTF-16, at cluster boundaries; the line must not end in white space, which would
 *   have to be moved to its end (UAX #9 L1).
 * @returns runs from left to right.
 */
export function shapeLine(
  paragraph: Paragraph,
  from: number,
  to: number,
  options: ShapingOptions,
  fonts: FontLibrary,
): ShapedRun[] {
  const groups: Item[][] = [];
  for (const item of paragraph.items) {
    if (item.start < from || item.start >= to) continue;
    const group = groups.at(-1);
    if (group && isSameRun(group[0]!, item)) group.push(item);
    else groups.push([item]);
  }
  const line = paragraph.text.slice(0, to);
  return visualOrder(groups).map((group) => {
    const [first, last] = [group[0]!, group.at(-1)!];
    const face = openFace(fonts, first.face);
    const run = {
      start: first.start,
      end: last.start + last.text.length,
      isRightToLeft: first.level % 2 === 1,
    };
    const glyphs = face.shape({
      ...run,
      text: line,
      scriptTag: SCRIPT_TAGS[first.script],
      language: shapingLanguage(first.face, options.language),
    });
    const advance = glyphs.reduce((sum, glyph) => sum + glyph.advance, 0);
    return { ...run, face: first.face, unitsPerEm: face.unitsPerEm, advance, glyphs };
  });
}

const isSameRun = (a: Item, b: Item) => a.face === b.face && a.script === b.script && a.level === b.level;

/** UAX #9 L2: from the highest level down to the lowest odd one, turn each stretch at or above it around. */
function visualOrder(groups: readonly Item[][]): Item[][] {
  const levels = groups.map((group) => group[0]!.level);
  const ordered = groups.map((group, index) => ({ group, level: levels[index]! }));
  const lowestOdd = Math.min(...levels.filter((level) => level % 2 === 1));
  for (let level = Math.max(0, ...levels); level >= lowestOdd; level--) {
    for (let start = 0; start < ordered.length; start++) {
      if (ordered[start]!.level < level) continue;
      let end = start;
      while (end < ordered.length && ordered[end]!.level >= level) end++;
      ordered.splice(start, end - start, ...ordered.slice(start, end).reverse());
      start = end;
    }
  }
  return ordered.map(({ group }) => group);
}
