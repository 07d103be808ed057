import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { requireRecipient } from "#lib/authorize.ts";
import { gatherBytes, sha256, toHex } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { isFile } from "#lib/envelopes/core/fields/field-types.ts";
import { acceptedKinds, mostBytes, PICTURE_PIXELS } from "#lib/envelopes/core/fields/file-kinds.ts";
import { sniffFile } from "#lib/envelopes/core/fields/sniff-file.ts";
import { isRefusal } from "#lib/errors.ts";
import { cutText, typedLine } from "#lib/identity/core/typed-text.ts";
import { type EnvelopeId, type FieldFileId, type FieldId, type RecipientId, uuidV7 } from "#lib/ids.ts";
import { drawingSvg } from "#lib/pdf/drawing/draw-svg.ts";
import type { Mark } from "#lib/pdf/drawing/mark.ts";
import type { CeremonyField } from "./core/field-values.ts";
import { type DrawnValue, drawValue, pageOf } from "./draw-value.ts";
import { signingError } from "./errors.ts";
import { requireOwnField } from "./fill-field.ts";
import { ceremonyOf, type FieldFileRow, loadCeremony, saveFieldFile, saveValue } from "./store.ts";

const Input = z.object({
  fieldId: z.uuid().transform((id) => id as FieldId),
  /** As the person's device calls it. */
  name: typedLine(1_000),
});
const LONGEST_NAME = 120;
export const MOST_FILES = 50;

/**
 * Keeps a file that a person gives: attached to the envelope, or as the picture of a field. What it is, its bytes
 * say; they are stored under the envelope's key before anything says that they are there.
 *
 * @param within has to hold, and is done, in the transaction that takes the file.
 * @returns the field's new value, and what it looks like.
 * @throws signing/file-too-large, file-empty, file-kind, file-heic, file-svg, file-disguised, file-pixels,
 * file-unreadable, files-too-many, field-not-yours, value-does-not-fit
 */
export async function attachFile(
  ctx: Context,
  input: z.input<typeof Input>,
  bytes: AsyncIterable<Uint8Array>,
  within: (ctx: Context) => Promise<void> = async () => {},
): Promise<{ value: FieldFileId; svg: string | null }> {
  const { recipientId, envelopeId } = requireRecipient(ctx);
  const { fieldId, name: given } = Input.parse(input);
  const field = await inTransaction(ctx, async (ctx) =>
    requireFileField(ceremonyOf(await loadCeremony(ctx, envelopeId, false), recipientId), fieldId),
  );
  const content = await received(bytes, mostBytes(field));
  const { row, picture } = await storeFile(ctx, { field, envelopeId, name: shortName(given), content });

  return inTransaction(ctx, async (ctx) => {
    const loaded = await loadCeremony(ctx, envelopeId, true);
    const ceremony = ceremonyOf(loaded, recipientId);
    requireFileField(ceremony, fieldId);
    await within(ctx);
    const place = { field, page: pageOf(loaded, field), person: ceremony.recipient };
    const file = { name: row.name, sha256: row.sha256, picture };
    const drawing = drawFile(ctx, { ...place, value: row.id, file, at: row.addedAt });
    await saveFieldFile(ctx, row, MOST_FILES);
    const asOf = await noteAttached(ctx, recipientId, row);
    return { value: row.id, svg: drawing ? drawingSvg(drawing, ctx.runtime.fonts) : null, asOf };
  });
}

type FileRow = Omit<FieldFileRow, "kitId">;

/** The file stands in its field from now on. Part of a verb. @returns the event's place in the trail. */
export async function noteAttached(ctx: Context, recipientId: RecipientId, row: FileRow): Promise<number> {
  const { id, envelopeId, fieldId, name, sha256, sizeBytes, mediaType } = row;
  await saveValue(ctx, fieldId, id);
  const { sequence } = await appendEvent(ctx, {
    type: "file.attached",
    envelopeId,
    data: {
      ...{ recipient: recipientId, field: fieldId, file: personal(name) },
      ...{ sha256, sizeBytes, mediaType },
    },
  });
  return sequence;
}

/** What a given file looks like in its field. @throws signing/value-does-not-fit, value-not-drawable */
export const drawFile = (ctx: Context, drawn: Omit<DrawnValue, "marks">) =>
  drawValue(ctx, { ...drawn, marks: { signature: null, initials: null } });

