import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { canonicalJson, type Json } from "#lib/audit/core/canonical-json.ts";
import { requireRecipient } from "#lib/authorize.ts";
import { fromBase64, fromUtf8, sha256, toHex } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { reachedAt } from "#lib/envelopes/core/reached-at.ts";
import { isTaken } from "#lib/identity/core/mark-methods.ts";
import { type EnvelopeId, type RecipientId, uuidV7 } from "#lib/ids.ts";
import { drawField } from "#lib/pdf/appearance.ts";
import { drawingSvg } from "#lib/pdf/drawing/draw-svg.ts";
import type { Mark } from "#lib/pdf/drawing/mark.ts";
import { HAND_STYLES } from "#lib/pdf/text/faces.ts";
import { isRefused } from "#lib/pdf/text/layout.ts";
import { personKey } from "./consent/record-act.ts";
import { requireConsent, requireTurn } from "./core/finish.ts";
import type { MarkDigests } from "./core/shown-answers.ts";
import { signingError } from "./errors.ts";
import { markMethods } from "./mark-methods.ts";
import { digestsOf } from "./marks.ts";
import { Strokes } from "./read-strokes.ts";
import { refuseDrawing } from "./refuse-drawing.ts";
import { readSaved } from "./saved-marks/read-saved.ts";
import { loadSaved, type SavedMarkRow } from "./saved-marks/store.ts";
import { ceremonyOf, loadCeremony, loadMarks, type RecipientRow, saveMark } from "./store.ts";

export const MarkInput = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("typed"),
    text: z.string().trim().min(1).max(120),
    style: z.enum([...HAND_STYLES, "plain"]),
  }),
  z.object({
    type: z.literal("drawn"),
    strokes: Strokes,
    /** Width of the pad divided by its height. */
    aspect: z.number().min(0.1).max(20),
  }),
  z.object({
    type: z.literal("uploaded"),
    /** A PNG or JPEG file, base64. */
    picture: z.string().max(8 * 1024 * 1024),
  }),
  /** What the person kept for next time. */
  z.object({ type: z.literal("kept") }),
]);
export type MarkInput = z.input<typeof MarkInput>;

const Input = z.object({ signature: MarkInput, initials: MarkInput.nullable() });

/** As large as a signature usually is: what does not draw here draws nowhere. */
const TRIAL_BOX = { widthPt: 200, heightPt: 60 };

/**
 * Takes the marks a person wants to sign with. Nothing is signed by that.
 *
 * @returns what they look like, as SVG, and which they are.
 * @throws signing/mark-method-off where sender or organization take none made so; value-not-drawable, mark-too-small, mark-too-large, picture-unreadable
 */
export async function adoptMarks(
  ctx: Context,
  input: z.input<typeof Input>,
): Promise<{ signature: string; initials: string | null; digests: MarkDigests }> {
  const { recipientId, envelopeId } = requireRecipient(ctx);
  const { signature, initials } = Input.parse(input);
  const { kept, methods } = await inTransaction(ctx, async (ctx) => {
    const recipient = await requireActing(ctx, envelopeId, recipientId, false);
    const { envelope } = await loadCeremony(ctx, envelopeId, false);
    const methods = await markMethods(ctx, envelope);
    return { kept: await loadSaved(ctx, personKey(ctx.organizationId, reachedAt(recipient))), methods };
  });
  const prepare = async (kind: "signature" | "initials", mark: z.output<typeof MarkInput>) => {
    const saved = kept.find((row) => row.kind === kind);
    return { kind, ...(await prepareMark(ctx, envelopeId, mark, saved)) };
  };
  const prepared = [
    await prepare("signature", signature),
    ...(initials ? [await prepare("initials", initials)] : []),
  ];
  for (const { mark } of prepared)
    if (!isTaken(mark.type, methods)) throw signingError("mark-method-off", mark.type);
  for (const mark of prepared)
    if (mark.pixels)
      await ctx.runtime.files.put(mark.pixels.key, [mark.pixels.bytes], mark.pixels.bytes.length);

  const digests = await inTransaction(ctx, async (ctx) => {
    await requireActing(ctx, envelopeId, recipientId, true);
    for (const { kind, mark, content, sha256, pixels, keptSince } of prepared) {
      const adoptedAt = ctx.now();
      const id = uuidV7(adoptedAt.getTime(), ctx.runtime.random(10));
      const { organizationId } = ctx;
      const fileKey = pixels?.key ?? null;
      const method = mark.type;
      await saveMark(ctx, {
        organizationId,
        id,
        recipientId,
        kind,
        method,
        content,
        fileKey,
        sha256,
        adoptedAt,
      });
      await appendEvent(ctx, {
        type: "mark.adopted",
        envelopeId,
        data: { recipient: recipientId, kind, method, sha256, keptSince: keptSince?.toISOString() },
      });
    }
    return digestsOf(await loadMarks(ctx, recipientId));
  });
  return { signature: prepared[0]!.svg, initials: prepared[1]?.svg ?? null, digests };
}

