import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { lastSequence } from "#lib/audit/read-chain.ts";
import { requireRecipient } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { groupOf, MASK } from "#lib/envelopes/core/fields/form-field.ts";
import { separatorsOf } from "#lib/envelopes/core/fields/typed-number.ts";
import type { EnvelopeId, FieldId, RecipientId } from "#lib/ids.ts";
import { drawingSvg } from "#lib/pdf/drawing/draw-svg.ts";
import { boxSize } from "#lib/pdf/fields.ts";
import { type CeremonyField, parseValue } from "./core/field-values.ts";
import { type Ceremony, requireConsent, requireTurn } from "./core/finish.ts";
import { drawValue, pageOf } from "./draw-value.ts";
import { signingError } from "./errors.ts";
import { adoptedMarks } from "./marks.ts";
import { sealValue } from "./sealed-values.ts";
import { ceremonyOf, loadCeremony, type SealedValue, saveValue } from "./store.ts";

const Input = z.object({
  fieldId: z.uuid().transform((id) => id as FieldId),
  /** Text as typed, `yes` for a checked box, `adopted` to put the mark there; empty to clear. */
  value: z.string().max(4_000),
  /** The language numbers were typed in, BCP 47; left out, they are as they are kept. */
  locale: z
    .string()
    .max(35)
    .regex(/^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*$/)
    .optional(),
});

/**
 * Keeps what a person entered, if it is what the field asks for and can be drawn in it just so. Choosing one of a
 * group of radio buttons lets go of the others.
 *
 * @returns what the field looks like, as SVG, null when it is empty; how far the trail had come when it was kept so.
 * @throws signing/value-wrong, value-does-not-fit, value-not-drawable, value-too-long, field-not-yours
 */
export async function fillField(
  ctx: Context,
  input: z.input<typeof Input>,
): Promise<{ svg: string | null; asOf: number }> {
  const { recipientId, envelopeId } = requireRecipient(ctx);
  const { fieldId, value: given, locale } = Input.parse(input);
  const separators = locale ? separatorsOf(locale) : undefined;
  const marks = await inTransaction(ctx, (ctx) => adoptedMarks(ctx, recipientId));
  const sealed = await sealFirst(ctx, { envelopeId, recipientId, fieldId, given });

  return inTransaction(ctx, async (ctx) => {
    const loaded = await loadCeremony(ctx, envelopeId, true);
    const ceremony = ceremonyOf(loaded, recipientId);
    const field = requireOwnField(ceremony, fieldId);
    if (field.settings.isBlock) throw signingError("field-not-yours", `field ${fieldId} is a block`);
    const page = pageOf(loaded, field);
    const value = parseValue(field, given, boxSize(field, page).heightPt, separators);
    const about = { field, page, marks, file: null, person: ceremony.recipient, at: ctx.now() };
    const isSensitive = field.settings.isSensitive === true && value !== "";
    // What the document will show must fit, whatever the screen shows in its place.
    const entered = drawValue(ctx, { ...about, value });
    const drawing = isSensitive ? drawValue(ctx, { ...about, value: MASK }) : entered;

    const current = ceremony.values.get(fieldId) ?? "";
    let asOf: number | null = null;
    if (isSensitive && value !== MASK) {
      await saveValue(ctx, fieldId, MASK, sealed);
      const data = { recipient: recipientId, field: fieldId, sealedSha256: sealed!.sealedSha256 };
      asOf = (await appendEvent(ctx, { type: "field.filled", envelopeId, data })).sequence;
    } else if (current !== value) {
      if (value !== "") await clearOthers(ctx, ceremony, field, envelopeId);
      asOf = await saveFilled(ctx, { envelopeId, recipientId, fieldId, value });
    }
    asOf ??= await lastSequence(ctx, envelopeId);
    return { svg: drawing ? drawingSvg(drawing, ctx.runtime.fonts) : null, asOf };
  });
}

/** @throws signing/field-not-yours, and what requireTurn and requireConsent throw */
export function requireOwnField(ceremony: Ceremony, fieldId: FieldId): CeremonyField {
  requireTurn(ceremony);
  requireConsent(ceremony);
  const field = ceremony.fields.find(({ id }) => id === fieldId);
  if (!field) throw signingError("field-not-yours", `field ${fieldId}`);
  return field;
}

interface Entered {
  readonly envelopeId: EnvelopeId;
  readonly recipientId: RecipientId;
  readonly fieldId: FieldId;
}

/** Files are written before the database says that they are there. */
async function sealFirst(
  ctx: Context,
  { envelopeId, recipientId, fieldId, given }: Entered & { readonly given: string },
): Promise<SealedValue | null> {
  const field = await inTransaction(ctx, async (ctx) =>
    requireOwnField(ceremonyOf(await loadCeremony(ctx, envelopeId, false), recipientId), fieldId),
  );
  if (!field.settings.isSensitive || given === MASK) return null;
  const value = parseValue(field, given, 0);
  return value === "" ? null : sealValue(ctx, envelopeId, value);
}

/** @returns the event's place in the trail. */
export async function saveFilled(
  ctx: Context,
  { envelopeId, recipientId, fieldId, value }: Entered & { readonly value: string },
): Promise<number> {
  await saveValue(ctx, fieldId, value);
  const data = { recipient: recipientId, field: fieldId, value: value === "" ? null : personal(value) };
  return (await appendEvent(ctx, { type: "field.filled", envelopeId, data })).sequence;
}

async function clearOthers(
  ctx: Context,
  { fields, values, recipient }: Ceremony,
  field: CeremonyField,
  envelopeId: EnvelopeId,
): Promise<void> {
  if (field.type !== "radio") return;
  const group = groupOf(field);
  for (const other of fields) {
    const isChosen = other.id !== field.id && (values.get(other.id) ?? "") !== "";
    if (!isChosen || group === null || groupOf(other) !== group) continue;
    const [recipientId, fieldId] = [recipient.id as RecipientId, other.id as FieldId];
    await saveFilled(ctx, { envelopeId, recipientId, fieldId, value: "" });
  }
}
