import { expect, test } from "vitest";
import { inReadingOrder } from "#lib/pdf/page-text/text-blocks.ts";
import { byTabOrder, middlesInOrder } from "./tab-order.ts";

const of = (tabOrder?: number) => ({ settings: tabOrder === undefined ? {} : { tabOrder } });

test("a numbered field comes before one without, the smaller number first, and nothing is said of two without", () => {
  expect(byTabOrder(of(3), of())).toBeLessThan(0);
  expect(byTabOrder(of(), of(3))).toBeGreaterThan(0);
  expect(byTabOrder(of(2), of(10))).toBeLessThan(0);
  expect(byTabOrder(of(), of())).toBe(0);
});

test("among the words of a page fields stand in the order they are gone through", () => {
  const blocks = [0.1, 0.5, 0.8].map((top) => ({ kind: "paragraph", text: `${top}`, top }) as const);
  const fields = [
    { id: "last line, first asked", y: 0.85, height: 0.02 },
    { id: "top", y: 0.2, height: 0.02 },
    { id: "middle", y: 0.6, height: 0.02 },
  ];
  const middles = middlesInOrder(fields);
  const read = inReadingOrder(blocks, fields, ({ id }) => middles.get(id)!);
  expect(read.flatMap(({ things }) => things.map(({ id }) => id))).toEqual(fields.map(({ id }) => id));
  // Read from the top, each stays with the words it belongs to.
  const plain = [fields[1]!, fields[2]!, fields[0]!];
  const own = middlesInOrder(plain);
  const parts = inReadingOrder(blocks, plain, ({ id }) => own.get(id)!);
  expect(parts.map(({ things }) => things.length)).toEqual([0, 1, 1, 1]);
});
