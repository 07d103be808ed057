import { z } from "zod";
import { type MemberActor, requireOwn, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { dueAt, openUntil } from "#lib/envelopes/core/answer-time.ts";
import { takesDefault } from "#lib/envelopes/core/fields/field-types.ts";
import { MASK } from "#lib/envelopes/core/fields/form-field.ts";
import { readAnswer } from "#lib/envelopes/core/fields/read-answer.ts";
import { separatorsOf } from "#lib/envelopes/core/fields/typed-number.ts";
import { isAsked, signs } from "#lib/envelopes/core/roles.ts";
import { envelopesError } from "#lib/envelopes/errors.ts";
import { noteOpening } from "#lib/envelopes/note-opening.ts";
import type { EnvelopeId, FieldId, RecipientId } from "#lib/ids.ts";
import { drawingSvg } from "#lib/pdf/drawing/draw-svg.ts";
import { boxSize } from "#lib/pdf/fields.ts";
import { MarkInput, prepareMark } from "./adopt-mark.ts";
import { parseValue } from "./core/field-values.ts";
import { asShownTo } from "./core/shown-documents.ts";
import { drawValue, pageOf } from "./draw-value.ts";
import { signingError } from "./errors.ts";
import { markMethods } from "./mark-methods.ts";
import type { AdoptedMarks } from "./marks.ts";
import { type CeremonyView, consentOf, documentsOf, fieldsOf, rulesOf, settledOf } from "./open-ceremony.ts";
import { type MarkChoice, markChoices } from "./preview-mark.ts";
import { ceremonyOf, type LoadedCeremony, loadCeremony, loadSender } from "./store.ts";

const Person = z.object({
  envelopeId: z.uuid().transform((id) => id as EnvelopeId),
  recipientId: z.uuid().transform((id) => id as RecipientId),
});

const NO_MARKS: AdoptedMarks = { signature: null, initials: null };
const DAY_MS = 86_400_000;

/**
 * What somebody in a draft will see when their link comes, in their turn, with what the sender filled in. Looking makes no
 * link and changes nothing.
 *
 * @throws signing/not-found, envelopes/not-a-draft
 */
export async function previewCeremony(ctx: Context, input: z.input<typeof Person>): Promise<CeremonyView> {
  const member = requirePermission(ctx, "envelope.manage");
  const { envelopeId, recipientId } = Person.parse(input);
  return inTransaction(ctx, async (ctx) => {
    const loaded = await loadDraft(ctx, member, envelopeId);
    const ceremony = ceremonyOf(loaded, recipientId);
    const { recipient } = ceremony;
    const { envelope, recipients } = loaded;
    if (!isAsked(recipient.role)) throw signingError("not-found", `recipient ${recipientId} does nothing`);
    const { organizationName, ...sender } = await loadSender(ctx, envelope);
    const consent = await consentOf(ctx, loaded, recipient, recipient.language ? [recipient.language] : []);
    const { id, name, email, phone, role } = recipient;
    return {
      ...{ status: "ready", asOf: 0, title: envelope.title, shortId: envelope.shortId },
      ...{ message: envelope.message, note: recipient.note, organizationName, sender, endReason: null },
      expiresAt: openUntil(
        dueAt(recipient, ctx.now()),
        new Date(ctx.now().getTime() + envelope.expiryDays * DAY_MS),
      ),
      me: {
        ...{
          id,
          name,
          email,
          phone: email === "" ? phone : "",
          role,
          meaning: (signs(role) && recipient.meaning) || null,
        },
        ...{ onBehalfOf: recipient.onBehalfOf, isShownAll: recipient.hiddenDocuments.length === 0 },
        ...{ isDone: false, certificateId: null },
      },
      ...{ sessionMs: null, attests: [], hasStated: true, progress: "preview" },
      ...{ isSealing: false, isDelayed: false, keptOffline: null, inPerson: null, kept: null },
      delegation: { rule: "nobody", needsSender: false, needsPhone: false },
      toName: recipients
        .filter(({ namedBy }) => namedBy === id)
        .map(({ id, role, name, email }) => ({ id, role, name, email })),
      alternatives: [],
      others: recipients
        .filter((other) => other.id !== id && isAsked(other.role) && other.name !== "")
        .map((other) => ({ name: other.name, isDone: false })),
      // Nobody reads the word out of a notice that is not sent yet.
      consent: { ...consent, isGiven: false, isAccessShown: true, change: null, withdrawnAt: null },
      documents: documentsOf(asShownTo(loaded, recipient)),
      fields: fieldsOf(ctx, loaded, ceremony, NO_MARKS, new Map()),
      ...{
        rules: rulesOf(ceremony),
        settled: settledOf(ceremony),
        marks: { signature: null, initials: null },
        markDigests: { signature: null, initials: null },
      },
      markMethods: await markMethods(ctx, envelope),
      seenPages: envelope.asksForEveryPage ? [] : null,
    };
  });
}

const Entered = Person.extend({
  fieldId: z.uuid().transform((id) => id as FieldId),
  value: z.string().max(4_000),
  /** The language numbers were typed in, BCP 47. */
  locale: z.string().max(35).optional(),
  /** What was chosen in the preview: it is kept there and nowhere else. */
  marks: z.object({ signature: MarkInput.nullable(), initials: MarkInput.nullable() }),
});

/**
 * What an entry would look like in its field. Nothing is kept.
 *
 * @returns SVG, null when it is empty. @throws what filling in would be refused with
 */
export async function previewValue(
  ctx: Context,
  input: z.input<typeof Entered>,
): Promise<{ readonly svg: string | null }> {
  const member = requirePermission(ctx, "envelope.manage");
  const { envelopeId, recipientId, fieldId, value: given, locale, marks: chosen } = Entered.parse(input);
  const marks = {
    signature: chosen.signature && (await prepareMark(ctx, envelopeId, chosen.signature, undefined)).mark,
    initials: chosen.initials && (await prepareMark(ctx, envelopeId, chosen.initials, undefined)).mark,
  };
  return inTransaction(ctx, async (ctx) => {
    const loaded = await loadDraft(ctx, member, envelopeId);
    const { fields, recipient: person } = ceremonyOf(loaded, recipientId);
    const field = fields.find(({ id }) => id === fieldId);
    if (!field) throw signingError("field-not-yours", `field ${fieldId}`);
    const page = pageOf(loaded, field);
    const separators = locale ? separatorsOf(locale) : undefined;
    const value = parseValue(field, given, boxSize(field, page).heightPt, separators);
    const about = { field, page, marks, file: null, person, at: ctx.now() };
    const entered = drawValue(ctx, { ...about, value });
    const isSensitive = field.settings.isSensitive === true && value !== "";
    const drawing = isSensitive ? drawValue(ctx, { ...about, value: MASK }) : entered;
    return { svg: drawing ? drawingSvg(drawing, ctx.runtime.fonts) : null };
  });
}

/** A name as it would look as a signature in each style. @throws signing/value-not-drawable */
export async function previewMarks(
  ctx: Context,
  input: { readonly envelopeId: string; readonly text: string },
): Promise<readonly MarkChoice[]> {
  const member = requirePermission(ctx, "envelope.manage");
  const envelopeId = Person.shape.envelopeId.parse(input.envelopeId);
  await inTransaction(ctx, (ctx) => loadDraft(ctx, member, envelopeId));
  return markChoices(ctx, input.text);
}

const Marks = Person.pick({ envelopeId: true }).extend({
  signature: MarkInput,
  initials: MarkInput.nullable(),
});

/** What marks would look like. Nothing is kept. @throws signing/value-not-drawable, mark-too-small, picture-unreadable */
export async function previewAdoption(
  ctx: Context,
  input: z.input<typeof Marks>,
): Promise<{ readonly signature: string; readonly initials: string | null }> {
  const member = requirePermission(ctx, "envelope.manage");
  const { envelopeId, signature, initials } = Marks.parse(input);
  await inTransaction(ctx, (ctx) => loadDraft(ctx, member, envelopeId));
  const drawn = async (mark: z.output<typeof MarkInput>) =>
    (await prepareMark(ctx, envelopeId, mark, undefined)).svg;
  return { signature: await drawn(signature), initials: initials && (await drawn(initials)) };
}

/** A draft of the member who looks, with the values it will begin with. @throws signing/not-found, envelopes/not-a-draft */
async function loadDraft(ctx: Context, member: MemberActor, envelopeId: EnvelopeId): Promise<LoadedCeremony> {
  const loaded = await loadCeremony(ctx, envelopeId, false);
  const { envelope, fields } = loaded;
  if (envelope.deletedAt) throw signingError("not-found", `envelope ${envelopeId}`);
  requireOwn(member, envelope, "envelope.manage-all");
  await noteOpening(ctx, member, envelope);
  if (envelope.state !== "draft") throw envelopesError("not-a-draft", `envelope is ${envelope.state}`);
  const values = new Map<string, string>();
  for (const field of fields) {
    const { value } = field.settings;
    if (!value || !takesDefault(field.type)) continue;
    const read = readAnswer(field, value);
    if ("value" in read && read.value !== "") values.set(field.id, read.value);
  }
  return { ...loaded, values: values as LoadedCeremony["values"] };
}
