import { expect, test } from "vitest";
import { drawField } from "#lib/pdf/appearance.ts";
import type { TextPart } from "#lib/pdf/drawing/drawing.ts";
import { isRefused } from "#lib/pdf/text/layout.ts";
import { fonts } from "#lib/pdf/text/testing.ts";
import { fieldLook, isSet } from "./field-look.ts";
import { FieldSettings } from "./field-settings.ts";
import { FIELD_TYPES, type FieldType } from "./field-types.ts";

const BOX = { widthPt: 160, heightPt: 24 };
const lookOf = (settings: object, type: FieldType = "text", value = "As agreed") =>
  fieldLook({ type, settings: FieldSettings.parse(settings) }, value, BOX.heightPt);

function drawn(settings: object, value?: string) {
  const drawing = drawField(lookOf(settings, "text", value), BOX, fonts);
  if (isRefused(drawing)) throw new Error(drawing.reason);
  return JSON.stringify((drawing.parts[0] as TextPart).layout);
}

test("what is said of the font, the size and the place is what is drawn", () => {
  expect(lookOf({})).toEqual({ kind: "text", text: "As agreed", lines: "single" });
  expect(lookOf({ font: "serif", sizePt: 9, align: "center" })).toMatchObject({
    ...{ style: "serif", preferredSizePt: 9, align: "center" },
  });
  // A placeholder is no answer.
  expect(lookOf({ placeholder: "12 Oak Street" })).toEqual(lookOf({}));
  const ways = [
    {},
    { font: "serif" },
    { font: "mono" },
    { sizePt: 8 },
    { align: "center" },
    { align: "right" },
  ];
  expect(new Set(ways.map((settings) => drawn(settings))).size).toBe(ways.length);
  expect(drawn({ font: "plain", align: "left" })).toBe(drawn({}));
});

test("numbers stand at the end unless somebody says otherwise", () => {
  expect(lookOf({}, "number", "12")).toMatchObject({ align: "right" });
  expect(lookOf({ align: "left" }, "number", "12")).toMatchObject({ align: "left" });
});

test("an answer that would not fit in the size that was chosen is set smaller, and never cut", () => {
  expect(() => drawn({ sizePt: 36 }, "An answer that is longer than its field")).not.toThrow();
});

test("sizes nobody could read, and fonts we do not have, are refused", () => {
  for (const wrong of [{ sizePt: 5 }, { sizePt: 40 }, { font: "comic" }, { align: "justify" }])
    expect(FieldSettings.safeParse(wrong).success).toBe(false);
});

test("it is said of fields in which letters stand", () => {
  expect(FIELD_TYPES.filter(isSet)).toEqual(expect.arrayContaining(["text", "date", "amount", "note"]));
  expect(FIELD_TYPES.filter((type) => !isSet(type))).toEqual(
    expect.arrayContaining(["signature", "checkbox", "image"]),
  );
});
