import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import sharp from "sharp";
import { expect, test } from "vitest";
import { srgbProfile } from "./srgb-profile.ts";

test("Little CMS takes the profile, and finds its colors to be those of its own sRGB", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "whereof-icc-"));
  try {
    const file = path.join(folder, "srgb.icc");
    writeFileSync(file, srgbProfile());
    const colors = Uint8Array.from(
      { length: 3 * 4096 },
      (_, index) => (index * 37 + (index >> 8) * 11) % 256,
    );
    const raw = { raw: { width: 64, height: 64, channels: 3 as const } };
    const tagged = await sharp(colors, raw).withIccProfile(file).png().toBuffer();
    expect((await sharp(tagged).metadata()).icc).toHaveLength(srgbProfile().length);
    const back = await sharp(tagged).raw().toBuffer();
    const farthest = back.reduce((most, value, index) => Math.max(most, Math.abs(value - colors[index]!)), 0);
    expect(farthest).toBeLessThanOrEqual(1);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("every tag lies inside the profile, on a multiple of four", () => {
  const profile = srgbProfile();
  const view = new DataView(profile.buffer, profile.byteOffset, profile.byteLength);
  expect(view.getUint32(0)).toBe(profile.length);
  for (let index = 0; index < view.getUint32(128); index++) {
    const [offset, length] = [view.getUint32(136 + index * 12), view.getUint32(140 + index * 12)];
    expect(offset % 4).toBe(0);
    expect(offset + length).toBeLessThanOrEqual(profile.length);
  }
});
