import { expect, test } from "vitest";
import { type GuidedField, inReadingOrder, isTask, nextOptional, nextStep } from "./guide.ts";

const field = (id: string, change: Partial<GuidedField> = {}): GuidedField => ({
  ...{ id, documentId: "contract", type: "text", page: 0, x: 0.1, y: 0.1, isRequired: true, settings: {} },
  ...change,
});
const filled =
  (...ids: string[]) =>
  (id: string) =>
    ids.includes(id);

test("fields are read document by document, page by page, line by line", () => {
  const fields = [
    field("annex", { documentId: "annex" }),
    field("second page", { page: 1 }),
    field("right", { x: 0.6, y: 0.501 }),
    field("left", { x: 0.1, y: 0.504 }),
    field("top", { x: 0.9 }),
  ];
  const ids = inReadingOrder(fields, ["contract", "annex"]).map(({ id }) => id);
  expect(ids).toEqual(["top", "left", "right", "second page", "annex"]);
});

test("what the sender numbered comes first on its page, by number, and on no other page", () => {
  const fields = [
    field("top"),
    field("second", { y: 0.9, settings: { tabOrder: 2 } }),
    field("first", { y: 0.95, settings: { tabOrder: 1 } }),
    field("next page", { page: 1, settings: { tabOrder: 1 } }),
  ];
  const ids = inReadingOrder(fields, ["contract"]).map(({ id }) => id);
  expect(ids).toEqual(["first", "second", "top", "next page"]);
  expect(nextStep(inReadingOrder(fields, ["contract"]), filled("first"), "first")).toMatchObject({
    fieldId: "second",
  });
});

test("a date and what is not required are no tasks", () => {
  expect(isTask(field("date", { type: "date" }))).toBe(false);
  expect(isTask(field("note", { isRequired: false }))).toBe(false);
  expect(isTask(field("name", { type: "name" }))).toBe(true);
});

test("guidance starts at the first open field", () => {
  const fields = [field("a"), field("b")];
  expect(nextStep(fields, filled("a"), null)).toEqual({ kind: "start", fieldId: "b", position: 2 });
});

test("guidance goes on from where the person is", () => {
  const fields = [field("a"), field("b"), field("c")];
  expect(nextStep(fields, filled(), "b")).toEqual({ kind: "next", fieldId: "c", position: 3 });
});

test("guidance comes back to what was left open further up", () => {
  const fields = [field("a"), field("b")];
  expect(nextStep(fields, filled("b"), "b")).toEqual({ kind: "next", fieldId: "a", position: 1 });
});

test("the field somebody is at and left empty is asked for again", () => {
  const fields = [field("a"), field("b")];
  expect(nextStep(fields, filled("a"), "b")).toEqual({ kind: "next", fieldId: "b", position: 2 });
});

test("a place for a mark is signed, not visited", () => {
  const fields = [field("sign", { type: "signature" })];
  const step = { kind: "mark", mark: "signature", fieldId: "sign", position: 1 };
  expect(nextStep(fields, filled(), null)).toEqual(step);
});

test("what is optional does not keep anybody from finishing", () => {
  const fields = [field("sign", { type: "signature" }), field("note", { isRequired: false })];
  expect(nextStep(fields, filled("sign"), "sign")).toEqual({ kind: "finish" });
});

test("what need not be filled in is gone through in order, round and round, and counted", () => {
  const optional = (id: string) => field(id, { isRequired: false });
  const fields = [optional("a"), field("b"), optional("c"), field("d", { type: "date", isRequired: false })];
  const empty =
    (...ids: string[]) =>
    (id: string) =>
      ids.includes(id);
  expect(nextOptional(fields, empty("a", "b", "c", "d"), null)).toEqual({ fieldId: "a", count: 2 });
  expect(nextOptional(fields, empty("a", "c"), "b")).toEqual({ fieldId: "c", count: 2 });
  expect(nextOptional(fields, empty("a"), "c")).toEqual({ fieldId: "a", count: 1 });
  expect(nextOptional(fields, empty("b"), null)).toBeNull();
});
