import type { FaceName, FontLibrary } from "#lib/ports/fonts.ts";

/** The exports of harfbuzz-subset.wasm we call; pointers are numbers, and 0 is none. */
interface Subsetter {
  readonly memory: WebAssembly.Memory;
  _initialize(): void;
  malloc(size: number): number;
  free(pointer: number): void;
  hb_blob_create(data: number, length: number, mode: number, userData: number, destroy: number): number;
  hb_blob_destroy(blob: number): void;
  hb_blob_get_data(blob: number, length: number): number;
  hb_blob_get_length(blob: number): number;
  hb_face_create(blob: number, index: number): number;
  hb_face_destroy(face: number): void;
  hb_face_reference_blob(face: number): number;
  hb_set_add(set: number, value: number): void;
  hb_set_clear(set: number): void;
  hb_subset_input_create_or_fail(): number;
  hb_subset_input_destroy(input: number): void;
  hb_subset_input_glyph_set(input: number): number;
  hb_subset_input_set(input: number, which: number): number;
  hb_subset_input_set_flags(input: number, flags: number): void;
  hb_subset_or_fail(face: number, input: number): number;
}

// hb-subset.h
const MODE_READONLY = 1;
const FLAGS_NO_HINTING_RETAIN_GIDS = 0x1 | 0x2;
const SET_DROP_TABLE_TAG = 3;
// What a PDF viewer never reads, since it has glyph numbers and widths from us.
const DROPPED_TABLES = [
  "BASE", "DSIG", "GDEF", "GPOS", "GSUB", "STAT", "VORG", "cmap", "gasp", "kern", "meta", "name", "vhea", "vmtx",
]; // biome-ignore format: one list reads as the rule it states

const subsetters = new WeakMap<Uint8Array, Subsetter>();

function subsetterOf(fonts: FontLibrary): Subsetter {
  const bytes = fonts.subsetter();
  const known = subsetters.get(bytes);
  if (known) return known;
  const module = new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>);
  const subsetter = new WebAssembly.Instance(module).exports as unknown as Subsetter;
  subsetter._initialize();
  subsetters.set(bytes, subsetter);
  return subsetter;
}

/**
 * Cuts a face down to some glyphs, which keep their numbers; those between are empty.
 *
 * @param glyphs numbers of glyphs; .notdef and parts of composite glyphs come along.
 * @returns a TrueType font (ISO 32000-2 §9.9.1, Table 124: FontFile2), the same bytes for the same glyphs.
 */
export function subsetFace(face: FaceName, glyphs: Iterable<number>, fonts: FontLibrary): Uint8Array {
  const hb = subsetterOf(fonts);
  const original = fonts.bytes(face);
  const data = hb.malloc(original.length);
  new Uint8Array(hb.memory.buffer).set(original, data);
  const blob = hb.hb_blob_create(data, original.length, MODE_READONLY, 0, 0);
  const whole = hb.hb_face_create(blob, 0);
  const input = hb.hb_subset_input_create_or_fail();
  let cut = 0;
  try {
    hb.hb_subset_input_set_flags(input, FLAGS_NO_HINTING_RETAIN_GIDS);
    const dropped = hb.hb_subset_input_set(input, SET_DROP_TABLE_TAG);
    for (const tag of DROPPED_TABLES) hb.hb_set_add(dropped, tagOf(tag));
    const wanted = hb.hb_subset_input_glyph_set(input);
    for (const glyph of glyphs) hb.hb_set_add(wanted, glyph);
    cut = hb.hb_subset_or_fail(whole, input);
    if (cut === 0) throw new Error(`${face} cannot be subset`);
    return bytesOf(hb, cut);
  } finally {
    hb.hb_subset_input_destroy(input);
    if (cut !== 0) hb.hb_face_destroy(cut);
    hb.hb_face_destroy(whole);
    hb.hb_blob_destroy(blob);
    hb.free(data);
  }
}

function bytesOf(hb: Subsetter, face: number): Uint8Array {
  const blob = hb.hb_face_reference_blob(face);
  const start = hb.hb_blob_get_data(blob, 0);
  const bytes = new Uint8Array(hb.memory.buffer).slice(start, start + hb.hb_blob_get_length(blob));
  hb.hb_blob_destroy(blob);
  return bytes;
}

const tagOf = (tag: string): number =>
  [...tag].reduce((value, letter) => value * 256 + letter.charCodeAt(0), 0);
