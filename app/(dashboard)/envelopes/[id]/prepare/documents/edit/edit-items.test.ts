import { expect, test } from "vitest";
import { PageEdits } from "#lib/envelopes/core/documents/page-edits.ts";
import { boundsOf, type EditItem, editsOf, itemBetween, movedBy, resizedBy } from "./edit-items.ts";

const made = { id: "1", page: 0, color: "ink", text: "Hello" } as const;
const at = (x: number, y: number) => ({ x, y });

test("dragging in any direction makes a box, and a click one of the usual size within the page", () => {
  const box = boundsOf(itemBetween("mark", at(0.5, 0.5), at(0.25, 0.25), made)!);
  expect(box).toMatchObject({ x: 0.25, y: 0.25, width: 0.25, height: 0.25 });
  const clicked = boundsOf(itemBetween("text", at(0.99, 0.99), at(0.99, 0.99), made)!);
  expect(clicked.x + clicked.width).toBeLessThanOrEqual(1);
  expect(clicked.y + clicked.height).toBeLessThanOrEqual(1);
});

test("nothing is moved or made larger than its page", () => {
  const mark = itemBetween("mark", at(0.5, 0.5), at(0.7, 0.6), made)!;
  expect(boundsOf(movedBy(mark, 9, -9))).toMatchObject({ x: 0.8, y: 0 });
  const large = boundsOf(resizedBy(mark, 9, 9));
  expect([large.x + large.width, large.y + large.height]).toEqual([1, 1]);
  const line = itemBetween("line", at(0.1, 0.1), at(0.3, 0.2), made)!;
  expect(boundsOf(movedBy(line, 9, 9))).toMatchObject({ x: expect.closeTo(0.8), y: expect.closeTo(0.9) });
  expect(boundsOf(resizedBy(line, 0.1, -9)).height).toBeLessThan(0.01);
});

test("what is made is what the server takes, and an empty text is left out", () => {
  const tools = ["mark", "text", "rectangle", "ellipse", "highlight", "line"] as const;
  const items = tools.map((tool) => itemBetween(tool, at(0.1, 0.1), at(0.4, 0.2), made)!);
  const empty = { ...items[1], text: "  " } as EditItem;
  const edits = editsOf([...items, empty]);
  expect(PageEdits.parse(edits)).toEqual(edits);
  expect([edits.marks.length, edits.additions.length]).toEqual([1, 5]);
});