interface Stored {
  readonly field: Pick<CeremonyField, "id" | "type" | "settings">;
  readonly envelopeId: EnvelopeId;
  readonly name: string;
  readonly content: Uint8Array;
}

/**
 * Writes a file before the database says that it is there. Part of a verb.
 *
 * @throws signing/file-empty, file-kind, file-heic, file-svg, file-disguised, file-pixels, file-unreadable
 */
export async function storeFile(
  ctx: Context,
  { field, envelopeId, name, content }: Stored,
): Promise<{ readonly row: FileRow; readonly picture: Mark | null }> {
  const { organizationId, runtime } = ctx;
  const { mediaType, isPicture } = requireKind(field, content, name);
  const pixels = isPicture && field.type !== "attachment" ? await pictureIn(ctx, field, content) : null;
  const addedAt = ctx.now();
  const id = uuidV7(addedAt.getTime(), runtime.random(10)) as FieldFileId;
  const folder = `org/${organizationId}/envelopes/${envelopeId}/attachments`;
  const fileKey = `${folder}/${id}.bin.enc`;
  await runtime.files.put(fileKey, [content], content.length);
  const pixelsKey = pixels ? `${folder}/${id}.rgba.enc` : null;
  if (pixels) await runtime.files.put(pixelsKey!, [pixels.rgba], pixels.rgba.length);
  const { widthPx = null, heightPx = null } = pixels ?? {};
  const row = {
    ...{ organizationId, id, envelopeId, fieldId: field.id as FieldId, name, mediaType },
    ...{ sizeBytes: content.length, sha256: toHex(sha256(content)), fileKey, pixelsKey, widthPx, heightPx },
    addedAt,
  };
  return { row, picture: pixels ? { type: "uploaded", image: pixels } : null };
}

/** @throws signing/field-not-yours for a field that takes no file, or somebody else's */
export function requireFileField(ceremony: ReturnType<typeof ceremonyOf>, fieldId: FieldId): CeremonyField {
  const field = requireOwnField(ceremony, fieldId);
  if (!isFile(field.type)) throw signingError("field-not-yours", `a field of type ${field.type}`);
  return field;
}

async function received(bytes: AsyncIterable<Uint8Array>, most: number): Promise<Uint8Array> {
  return gatherBytes(bytes, most, () => signingError("file-too-large", `more than ${most} bytes`));
}

/** The name with its ending, as far as there is room. */
export function shortName(given: string): string {
  const bare = given.split(/[\\/]/).at(-1) ?? "";
  if (bare.length <= LONGEST_NAME) return bare || "file";
  const ending = /\.[A-Za-z0-9]{1,8}$/.exec(bare)?.[0] ?? "";
  return `${cutText(bare, LONGEST_NAME - ending.length)}${ending}`;
}

const REFUSALS = {
  empty: "file-empty",
  heic: "file-heic",
  svg: "file-svg",
  kind: "file-kind",
  disguised: "file-disguised",
} as const;

function requireKind(field: Stored["field"], content: Uint8Array, name: string) {
  const found = sniffFile(content, name);
  if ("refusal" in found) throw signingError(REFUSALS[found.refusal], `${content.length} bytes`);
  if (!acceptedKinds(field).includes(found.kind)) throw signingError("file-kind", found.mediaType);
  const isPicture = found.kind === "picture";
  if (isPicture && found.pixels === null) throw signingError("file-unreadable", "no size in it");
  if ((found.pixels ?? 0) > PICTURE_PIXELS) throw signingError("file-pixels", `${found.pixels} pixels`);
  return { mediaType: found.mediaType, isPicture };
}

/** Decoded apart from us; of a stamp the paper becomes transparent, a photograph keeps it. */
async function pictureIn(ctx: Context, field: Stored["field"], bytes: Uint8Array) {
  try {
    return await ctx.runtime.sandbox.run("picture", { bytes, keepsPaper: field.type === "image" });
  } catch (error) {
    if (!isRefusal(error, "signing/picture-unreadable")) throw error;
    throw signingError("file-unreadable", "a picture that cannot be decoded", { cause: error });
  }
}
