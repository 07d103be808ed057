import * as hb from "harfbuzzjs";
import { expect, test } from "vitest";
import { openFace } from "#lib/pdf/text/harfbuzz.ts";
import { fonts } from "#lib/pdf/text/testing.ts";
import { addComposites } from "./composite.ts";
import { subsetFace } from "./subset.ts";

const face = openFace(fonts, "sans");
const [a, acute] = [face.glyphOf(0x61)!, face.glyphOf(0xb4)!];
const ink = { left: 46, bottom: -10, right: 600, top: 800 };

function composed() {
  const subset = subsetFace("sans", [a, acute], fonts);
  const parts = [
    { glyph: a, x: 0, y: 0 },
    { glyph: acute, x: 120, y: -30 },
  ];
  return addComposites(subset, [
    { parts, width: 561, ink },
    { parts: [], width: 0, ink: { left: 0, bottom: 0, right: 0, top: 0 } },
  ]);
}

function sumOf(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 4) sum = (sum + view.getUint32(at)) >>> 0;
  return sum;
}

test("a subset keeps the numbers and the shapes of its glyphs", () => {
  const font = new hb.Font(new hb.Face(new hb.Blob(subsetFace("sans", [a, acute], fonts))));
  expect(font.glyphToPath(a)).toBe(face.outlineOf(a));
  expect(font.glyphHAdvance(a)).toBe(face.advanceOf(a));
  expect(font.glyphToPath(a + 1)).toBe("");
});

test("a composite shows its parts, each at its place", () => {
  const { font, firstGlyph } = composed();
  const whole = new hb.Font(new hb.Face(new hb.Blob(font)));
  const moved = face.inkOf(acute)!;
  expect(whole.glyphToPath(firstGlyph).startsWith(face.outlineOf(a))).toBe(true);
  expect(whole.glyphToPath(firstGlyph)).toContain("M");
  expect(whole.glyphHAdvance(firstGlyph)).toBe(561);
  const lowest = Math.max(
    ...[...whole.glyphToPath(firstGlyph).matchAll(/-?\d+,(-?\d+)/g)].map(([, y]) => Number(y)),
  );
  expect(lowest).toBe(moved.top - 30);
});

test("a composite may be empty, and the glyphs before it stay as they were", () => {
  const { font, firstGlyph } = composed();
  const whole = new hb.Font(new hb.Face(new hb.Blob(font)));
  expect(whole.glyphToPath(firstGlyph + 1)).toBe("");
  expect(whole.glyphHAdvance(firstGlyph + 1)).toBe(0);
  expect(whole.glyphToPath(a)).toBe(face.outlineOf(a));
  expect(whole.glyphHAdvance(acute)).toBe(face.advanceOf(acute));
});

test("the checksums of the font are right", () => {
  expect(sumOf(composed().font)).toBe(0xb1b0afba);
});
