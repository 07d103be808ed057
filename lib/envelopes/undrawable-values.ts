import type { Context } from "#lib/context.ts";
import { drawField } from "#lib/pdf/appearance.ts";
import { boxSize } from "#lib/pdf/fields.ts";
import type { PageBox } from "#lib/pdf/placement.ts";
import { isRefused } from "#lib/pdf/text/layout.ts";
import type { Blocker } from "./core/blockers.ts";
import type { DraftField } from "./core/draft.ts";
import { fieldLook } from "./core/fields/field-look.ts";
import { isPressed } from "./core/fields/field-types.ts";
import { readAnswer } from "./core/fields/read-answer.ts";

/** Fields whose text of the sender's does not go into them: nobody who signs could put that right. */
export function undrawableValues(
  ctx: Context,
  fields: readonly DraftField[],
  documents: readonly { readonly id: string; readonly pages: readonly PageBox[] }[],
): Blocker[] {
  return fields.flatMap((field): Blocker[] => {
    const { settings, type } = field;
    const page = documents.find(({ id }) => id === field.documentId)?.pages[field.page];
    const read = settings.value && page && !isPressed(type) ? readAnswer(field, settings.value) : null;
    if (!read || "problem" in read || read.value === "") return [];
    const box = boxSize(field, page!);
    const isDrawn = !isRefused(drawField(fieldLook(field, read.value, box.heightPt), box, ctx.runtime.fonts));
    return isDrawn ? [] : [{ code: "field-value-not-drawable", fieldId: field.id }];
  });
}
