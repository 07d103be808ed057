import { hasPermission, isOwn, requireOwn, requirePermission, withoutReaders } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { type FieldType, MANNERS } from "#lib/envelopes/core/fields/field-types.ts";
import { groupOf, MASK } from "#lib/envelopes/core/fields/form-field.ts";
import { writtenAnswer } from "#lib/envelopes/core/fields/written-answer.ts";
import type { EnvelopeId, FieldFileId } from "#lib/ids.ts";
import { optionOf } from "./core/pdf-form.ts";
import { type FieldRow, loadCeremony, loadFieldFiles, loadSealed } from "./store.ts";

/** What somebody who finished has entered, as their document has it. */
export interface AnswerView {
  readonly fieldId: string;
  readonly type: FieldType;
  readonly label: string;
  readonly person: string;
  /** Of a sensitive one only that there is something. */
  readonly text: string;
  readonly isSensitive: boolean;
  readonly mayReveal: boolean;
  readonly file: {
    readonly id: FieldFileId;
    readonly name: string;
    readonly sizeBytes: number;
    readonly sha256: string;
  } | null;
}

/** Answers of an envelope, of those who have finished. @throws signing/not-found; authorize/not-allowed */
export async function listAnswers(
  ctx: Context,
  input: { readonly envelopeId: EnvelopeId },
): Promise<readonly AnswerView[]> {
  const member = requirePermission(ctx, "envelope.read");
  return inTransaction(ctx, async (ctx) => {
    const { envelope, fields, recipients, values } = await loadCeremony(ctx, input.envelopeId, false);
    requireOwn(member, envelope, "envelope.read-all");
    if (envelope.purgedAt !== null) return [];
    const reveals =
      hasPermission(member, "answer.reveal") && isOwn(member, withoutReaders(envelope), "envelope.read-all");
    const people = new Map(
      recipients.filter(({ state }) => state === "finished").map(({ id, name }) => [id, name]),
    );
    const files = await loadFieldFiles(ctx, envelope.id);
    const sealed = await loadSealed(ctx, envelope.id);
    return fields.flatMap((field): AnswerView[] => {
      const { id: fieldId, type, settings, recipientId } = field;
      const person = people.get(recipientId);
      const value = values.get(fieldId) ?? "";
      if (person === undefined || value === "" || !isAnswer(field)) return [];
      const isSensitive = sealed.has(fieldId);
      const row = files.get(fieldId);
      const file = row ? { id: row.id, name: row.name, sizeBytes: row.sizeBytes, sha256: row.sha256 } : null;
      const text = isSensitive ? MASK : isPressed(type) ? optionOf(field) : writtenAnswer(field, value);
      const label = (groupOf(field) !== null && settings.group) || field.label;
      const mayReveal = isSensitive && reveals;
      return [{ fieldId, type, label, person, text: file ? file.name : text, isSensitive, mayReveal, file }];
    });
  });
}

const isAnswer = ({ type }: FieldRow): boolean =>
  MANNERS[type] !== "mark" && MANNERS[type] !== "shown" && type !== "date";
const isPressed = (type: FieldType): boolean => MANNERS[type] === "pressed";
