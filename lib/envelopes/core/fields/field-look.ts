import type { FieldContent } from "#lib/pdf/appearance.ts";
import type { FieldType } from "./field-types.ts";
import type { FormField } from "./form-field.ts";
import { writtenAnswer } from "./written-answer.ts";

/** A text field as high as two lines takes several; a note always does. */
const MULTILINE_FROM_PT = 30;
const MANY_LINES = new Set<FieldType>(["text", "note", "link", "attachment"]);
export const isMultiline = (type: FieldType, heightPt: number): boolean =>
  MANY_LINES.has(type) && heightPt >= MULTILINE_FROM_PT;

/** Whether letters stand in it, so that it can be said how they are set. */
export const isSet = (type: FieldType): boolean => !NOT_SET.has(type);
const NOT_SET = new Set<FieldType>([
  ...(["signature", "initials", "stamp", "image", "checkbox", "radio", "cells"] as const),
  ...(["approve", "decline"] as const),
]);

const AT_THE_END = new Set<FieldType>(["number", "amount", "formula"]);

/** What an answer of letters looks like in its field. */
export function fieldLook(
  field: Pick<FormField, "type" | "settings">,
  value: string,
  heightPt: number,
): FieldContent {
  const text = writtenAnswer(field, value);
  const { type, settings } = field;
  if (type === "cells" && !settings.isSensitive) return { kind: "cells", text, cells: settings.cells ?? 8 };
  return {
    kind: "text",
    text,
    lines: isMultiline(type, heightPt) ? "multiple" : "single",
    ...(settings.align ? { align: settings.align } : AT_THE_END.has(type) ? { align: "right" as const } : {}),
    ...(settings.sizePt ? { preferredSizePt: settings.sizePt } : {}),
    ...(settings.font && settings.font !== "plain" ? { style: settings.font } : {}),
  };
}
