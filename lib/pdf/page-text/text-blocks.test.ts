import { expect, test } from "vitest";
import { inReadingOrder, type PageCharacter, type PageElement, textBlocks } from "./text-blocks.ts";

/** Lines as PDFium gives them, one after the other. */
const written = (
  lines: readonly { text: string; top: number; height?: number; left?: number; id?: number }[],
): PageCharacter[] =>
  lines.flatMap(({ text, top, height = 0.012, left = 0.1, id = -1 }) =>
    [...text, "\n"].map((character, index) => ({
      ...{ text: character, left: left + index * 0.005, right: left + (index + 1) * 0.005 },
      ...{ top, bottom: top + height, markedContentId: id },
    })),
  );

test("lines that stand close together are one paragraph, and a large short line is a heading", () => {
  const characters = written([
    { text: "Lease", top: 0.05, height: 0.03 },
    { text: "The tenant pays", top: 0.12 },
    { text: "every month.", top: 0.137 },
    { text: "It begins in May.", top: 0.2 },
  ]);
  expect(textBlocks(characters, [])).toMatchObject([
    { kind: "heading", text: "Lease" },
    { kind: "paragraph", text: "The tenant pays every month." },
    { kind: "paragraph", text: "It begins in May." },
  ]);
});

test("columns beside each other stay apart", () => {
  const characters = written([
    { text: "left one", top: 0.1 },
    { text: "left two", top: 0.117 },
    { text: "right one", top: 0.1, left: 0.6 },
    { text: "right two", top: 0.117, left: 0.6 },
  ]);
  expect(textBlocks(characters, []).map((block) => "text" in block && block.text)).toEqual([
    "left one left two",
    "right one right two",
  ]);
});

const element = (type: string, ...children: (PageElement | number)[]): PageElement => ({ type, children });

test("a tagged page is read as its tags say, not as it is painted", () => {
  const characters = written([
    { text: "Second", top: 0.3, id: 2 },
    { text: "Title", top: 0.1, id: 0 },
    { text: "First", top: 0.2, id: 1 },
    { text: "Rent", top: 0.4, id: 3 },
    { text: "900", top: 0.4, left: 0.5, id: 4 },
    { text: "a point", top: 0.5, id: 5 },
  ]);
  const structure = [
    element(
      "Document",
      element("H1", 0),
      element("P", element("Span", 1)),
      element("P", 2),
      element("Table", element("TR", element("TH", 3), element("TD", 4))),
      element("L", element("LI", element("LBody", 5))),
      { ...element("Figure"), alternative: "A map" },
    ),
  ];
  expect(textBlocks(characters, structure)).toMatchObject([
    { kind: "heading", level: 1, text: "Title" },
    { kind: "paragraph", text: "First" },
    { kind: "paragraph", text: "Second" },
    { kind: "row", cells: ["Rent", "900"], isHeader: false },
    { kind: "item", text: "a point" },
    { kind: "figure", text: "A map" },
  ]);
});

test("tags that leave out most of the page are not believed", () => {
  const characters = written([
    { text: "tagged", top: 0.1, id: 0 },
    { text: "a much longer line without any tag", top: 0.3 },
  ]);
  expect(textBlocks(characters, [element("P", 0)])).toHaveLength(2);
});

test("a picture has no text", () => {
  expect(textBlocks([], [])).toEqual([]);
});

test("a field comes after the text that begins above its middle", () => {
  const blocks = textBlocks(
    written([
      { text: "one", top: 0.1 },
      { text: "two", top: 0.5 },
    ]),
    [],
  );
  const order = inReadingOrder(blocks, [0.3, 0.05, 0.9], (middle) => middle);
  expect(order.map(({ things }) => things)).toEqual([[0.05], [0.3], [0.9]]);
});
