import { concatBytes, fromLatin1 } from "#lib/bytes.ts";

type Triple = readonly [number, number, number];

// IEC 61966-2-1, adapted to D50 by Bradford's method as ICC.1 Annex E has it.
const WHITE: Triple = [0.9642, 1, 0.8249];
const RED: Triple = [0.4360747, 0.2225045, 0.0139322];
const GREEN: Triple = [0.3850649, 0.7168786, 0.0971045];
const BLUE: Triple = [0.1430804, 0.0606169, 0.7141733];
const ADAPTATION = [
  1.0478112, 0.0228866, -0.050127, 0.0295424, 0.9904844, -0.0170491, -0.0092345, 0.0150436, 0.7521316,
];
// Y = (aX + b)^g from d upward, cX below: g a b c d.
const CURVE = [2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045];

const HEADER_BYTES = 128;
const ENTRY_BYTES = 12;

/**
 * The sRGB color space as an ICC profile of version 4.2, always the same bytes: what the colors of a PDF/A mean.
 *
 * @see ICC.1:2004-10 (ISO 15076-1:2005) §7.2 header, §8.3.3 three-component matrix profiles, §10 types
 */
export function srgbProfile(): Uint8Array {
  const curve = parametricCurve();
  const tags: readonly (readonly [string, Uint8Array])[] = [
    ["desc", localizedText("sRGB IEC61966-2.1")],
    ["cprt", localizedText("No copyright, use freely")],
    ["wtpt", xyz(WHITE)],
    ["chad", fixedNumbers("sf32", ADAPTATION)],
    ["rXYZ", xyz(RED)],
    ["gXYZ", xyz(GREEN)],
    ["bXYZ", xyz(BLUE)],
    ["rTRC", curve],
    ["gTRC", curve],
    ["bTRC", curve],
  ];
  const table = new Uint8Array(4 + tags.length * ENTRY_BYTES);
  const view = new DataView(table.buffer);
  view.setUint32(0, tags.length);
  const offsets = new Map<Uint8Array, number>();
  let end = HEADER_BYTES + table.length;
  for (const [index, [tag, data]] of tags.entries()) {
    // One element may serve several tags (§7.3.1).
    const offset = offsets.get(data) ?? end;
    if (offset === end) end += data.length;
    offsets.set(data, offset);
    table.set(fromLatin1(tag), 4 + index * ENTRY_BYTES);
    view.setUint32(8 + index * ENTRY_BYTES, offset);
    view.setUint32(12 + index * ENTRY_BYTES, data.length);
  }
  return concatBytes([header(end), table, ...offsets.keys()]);
}

function header(sizeBytes: number): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, sizeBytes);
  view.setUint32(8, 0x04200000);
  bytes.set(fromLatin1("mntrRGB XYZ "), 12);
  for (const [index, part] of [2026, 1, 1, 0, 0, 0].entries()) view.setUint16(24 + index * 2, part);
  bytes.set(fromLatin1("acsp"), 36);
  bytes.set(xyz(WHITE).subarray(8), 68);
  return bytes;
}

const xyz = (values: Triple): Uint8Array => fixedNumbers("XYZ ", values);

/** Numbers of 16.16 bits. */
function fixedNumbers(type: string, values: readonly number[], prefix: readonly number[] = []): Uint8Array {
  const start = 8 + prefix.length;
  const bytes = new Uint8Array(start + values.length * 4);
  bytes.set(fromLatin1(type));
  bytes.set(prefix, 8);
  const view = new DataView(bytes.buffer);
  for (const [index, value] of values.entries()) view.setInt32(start + index * 4, Math.round(value * 65_536));
  return bytes;
}

const parametricCurve = () => fixedNumbers("para", CURVE, [0, 3, 0, 0]);

function localizedText(text: string): Uint8Array {
  const bytes = new Uint8Array(Math.ceil((28 + text.length * 2) / 4) * 4);
  const view = new DataView(bytes.buffer);
  bytes.set(fromLatin1("mluc"));
  for (const [index, value] of [1, 12].entries()) view.setUint32(8 + index * 4, value);
  bytes.set(fromLatin1("enUS"), 16);
  view.setUint32(20, text.length * 2);
  view.setUint32(24, 28);
  for (let index = 0; index < text.length; index++) view.setUint16(28 + index * 2, text.charCodeAt(index));
  return bytes;
}
