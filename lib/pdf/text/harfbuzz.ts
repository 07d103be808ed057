import * as hb from "harfbuzzjs";
import type { FaceName, FontLibrary } from "#lib/ports/fonts.ts";

/** A glyph as shaped: font units, relative to where the pen stands. */
export interface ShapedGlyph {
  readonly id: number;
  /** UTF-16 position of the cluster it belongs to. */
  readonly cluster: number;
  readonly advance: number;
  readonly dx: number;
  readonly dy: number;
}

/** The smallest box around the ink, in font units; y grows upward. */
export interface Ink {
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
  readonly top: number;
}

export const movedInk = ({ left, bottom, right, top }: Ink, x: number, y: number): Ink => ({
  left: left + x,
  bottom: bottom + y,
  right: right + x,
  top: top + y,
});

export function unionOfInk(boxes: readonly (Ink | undefined)[]): Ink | undefined {
  return boxes.reduce(
    (all, box) =>
      all && box
        ? {
            left: Math.min(all.left, box.left),
            bottom: Math.min(all.bottom, box.bottom),
            right: Math.max(all.right, box.right),
            top: Math.max(all.top, box.top),
          }
        : (all ?? box),
    undefined,
  );
}

export interface Stretch {
  readonly text: string;
  /** UTF-16; shaping sees what stands around the stretch, so that letters join across a change of face. */
  readonly start: number;
  readonly end: number;
  readonly isRightToLeft: boolean;
  readonly scriptTag: string;
  readonly language: string;
}

/** A parsed font. Everything it says is in font units. */
export interface OpenFace {
  readonly name: FaceName;
  readonly unitsPerEm: number;
  readonly ascender: number;
  readonly descender: number;
  /** Whether every character has a glyph, and every mark a place. */
  draws(cluster: string): boolean;
  glyphOf(codePoint: number): number | undefined;
  advanceOf(glyph: number): number;
  inkOf(glyph: number): Ink | undefined;
  /** SVG path data; y grows upward. */
  outlineOf(glyph: number): string;
  shape(stretch: Stretch): ShapedGlyph[];
  table(tag: string): Uint8Array | undefined;
}

const opened = new WeakMap<Uint8Array, OpenFace>();

/** The face, parsed once per array of bytes. */
export function openFace(fonts: FontLibrary, name: FaceName): OpenFace {
  const bytes = fonts.bytes(name);
  const known = opened.get(bytes);
  if (known) return known;
  const face = parse(name, bytes);
  opened.set(bytes, face);
  return face;
}

function parse(name: FaceName, bytes: Uint8Array): OpenFace {
  const face = new hb.Face(new hb.Blob(bytes));
  const font = new hb.Font(face);
  const { ascender, descender } = font.hExtents();
  const outlineOf = remembered((glyph: number) => font.glyphToPath(glyph));
  const inkOf = remembered((glyph: number) => inkBox(font.glyphExtents(glyph)));
  const draws = remembered((cluster: string) => drawsCluster(font, cluster));
  return {
    name,
    unitsPerEm: face.upem,
    ascender,
    descender,
    draws,
    glyphOf: (codePoint) => font.nominalGlyph(codePoint),
    advanceOf: (glyph) => font.glyphHAdvance(glyph),
    inkOf,
    outlineOf,
    shape: (stretch) => shapeStretch(font, stretch),
    // HarfBuzz answers with a view of its memory, which moves when that grows.
    table: remembered((tag: string) => face.referenceTable(tag)?.slice()),
  };
}

// A hostile text must not fill the memory of a process that lives for months.
const REMEMBERED = 20_000;

function remembered<Key, Value>(answer: (key: Key) => Value): (key: Key) => Value {
  const known = new Map<Key, Value>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined || known.has(key)) return found as Value;
    if (known.size >= REMEMBERED) known.clear();
    const value = answer(key);
    known.set(key, value);
    return value;
  };
}

function inkBox(extents: hb.GlyphExtents | undefined): Ink | undefined {
  if (!extents || extents.width === 0 || extents.height === 0) return undefined;
  const { xBearing, yBearing, width, height } = extents;
  return { left: xBearing, bottom: yBearing + height, right: xBearing + width, top: yBearing };
}

/**
 * Composed, if the text is not: fonts place marks badly on letters they were not meant for. Ideographs stay as
 * they are, since some are canonically equal to others that look different.
 */
function drawsCluster(font: hb.Font, cluster: string): boolean {
  const form = /\p{Script=Han}/u.test(cluster) ? cluster : cluster.normalize("NFC");
  return drawsForm(font, form) && (!DIACRITIC.test(form) || attachesMarks(font, form));
}

const DIACRITIC = /[\u0300-\u036f]/;

function attachesMarks(font: hb.Font, text: string): boolean {
  const stretch = {
    text,
    start: 0,
    end: text.length,
    isRightToLeft: false,
    scriptTag: "Latn",
    language: "und",
  };
  const [, ...marks] = shapeStretch(font, stretch);
  return marks.every(({ advance, dx, dy }) => advance === 0 && (dx !== 0 || dy !== 0));
}

const SPACE = /^\p{Zs}$/u;
const VARIATION_SELECTOR = /^\p{Variation_Selector}$/u;
const JOINER = /^[\u200c\u200d]$/;
// Ogham's space is the one with a shape.
const OGHAM_SPACE = "\u1680";

function drawsForm(font: hb.Font, form: string): boolean {
  const characters = [...form];
  return characters.every((character, index) => {
    const codePoint = character.codePointAt(0)!;
    if (JOINER.test(character) || character === "\n" || character === "\r") return true;
    if (VARIATION_SELECTOR.test(character)) {
      const base = characters[index - 1]?.codePointAt(0);
      return base !== undefined && font.variationGlyph(base, codePoint) !== undefined;
    }
    // HarfBuzz makes every other width of space from this one.
    const sought = SPACE.test(character) && character !== OGHAM_SPACE ? 0x20 : codePoint;
    return (font.nominalGlyph(sought) ?? 0) !== 0;
  });
}

// One for all: each lives outside the garbage-collected heap, and shaping is never interrupted.
const buffer = new hb.Buffer();

function shapeStretch(font: hb.Font, stretch: Stretch): ShapedGlyph[] {
  buffer.clearContents();
  buffer.addText(stretch.text, stretch.start, stretch.end - stretch.start);
  buffer.setDirection(stretch.isRightToLeft ? hb.Direction.RTL : hb.Direction.LTR);
  buffer.setScript(stretch.scriptTag);
  buffer.setLanguage(stretch.language);
  buffer.setFlags(hb.BufferFlag.DO_NOT_INSERT_DOTTED_CIRCLE);
  hb.shape(font, buffer);
  const positions = buffer.getGlyphPositions();
  return buffer.getGlyphInfos().map(({ codepoint, cluster }, index) => {
    const { xAdvance, xOffset, yOffset } = positions[index]!;
    return { id: codepoint, cluster, advance: xAdvance, dx: xOffset, dy: yOffset };
  });
}
