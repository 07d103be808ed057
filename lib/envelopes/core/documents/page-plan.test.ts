import { expect, test } from "vitest";
import type { DocumentId } from "#lib/ids.ts";
import { movedFields, movesOf, type PagePlan, rulesFor, turned } from "./page-plan.ts";

const [one, two, made] = ["one", "two", "made"] as unknown as DocumentId[];
const box = { x: 0.1, y: 0.2, width: 0.3, height: 0.05 };
const field = (id: string, documentId: string, page: number) => ({ id, documentId, page, ...box });

test("a field on a page that is turned stands on the same spot, and four turns are none", () => {
  const once = turned(box, 90);
  expect(once).toEqual({ x: 0.75, y: 0.1, width: 0.05, height: 0.3 });
  const twice = turned(once, 90);
  const half = turned(box, 180);
  for (const key of ["x", "y", "width", "height"] as const) expect(twice[key]).toBeCloseTo(half[key]);
  const around = turned(turned(half, 90), 90);
  for (const key of ["x", "y", "width", "height"] as const) expect(around[key]).toBeCloseTo(box[key]);
  const back = turned(turned(box, 90), 270);
  for (const key of ["x", "y", "width", "height"] as const) expect(back[key]).toBeCloseTo(box[key]);
});

test("fields go with their pages; a page that is there twice has them where it comes first", () => {
  const plan: PagePlan = [
    { keeps: two! },
    {
      name: "a.pdf",
      pages: [
        { documentId: one!, page: 2, turn: 0 },
        { documentId: one!, page: 0, turn: 0 },
        { documentId: one!, page: 2, turn: 180 },
      ],
    },
  ];
  const fields = [field("a", one!, 0), field("b", one!, 1), field("c", one!, 2), field("d", two!, 0)];
  const { fields: moved } = movedFields({ fields, rules: [] }, movesOf(plan, [two!, made!]));
  expect(moved.map(({ id, documentId, page }) => [id, documentId, page])).toEqual([
    ["a", made, 1],
    ["c", made, 0],
    ["d", two, 0],
  ]);
  expect(moved[0]).toMatchObject(box);
});

test("a rule without its fields goes, one with some of them stays", () => {
  const rule = {
    ...{ id: "r", combine: "all", effect: "show", value: "", targets: ["a", "b"] },
    tests: [{ fieldId: "c", operator: "filled", value: "" }],
  } as Parameters<typeof rulesFor>[0][number];
  expect(rulesFor([rule], new Set(["a", "c"]))).toMatchObject([{ targets: ["a"] }]);
  expect(rulesFor([rule], new Set(["a", "b"]))).toEqual([]);
  expect(rulesFor([{ ...rule, effect: "capture", targets: [] }], new Set(["c"]))).toHaveLength(1);
});
