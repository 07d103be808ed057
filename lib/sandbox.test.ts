import sharp from "sharp";
import { expect, test } from "vitest";
import { memoryFiles } from "./adapters/files/memory-files.ts";
import { memoryMasterKey } from "./adapters/master-key/memory-master-key.ts";
import { fileOf, onePage, stream } from "./pdf/testing.ts";
import { openSandbox } from "./runtime.ts";

test("a page is shown with what earlier signers put into its fields", async () => {
  const objects = [
    ...onePage("", "/Annots [6 0 R]", "/AcroForm <</Fields [6 0 R]>>"),
    "<</Type /Annot /Subtype /Widget /FT /Tx /Ff 1 /F 132 /T (a) /V (filled) /Rect [50 25 150 75] /AP <</N 7 0 R>>>>",
    stream("0 0 100 50 re f", "/Subtype /Form /BBox [0 0 100 50]"),
  ];
  const files = memoryFiles(memoryMasterKey());
  await files.put("page.enc", [fileOf(objects)], 1 << 20);
  const { release, ...handle } = await files.handle("page.enc");
  const sandbox = openSandbox({ entry: new URL("./sandbox.ts", import.meta.url), size: 1 });
  try {
    const { image } = await sandbox.run("render", { files: [handle], page: 0, widthPx: 200 });
    const { data, info } = await sharp(image).raw().toBuffer({ resolveWithObject: true });
    const at = (x: number, y: number) => data[(y * info.width + x) * info.channels];
    expect([at(100, 50), at(10, 10)]).toEqual([0, 255]);
  } finally {
    await sandbox.close();
    await release();
  }
});
