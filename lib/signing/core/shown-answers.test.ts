import { expect, test } from "vitest";
import type { FieldSettings } from "#lib/envelopes/core/fields/field-settings.ts";
import type { FieldType } from "#lib/envelopes/core/fields/field-types.ts";
import { MASK } from "#lib/envelopes/core/fields/form-field.ts";
import { separatorsOf } from "#lib/envelopes/core/fields/typed-number.ts";
import { isRefusal } from "#lib/errors.ts";
import { requireAnswers } from "./shown-answers.ts";

const field = (type: FieldType, settings: FieldSettings = {}) => ({
  ...{ id: "f", recipientId: "r", documentId: "d", page: 0, x: 0, y: 0, width: 1, height: 1 },
  ...{ type, label: "", isRequired: true, settings },
});

function isTaken(
  type: FieldType,
  shown: string | undefined,
  kept: string,
  settings?: FieldSettings,
): boolean {
  const values: Record<string, string> = shown === undefined ? {} : { f: shown };
  const answers = { values, separators: separatorsOf("de") };
  try {
    requireAnswers([field(type, settings)], new Map([["f", kept]]), answers, () => 12);
    return true;
  } catch (error) {
    if (isRefusal(error, "signing/answers-changed")) return false;
    throw error;
  }
}

test("what is read as what is kept is the same answer, and nothing else is", () => {
  expect(isTaken("text", " Porto ", "Porto")).toBe(true);
  expect(isTaken("text", "Porto", "Lisbon")).toBe(false);
  expect(isTaken("text", "", "Lisbon")).toBe(false);
  expect(isTaken("text", "Porto", "")).toBe(false);
  expect(isTaken("number", "1.234,5", "1234.5")).toBe(true);
  expect(isTaken("number", "1.234", "1.234")).toBe(true);
  expect(isTaken("number", "1.235", "1.234")).toBe(false);
  expect(isTaken("number", "no number", "5")).toBe(false);
  expect(isTaken("checkbox", "", "yes")).toBe(false);
});

test("of files and sensitive answers only whether there is one is compared", () => {
  expect(isTaken("attachment", "here", "5b6e09c0")).toBe(true);
  expect(isTaken("attachment", "", "5b6e09c0")).toBe(false);
  expect(isTaken("ssn", "078-05-1120", MASK, { isSensitive: true })).toBe(true);
  expect(isTaken("ssn", "", MASK, { isSensitive: true })).toBe(false);
});

test("what nobody enters, and what the screen did not name, is not compared", () => {
  expect(isTaken("formula", "1", "2")).toBe(true);
  expect(isTaken("date", "", "1 May 2026")).toBe(true);
  expect(isTaken("text", "a", "b", { isReadOnly: true })).toBe(true);
  expect(isTaken("text", undefined, "b")).toBe(true);
});
