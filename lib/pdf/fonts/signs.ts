import type { OpenFace } from "#lib/pdf/text/harfbuzz.ts";
import type { LayoutRun, PlacedGlyph } from "#lib/pdf/text/place.ts";

/** A part of a sign; font units from its origin. */
export interface SignPart {
  readonly glyph: number;
  readonly x: number;
  readonly y: number;
}

/** What a font shows with one code: a glyph, several that only together stand for a text, or nothing. */
export interface Sign {
  readonly parts: readonly SignPart[];
  readonly text: string;
  /** Font units. */
  readonly width: number;
}

export interface PlacedSign {
  readonly sign: Sign;
  /** Font units from the start of the run; all signs stand on its baseline. */
  readonly x: number;
}

/**
 * Turns the glyphs of a run into signs, one for each cluster. Arabic fonts share one dotless letter between
 * several and draw the dots apart, Indic ones put a vowel before its consonant: no glyph of those stands for
 * a text by itself, and every reader of PDFs guesses differently. One sign for one cluster leaves no guess.
 *
 * @returns from left to right.
 */
export function signsOf(run: LayoutRun, face: OpenFace): PlacedSign[] {
  const starts = [...new Set(run.glyphs.map(({ cluster }) => cluster))].sort((a, b) => a - b);
  const ends = new Map(starts.map((start, index) => [start, starts[index + 1]]));
  const clusters = clustersOf(run.glyphs).map((glyphs) => {
    const { cluster } = glyphs[0]!;
    return { glyphs, text: run.text.slice(cluster, ends.get(cluster)) };
  });
  return run.isRightToLeft ? rightToLeft(clusters) : leftToRight(clusters, face);
}

interface ShownCluster {
  readonly glyphs: readonly PlacedGlyph[];
  readonly text: string;
}

function leftToRight(clusters: readonly ShownCluster[], face: OpenFace): PlacedSign[] {
  let pen = 0;
  return clusters.map(({ glyphs, text }) => {
    const x = pen;
    pen += advanceOf(glyphs);
    const width = glyphs.reduce((sum, { id }) => sum + face.advanceOf(id), 0);
    return { sign: { parts: partsFrom(glyphs, x), text, width }, x };
  });
}

/**
 * Readers take what is shown from left to right and turn it around, letter by letter, even within one code.
 * So the first character of a cluster keeps its shape, and the others come before it with none. A letter
 * that reaches back under the next one would begin a new line for them, so no sign begins before another ends.
 */
function rightToLeft(clusters: readonly ShownCluster[]): PlacedSign[] {
  let [pen, reach] = [0, 0];
  return clusters.flatMap(({ glyphs, text }) => {
    const x = Math.max(pen, reach);
    pen += advanceOf(glyphs);
    reach = Math.max(x, pen);
    const [first, ...others] = [...text];
    const bare = others.reverse().map((text) => ({ sign: { parts: [], text, width: 0 }, x }));
    return [...bare, { sign: { parts: partsFrom(glyphs, x), text: first!, width: reach - x }, x }];
  });
}

const advanceOf = (glyphs: readonly PlacedGlyph[]) => glyphs.reduce((sum, { advance }) => sum + advance, 0);

const partsFrom = (glyphs: readonly PlacedGlyph[], origin: number): SignPart[] =>
  glyphs.map(({ id, x, y }) => ({ glyph: id, x: x - origin, y }));

function clustersOf(glyphs: readonly PlacedGlyph[]): PlacedGlyph[][] {
  const clusters: PlacedGlyph[][] = [];
  for (const glyph of glyphs) {
    const last = clusters.at(-1);
    if (last?.[0]?.cluster === glyph.cluster) last.push(glyph);
    else clusters.push([glyph]);
  }
  return clusters;
}
