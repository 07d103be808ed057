/** A character that cannot be drawn, and why: it has no visible shape of its own, or no face has one for it. */
export interface UndrawableCharacter {
  readonly character: string;
  /** UTF-16 position in the text. */
  readonly index: number;
  readonly why: "hidden" | "no-glyph";
}

const HIDDEN = /[\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/u;
const VARIATION_SELECTOR = /^\p{Variation_Selector}$/u;
const JOINER = /^[\u200c\u200d]$/;
// Scripts in which a joiner changes the shape of the letter before it (Unicode 17 §23.2).
const JOINED = /[\p{Script=Arabic}\p{Script=Devanagari}]\p{M}*$/u;
const MARK = /^\p{M}/u;
// Cf by category, yet drawn: they stand under the digits after them.
const VISIBLE_FORMAT = /^[\u0600-\u0605\u06dd\u08e2]$/;

const graphemes = new Intl.Segmenter("und", { granularity: "grapheme" });

/** What a reader takes for one character: a base with its marks, a conjunct, a syllable (UAX #29). */
export interface Cluster {
  readonly text: string;
  readonly start: number;
}

/** The clusters of a text in logical order; positions are UTF-16. */
export function clustersOf(text: string): Cluster[] {
  return [...graphemes.segment(text)].map(({ segment, index }) => ({ text: segment, start: index }));
}

/**
 * The characters that would change a text without being seen in it, so that what is signed could differ
 * from what was read: controls, bidirectional marks, unassigned and private characters, stray joiners.
 *
 * @param text        any UTF-16, lone surrogates too.
 * @param lineBreaks  whether LF and CR LF are drawn, as new lines.
 * @returns in logical order; empty when every character may be drawn. Glyphs are not looked for.
 * @see UTS #39 §4, UAX #9
 */
export function hiddenCharacters(text: string, lineBreaks: boolean): UndrawableCharacter[] {
  const found: UndrawableCharacter[] = [];
  for (const { text: cluster, start } of clustersOf(text)) {
    if (lineBreaks && /^\r?\n$/.test(cluster)) continue;
    if (MARK.test(cluster)) {
      found.push({ character: cluster, index: start, why: "hidden" });
      continue;
    }
    let index = start;
    for (const character of cluster) {
      if (isHidden(character, text.slice(0, index))) found.push({ character, index, why: "hidden" });
      index += character.length;
    }
  }
  return found;
}

function isHidden(character: string, before: string): boolean {
  if (VARIATION_SELECTOR.test(character)) return false; // A face has the form it selects, or lacks a glyph.
  if (JOINER.test(character)) return !JOINED.test(before);
  return HIDDEN.test(character) && !VISIBLE_FORMAT.test(character);
}
