import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { requireRecipient } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { FieldId } from "#lib/ids.ts";
import { drawingSvg } from "#lib/pdf/drawing/draw-svg.ts";
import { boxSize } from "#lib/pdf/fields.ts";
import { parseValue } from "./core/field-values.ts";
import { requireConsent, requireTurn } from "./core/finish.ts";
import { drawValue, pageOf } from "./draw-value.ts";
import { signingError } from "./errors.ts";
import { adoptedMarks } from "./marks.ts";
import { ceremonyOf, loadCeremony, saveValue } from "./store.ts";

const Input = z.object({
  fieldId: z.uuid().transform((id) => id as FieldId),
  /** Text as typed, `yes` for a checked box, `adopted` to put the mark there; empty to clear. */
  value: z.string().max(4_000),
});

/**
 * Keeps what a person entered, if it can be drawn in its field just so.
 *
 * @returns what the field looks like, as SVG; null when it is empty.
 * @throws signing/value-does-not-fit, value-not-drawable, value-too-long, field-not-yours
 */
export async function fillField(ctx: Context, input: z.input<typeof Input>): Promise<{ svg: string | null }> {
  const { recipientId, envelopeId } = requireRecipient(ctx);
  const { fieldId, value: given } = Input.parse(input);
  const marks = await inTransaction(ctx, (ctx) => adoptedMarks(ctx, recipientId));

  return inTransaction(ctx, async (ctx) => {
    const loaded = await loadCeremony(ctx, envelopeId, true);
    const ceremony = ceremonyOf(loaded, recipientId);
    requireTurn(ceremony);
    requireConsent(ceremony);
    const field = ceremony.fields.find(({ id }) => id === fieldId);
    if (!field) throw signingError("field-not-yours", `field ${fieldId}`);
    const page = pageOf(loaded, field);
    const value = parseValue(field.type, given, boxSize(field, page).heightPt);
    const drawing = drawValue(ctx, { field, value, page, marks, person: ceremony.recipient, at: ctx.now() });

    if ((ceremony.values.get(fieldId) ?? "") !== value) {
      await saveValue(ctx, fieldId, value);
      const data = { recipient: recipientId, field: fieldId, value: value === "" ? null : personal(value) };
      await appendEvent(ctx, { type: "field.filled", envelopeId, data });
    }
    return { svg: drawing ? drawingSvg(drawing, ctx.runtime.fonts) : null };
  });
}
