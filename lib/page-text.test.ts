import { readFileSync } from "node:fs";
import path from "node:path";
import { PDFiumLibrary } from "@hyzyla/pdfium";
import { expect, test } from "vitest";
import { readPageText } from "./page-text.ts";
import { textBlocks } from "./pdf/page-text/text-blocks.ts";

const documents = path.join(import.meta.dirname, "../e2e/documents");

async function firstPage(name: string) {
  const library = await PDFiumLibrary.init();
  const document = await library.loadDocument(readFileSync(path.join(documents, name)));
  const { characters, structure } = readPageText(document.getPage(0));
  return { characters, structure, blocks: textBlocks(characters, structure) };
}

test("a tagged contract reads as its author meant it, words apart", async () => {
  const { blocks, structure } = await firstPage("nda.pdf");
  expect(structure.length).toBeGreaterThan(0);
  expect(blocks[0]).toMatchObject({ kind: "heading", level: 1, text: "Mutual non-disclosure agreement" });
  expect(blocks).toContainEqual(expect.objectContaining({ kind: "heading", text: "1. Purpose" }));
});

test("the same contract without its tags reads in the same order", async () => {
  const { blocks, characters } = await firstPage("nda.pdf");
  const words = (parts: typeof blocks) =>
    parts
      .map((block) => ("text" in block ? block.text : block.cells.join(" ")))
      .join(" ")
      .replaceAll(/\s+/g, " ");
  const untagged = textBlocks(characters, []);
  expect(words(untagged)).toBe(words(blocks));
  expect(untagged[0]).toMatchObject({ kind: "heading", text: "Mutual non-disclosure agreement" });
});
