import { expect, test } from "vitest";
import { callFields, nameOf } from "#components/signing/field-box.tsx";
import type { CeremonyFieldView } from "#lib/signing/open-ceremony.ts";
import messages from "../../../../messages/en/sign.json" with { type: "json" };
import { isUnnamed, nearWords, type PageWords } from "./near-words.ts";

const line = (text: string, x: number, y: number, width = 0.1) => ({
  text,
  box: { x, y, width, height: 0.015 },
});
const box = (x: number, y: number, type: "text" | "checkbox" = "text") => ({
  ...{ x, y, width: type === "text" ? 0.3 : 0.02, height: 0.02, type, page: 0 },
});
const page = (words: Partial<PageWords>) => new Map([[0, { blocks: [], lines: [], ...words }]]);
const heading = (text: string, top: number) => ({ kind: "heading", level: 3, text, top }) as const;

test("a place is called by the words before it, else by those above it, and by none that are far", () => {
  const lines = [line("Town:", 0.1, 0.3), line("Account", 0.25, 0.475), line("Far away", 0.1, 0.9)];
  expect(nearWords(box(0.22, 0.3), page({ lines })).text).toBe("Town");
  expect(nearWords(box(0.25, 0.5), page({ lines })).text).toBe("Account");
  expect(nearWords(box(0.25, 0.7), page({ lines })).text).toBeNull();
});

test("a box to tick is called by what follows it, and runs of underscores or long sentences call nothing", () => {
  const lines = [
    line("I have read it", 0.14, 0.4),
    line("before", 0.02, 0.4, 0.07),
    line("______", 0.1, 0.6),
    line("x".repeat(90), 0.1, 0.7),
  ];
  expect(nearWords(box(0.11, 0.4, "checkbox"), page({ lines })).text).toBe("I have read it");
  expect(nearWords(box(0.22, 0.6), page({ lines })).text).toBeNull();
  expect(nearWords(box(0.22, 0.7), page({ lines })).text).toBeNull();
});

test("where words run from right to left, what stands to the right calls the place", () => {
  const lines = [line("المدينة", 0.6, 0.3), line("العنوان", 0.05, 0.3, 0.08)];
  expect(nearWords(box(0.25, 0.3), page({ lines })).text).toBe("المدينة");
});

test("the heading over it is its section, from a page before where there is none on its own", () => {
  const blocks = [heading("Parties", 0.1), heading("Payment", 0.4), heading("Notices", 0.8)];
  expect(nearWords(box(0.2, 0.5), page({ blocks })).section).toBe("Payment");
  expect(nearWords({ ...box(0.2, 0.5), page: 1 }, page({ blocks })).section).toBe("Notices");
  expect(nearWords(box(0.2, 0.05), page({ blocks })).section).toBeNull();
});

const field = (id: string, y: number, more: object = {}) =>
  ({
    ...box(0.4, y),
    id,
    documentId: "d",
    label: "",
    isRequired: true,
    settings: {},
    ...more,
  }) as never as CeremonyFieldView;

test("five fields that nobody labelled are called five different things, and a label stays what it is", () => {
  const words: PageWords = {
    blocks: [heading("Payment", 0.1), heading("Delivery", 0.6)],
    lines: [line("Bank", 0.28, 0.2)],
  };
  const fields = [
    ...[field("a", 0.2), field("b", 0.3), field("c", 0.4), field("d", 0.7)],
    field("e", 0.8, { label: "Town" }),
    field("f", 0.9, { type: "signature" }),
  ];
  const names = (texts: ReadonlyMap<string, PageWords | null>) =>
    callFields(fields, texts).map((one) => nameOf(one, messages.field));
  expect(names(new Map([["d:0", words]]))).toEqual([
    "Bank, page 1, section Payment, required",
    "Text 1, page 1, section Payment, required",
    "Text 2, page 1, section Payment, required",
    "Text, page 1, section Delivery, required",
    "Town, page 1, required",
    "Signature, page 1, required",
  ]);
  // Before the page's words are there, and on a page without any.
  const early = names(new Map());
  expect(new Set(early).size).toBe(early.length);
  expect(early[0]).toBe("Text 1, page 1, required");
});

test("what says itself what belongs there needs no label", () => {
  const of = (type: string, settings: object = {}, label = "") =>
    isUnnamed({ type, settings, label } as never);
  for (const type of ["signature", "date", "email", "company", "note"]) expect(of(type)).toBe(false);
  for (const type of ["text", "checkbox", "dropdown", "attachment", "amount"]) expect(of(type)).toBe(true);
  expect(of("checkbox", { option: "Yes" })).toBe(false);
  expect(of("text", {}, "Town")).toBe(false);
});
