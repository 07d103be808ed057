import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import type { FaceName } from "#lib/ports/fonts.ts";
import { FACE_FILES, packageFonts } from "./package-fonts.ts";

const root = path.resolve(import.meta.dirname, "../../..");
const faces = Object.keys(FACE_FILES) as FaceName[];
const glyfFont = Buffer.from([0, 1, 0, 0]);
const wasm = Buffer.from("\0asm");

test.each(faces)("%s is a TrueType font, and the same array each time", (face) => {
  const fonts = packageFonts(root);
  const bytes = fonts.bytes(face);
  expect(Buffer.from(bytes.subarray(0, 4))).toEqual(glyfFont);
  expect(fonts.bytes(face)).toBe(bytes);
});

test("the subsetter is a WebAssembly module that imports nothing", () => {
  const bytes = packageFonts(root).subsetter();
  expect(Buffer.from(bytes.subarray(0, 4))).toEqual(wasm);
  expect(WebAssembly.Module.imports(new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>))).toEqual([]);
});

test("a worker thread finds the fonts, from wherever the process was started", async () => {
  const elsewhere = mkdtempSync(path.join(tmpdir(), "whereof-fonts-"));
  const before = process.cwd();
  process.chdir(elsewhere);
  try {
    const worker = new Worker(
      `const { parentPort, workerData } = require("node:worker_threads");
       import(workerData.module).then(({ packageFonts }) =>
         parentPort.postMessage(packageFonts(workerData.root).bytes("sans").length));`,
      { eval: true, workerData: { root, module: path.join(import.meta.dirname, "package-fonts.ts") } },
    );
    const size = await new Promise((resolve, reject) => worker.on("message", resolve).on("error", reject));
    expect(size).toBe(packageFonts(root).bytes("sans").length);
    await worker.terminate();
  } finally {
    process.chdir(before);
    rmSync(elsewhere, { recursive: true });
  }
});
