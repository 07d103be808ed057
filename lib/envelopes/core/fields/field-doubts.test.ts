import { expect, test } from "vitest";
import type { DraftField } from "../draft.ts";
import { fieldDoubts } from "./field-doubts.ts";
import type { FieldRule } from "./field-rules.ts";

const field = (id: string, change: Partial<DraftField> = {}): DraftField => ({
  ...{ id, documentId: "d", recipientId: "ana", type: "text", page: 0, label: "", isRequired: true },
  ...{ x: 0.1, y: 0.1, width: 0.2, height: 0.05, settings: {} },
  ...change,
});
const told = (fields: readonly DraftField[], rules: readonly FieldRule[] = []) =>
  fieldDoubts(fields, rules).map(({ kind, fieldId, otherId }) => [kind, fieldId, otherId]);

test("fields that lie on one another are told, each pair once", () => {
  expect(told([field("a"), field("b", { x: 0.2 }), field("c", { y: 0.12 })])).toEqual([
    ["overlap", "a", "b"],
    ["overlap", "a", "c"],
    ["overlap", "b", "c"],
  ]);
});

test("beside, below, on another page or in another document they do not", () => {
  const touching = field("b", { x: 0.295 });
  expect(
    told([
      field("a"),
      touching,
      field("c", { y: 0.151 }),
      field("d", { page: 1 }),
      field("e", { documentId: "x" }),
    ]),
  ).toEqual([]);
});

test("where an answer shows one or the other, they may share a place", () => {
  const rule = (effect: string, targets: string[]) =>
    ({ effect, targets, tests: [] }) as unknown as FieldRule;
  const both = [field("a"), field("b")];
  expect(told(both, [rule("show", ["a"]), rule("hide", ["b"])])).toEqual([]);
  expect(told(both, [rule("show", ["a"]), rule("require", ["b"])])).toHaveLength(1);
});

test("two questions of one name are told; buttons of a group and signatures are not", () => {
  const apart = (id: string, at: number, change: Partial<DraftField>) => field(id, { y: at / 10, ...change });
  const group = { type: "radio", settings: { group: "Pets" }, label: "Pets" } as const;
  expect(
    told([
      apart("a", 1, { label: "Rent" }),
      apart("b", 2, { label: " rent", recipientId: "ben" }),
      apart("c", 3, group),
      apart("d", 4, group),
      apart("e", 5, { type: "signature", label: "Tenant" }),
      apart("f", 6, { type: "signature", label: "Tenant" }),
    ]),
  ).toEqual([["same-label", "b", "a"]]);
});
