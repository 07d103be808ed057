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
import { type FieldFileId, type FieldId, uuidV7 } from "#lib/ids.ts";
import { drawingSvg } from "#lib/pdf/drawing/draw-svg.ts";
import type { Mark } from "#lib/pdf/drawing/mark.ts";
import type { CeremonyField } from "./core/field-values.ts";
import { drawValue, pageOf } from "./draw-value.ts";
import { signingError } from "./errors.ts";
import { requireOwnField } from "./fill-field.ts";
import { ceremonyOf, loadCeremony, saveFieldFile, saveValue } from "./store.ts";

const Input = z.object({
  fieldId: z.uuid().transform((id) => id as FieldId),
  /** As the person's device calls it. */
  name: typedLine(1_000),
});
const LONGEST_NAME = 120;
const MOST_FILES = 50;

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
  const { organizationId, runtime } = ctx;
  const field = await inTransaction(ctx, async (ctx) =>
    requireFileField(ceremonyOf(await loadCeremony(ctx, envelopeId, false), recipientId), fieldId),
  );
  const content = await received(bytes, mostBytes(field));
  const name = shortName(given);
  const { mediaType, isPicture } = requireKind(field, content, name);
  const pixels = isPicture && field.type !== "attachment" ? await pictureIn(ctx, field, content) : null;
  const addedAt = ctx.now();
  const id = uuidV7(addedAt.getTime(), runtime.random(10)) as FieldFileId;
  const folder = `org/${organizationId}/envelopes/${envelopeId}/attachments`;
  const fileKey = `${folder}/${id}.bin.enc`;
  await runtime.files.put(fileKey, [content], content.length);
  const pixelsKey = pixels ? `${folder}/${id}.rgba.enc` : null;
  if (pixels) await runtime.files.put(pixelsKey!, [pixels.rgba], pixels.rgba.length);
  const hash = toHex(sha256(content));

  return inTransaction(ctx, async (ctx) => {
    const loaded = await loadCeremony(ctx, envelopeId, true);
    const ceremony = ceremonyOf(loaded, recipientId);
    requireFileField(ceremony, fieldId);
    await within(ctx);
    const { widthPx = null, heightPx = null } = pixels ?? {};
    const picture: Mark | null = pixels ? { type: "uploaded", image: pixels } : null;
    const drawing = drawValue(ctx, {
      ...{ field, value: id, page: pageOf(loaded, field), person: ceremony.recipient, at: addedAt },
      marks: { signature: null, initials: null },
      file: { name, sha256: hash, picture },
    });
    await saveFieldFile(
      ctx,
      {
        ...{ organizationId, id, envelopeId, fieldId, name, mediaType, sizeBytes: content.length },
        ...{ sha256: hash, fileKey, pixelsKey, widthPx, heightPx, addedAt },
      },
      MOST_FILES,
    );
    await saveValue(ctx, fieldId, id);
    await appendEvent(ctx, {
      type: "file.attached",
      envelopeId,
      data: {
        ...{ recipient: recipientId, field: fieldId, file: personal(name) },
        ...{ sha256: hash, sizeBytes: content.length, mediaType },
      },
    });
    return { value: id, svg: drawing ? drawingSvg(drawing, ctx.runtime.fonts) : null };
  });
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
function shortName(given: string): string {
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

function requireKind(field: CeremonyField, content: Uint8Array, name: string) {
  const found = sniffFile(content, name);
  if ("refusal" in found) throw signingError(REFUSALS[found.refusal], `${content.length} bytes`);
  if (!acceptedKinds(field).includes(found.kind)) throw signingError("file-kind", found.mediaType);
  const isPicture = found.kind === "picture";
  if (isPicture && found.pixels === null) throw signingError("file-unreadable", "no size in it");
  if ((found.pixels ?? 0) > PICTURE_PIXELS) throw signingError("file-pixels", `${found.pixels} pixels`);
  return { mediaType: found.mediaType, isPicture };
}

/** Decoded apart from us; of a stamp the paper becomes transparent, a photograph keeps it. */
async function pictureIn(ctx: Context, field: CeremonyField, bytes: Uint8Array) {
  try {
    return await ctx.runtime.sandbox.run("picture", { bytes, keepsPaper: field.type === "image" });
  } catch (error) {
    if (!isRefusal(error, "signing/picture-unreadable")) throw error;
    throw signingError("file-unreadable", "a picture that cannot be decoded", { cause: error });
  }
}