/** Asked before anything is stored, and again when it counts. */
async function requireActing(
  ctx: Context,
  envelopeId: EnvelopeId,
  recipientId: RecipientId,
  lock: boolean,
): Promise<RecipientRow> {
  const ceremony = ceremonyOf(await loadCeremony(ctx, envelopeId, lock), recipientId);
  requireTurn(ceremony);
  requireConsent(ceremony);
  return ceremony.recipient;
}

export interface PreparedMark {
  readonly mark: Mark;
  readonly content: unknown;
  readonly sha256: string;
  readonly pixels: { readonly key: string; readonly bytes: Uint8Array } | null;
  readonly svg: string;
  /** Of a mark kept for next time. */
  readonly keptSince: Date | null;
}

/** A mark as it is drawn and kept; nothing is written. Part of a verb. */
export async function prepareMark(
  ctx: Context,
  envelopeId: EnvelopeId,
  input: z.output<typeof MarkInput>,
  saved: SavedMarkRow | undefined,
): Promise<PreparedMark> {
  const { runtime, organizationId } = ctx;
  const { mark, content, pixels } = await contentOf(ctx, input, saved);
  const drawing = drawField({ kind: "initials", mark }, TRIAL_BOX, runtime.fonts);
  if (isRefused(drawing)) throw refuseDrawing(drawing);
  const hash = toHex(sha256(pixels ?? fromUtf8(canonicalJson(content))));
  const key = `org/${organizationId}/envelopes/${envelopeId}/marks/${hash}.rgba.enc`;
  const svg = drawingSvg(drawing, runtime.fonts);
  const keptSince = input.type === "kept" ? saved!.savedAt : null;
  return { mark, content, sha256: hash, pixels: pixels ? { key, bytes: pixels } : null, svg, keptSince };
}

interface MarkContent {
  readonly mark: Mark;
  readonly content: Json;
  readonly pixels: Uint8Array | null;
}

async function contentOf(
  ctx: Context,
  input: z.output<typeof MarkInput>,
  saved: SavedMarkRow | undefined,
): Promise<MarkContent> {
  if (input.type === "uploaded") return readPicture(ctx, input.picture);
  if (input.type !== "kept") return { mark: input, content: input, pixels: null };
  if (!saved) throw signingError("mark-missing", "none is kept");
  return readSaved(ctx, saved);
}

/** An uploaded picture is decoded apart from us and kept as bare pixels. */
async function readPicture(ctx: Context, picture: string) {
  const { widthPx, heightPx, rgba } = await ctx.runtime.sandbox.run("picture", {
    bytes: fromBase64(picture),
  });
  const mark: Mark = { type: "uploaded", image: { widthPx, heightPx, rgba } };
  return { mark, content: { widthPx, heightPx }, pixels: rgba };
}
