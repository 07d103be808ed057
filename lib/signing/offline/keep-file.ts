import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { authorizeError, requireRecipient } from "#lib/authorize.ts";
import { gatherBytes } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { isFile } from "#lib/envelopes/core/fields/field-types.ts";
import { mostBytes } from "#lib/envelopes/core/fields/file-kinds.ts";
import { typedLine } from "#lib/identity/core/typed-text.ts";
import { limitRate } from "#lib/identity/limit-rate.ts";
import type { FieldId, RecipientId } from "#lib/ids.ts";
import { drawFile, noteAttached, requireFileField, shortName, storeFile } from "../attach-file.ts";
import { OFFLINE_FILES } from "../core/offline-acts.ts";
import { pageOf } from "../draw-value.ts";
import { signingError } from "../errors.ts";
import { givenFile } from "../given-files.ts";
import { byDevice, ceremonyOf, loadCeremony } from "../store.ts";
import { findKitFile, kitFiles, lockKit, saveKitFile } from "./store.ts";

const Input = z.object({
  kitId: z.uuid(),
  fieldId: z.uuid().transform((id) => id as FieldId),
  /** As the person's device calls it. */
  name: typedLine(1_000),
});

const FILES = { tries: 200, windowSeconds: 3600 };

/**
 * Takes the bytes of a file that somebody gave without a network; the act that gave it comes after, signed by the
 * device, and names its hash. Where things went on meanwhile it is kept all the same, and stands in no field. The same
 * again changes nothing.
 *
 * @throws signing/offline-kit-unknown, offline-too-much, file-too-large, and what {@link storeFile} refuses
 */
export async function keepFile(
  ctx: Context,
  input: z.input<typeof Input>,
  bytes: AsyncIterable<Uint8Array>,
): Promise<{ readonly sha256: string }> {
  const { actor } = ctx;
  if (actor.kind === "link-holder") throw authorizeError("check-missing", `recipient ${actor.recipientId}`);
  if (actor.kind !== "recipient") throw authorizeError("not-a-recipient", `a ${actor.kind} asks`);
  const { kitId, fieldId, name: given } = Input.parse(input);
  const { recipientId, envelopeId } = actor;
  await limitRate(ctx.runtime, `offline-file:${recipientId}`, FILES);
  const requireKit = async (ctx: Context) => {
    const loaded = await loadCeremony(byDevice(ctx), envelopeId, true);
    const kit = await lockKit(ctx, kitId);
    if (kit?.recipientId !== recipientId || loaded.envelope.purgedAt !== null)
      throw signingError("offline-kit-unknown", `kit ${kitId}`);
    const field = loaded.fields.find(({ id }) => id === fieldId);
    if (!field || !isFile(field.type)) throw signingError("field-not-yours", `field ${fieldId}`);
    return field;
  };
  const field = await inTransaction(ctx, requireKit);
  const most = Math.min(mostBytes(field), OFFLINE_FILES.bytes);
  const content = await gatherBytes(bytes, most, () => signingError("file-too-large", `over ${most} bytes`));
  const { row } = await storeFile(ctx, { field, envelopeId, name: shortName(given), content });

  return inTransaction(ctx, async (ctx) => {
    await requireKit(ctx);
    const { sha256, sizeBytes, name } = row;
    const known = await kitFiles(ctx, kitId);
    if (known.some((one) => one.fieldId === fieldId && one.sha256 === sha256 && one.name === name))
      return { sha256 };
    const all = known.reduce((sum, one) => sum + one.sizeBytes, sizeBytes);
    if (known.length >= OFFLINE_FILES.most || all > OFFLINE_FILES.allBytes)
      throw signingError("offline-too-much", `${known.length + 1} files, ${all} bytes`);
    await saveKitFile(ctx, { ...row, kitId });
    await appendEvent(ctx, {
      type: "offline-file.received",
      envelopeId,
      data: {
        ...{ recipient: recipientId, kit: kitId, field: fieldId, file: personal(name) },
        ...{ sha256, sizeBytes, mediaType: row.mediaType },
      },
    });
    return { sha256 };
  });
}

const Given = z.object({
  fieldId: z.uuid().transform((id) => id as FieldId),
  name: typedLine(1_000),
  sha256: z.string().max(64),
});

/**
 * Puts a file of a kit into the field it was given for. Part of a verb.
 *
 * @throws signing/offline-file-missing when its bytes never came; and what online giving refuses
 */
export async function attachKept(ctx: Context, input: z.input<typeof Given>): Promise<void> {
  const { recipientId, envelopeId } = requireRecipient(ctx);
  const { fieldId, name, sha256 } = Given.parse(input);
  const kitId = ctx.actor.kind === "recipient" ? ctx.actor.offline?.kit : undefined;
  if (!kitId) throw signingError("offline-kit-unknown", "no kit");
  await inTransaction(ctx, async (ctx) => {
    const loaded = await loadCeremony(ctx, envelopeId, true);
    const ceremony = ceremonyOf(loaded, recipientId);
    const field = requireFileField(ceremony, fieldId);
    const row = await findKitFile(ctx, { kitId, fieldId, sha256, name: shortName(name) });
    if (!row) throw signingError("offline-file-missing", `field ${fieldId}`);
    const place = { field, page: pageOf(loaded, field), person: ceremony.recipient };
    // What cannot stand there is refused here as it would be online.
    drawFile(ctx, { ...place, value: row.id, file: await givenFile(ctx, row), at: ctx.now() });
    await noteAttached(ctx, recipientId as RecipientId, row);
  });
}
