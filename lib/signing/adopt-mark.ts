import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { canonicalJson } from "#lib/audit/core/canonical-json.ts";
import { requireRecipient } from "#lib/authorize.ts";
import { fromBase64, fromUtf8, sha256, toHex } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { type EnvelopeId, type RecipientId, uuidV7 } from "#lib/ids.ts";
import { drawField } from "#lib/pdf/appearance.ts";
import { drawingSvg } from "#lib/pdf/drawing/draw-svg.ts";
import type { Mark } from "#lib/pdf/drawing/mark.ts";
import { MAXIMUM_POINTS } from "#lib/pdf/drawing/strokes.ts";
import { HAND_STYLES } from "#lib/pdf/text/faces.ts";
import { isRefused } from "#lib/pdf/text/layout.ts";
import { requireConsent, requireTurn } from "./core/finish.ts";
import { refuseDrawing } from "./refuse-drawing.ts";
import { ceremonyOf, loadCeremony, saveMark } from "./store.ts";

const point = z.object({ x: z.number(), y: z.number(), pressure: z.number().min(0).max(1).optional() });

export const MarkInput = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("typed"),
    text: z.string().trim().min(1).max(120),
    style: z.enum([...HAND_STYLES, "plain"]),
  }),
  z.object({
    type: z.literal("drawn"),
    strokes: z.array(z.array(point).max(MAXIMUM_POINTS)).max(1_000),
    /** Width of the pad divided by its height. */
    aspect: z.number().min(0.1).max(20),
  }),
  z.object({
    type: z.literal("uploaded"),
    /** A PNG or JPEG file, base64. */
    picture: z.string().max(8 * 1024 * 1024),
  }),
]);
export type MarkInput = z.input<typeof MarkInput>;

const Input = z.object({ signature: MarkInput, initials: MarkInput.nullable() });

/** As large as a signature usually is: what does not draw here draws nowhere. */
const TRIAL_BOX = { widthPt: 200, heightPt: 60 };

/**
 * Takes the marks a person wants to sign with. Nothing is signed by that.
 *
 * @returns what they look like, as SVG.
 * @throws signing/value-not-drawable, mark-too-small, mark-too-large, picture-unreadable
 */
export async function adoptMarks(
  ctx: Context,
  input: z.input<typeof Input>,
): Promise<{ signature: string; initials: string | null }> {
  const { recipientId, envelopeId } = requireRecipient(ctx);
  const { signature, initials } = Input.parse(input);
  await inTransaction(ctx, (ctx) => requireActing(ctx, envelopeId, recipientId, false));
  const prepared = [
    { kind: "signature" as const, ...(await prepareMark(ctx, envelopeId, signature)) },
    ...(initials ? [{ kind: "initials" as const, ...(await prepareMark(ctx, envelopeId, initials)) }] : []),
  ];
  for (const mark of prepared)
    if (mark.pixels)
      await ctx.runtime.files.put(mark.pixels.key, [mark.pixels.bytes], mark.pixels.bytes.length);

  await inTransaction(ctx, async (ctx) => {
    await requireActing(ctx, envelopeId, recipientId, true);
    for (const { kind, mark, content, sha256, pixels } of prepared) {
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
        data: { recipient: recipientId, kind, method, sha256 },
      });
    }
  });
  return { signature: prepared[0]!.svg, initials: prepared[1]?.svg ?? null };
}

/** Asked before anything is stored, and again when it counts. */
async function requireActing(
  ctx: Context,
  envelopeId: EnvelopeId,
  recipientId: RecipientId,
  lock: boolean,
): Promise<void> {
  const ceremony = ceremonyOf(await loadCeremony(ctx, envelopeId, lock), recipientId);
  requireTurn(ceremony);
  requireConsent(ceremony);
}

interface PreparedMark {
  readonly mark: Mark;
  readonly content: unknown;
  readonly sha256: string;
  readonly pixels: { readonly key: string; readonly bytes: Uint8Array } | null;
  readonly svg: string;
}

async function prepareMark(
  ctx: Context,
  envelopeId: EnvelopeId,
  input: z.output<typeof MarkInput>,
): Promise<PreparedMark> {
  const { runtime, organizationId } = ctx;
  const { mark, content, pixels } =
    input.type === "uploaded"
      ? await readPicture(ctx, input.picture)
      : { mark: input, content: input, pixels: null };
  const drawing = drawField({ kind: "initials", mark }, TRIAL_BOX, runtime.fonts);
  if (isRefused(drawing)) throw refuseDrawing(drawing);
  const hash = toHex(sha256(pixels ?? fromUtf8(canonicalJson(content))));
  const key = `org/${organizationId}/envelopes/${envelopeId}/marks/${hash}.rgba.enc`;
  const svg = drawingSvg(drawing, runtime.fonts);
  return { mark, content, sha256: hash, pixels: pixels ? { key, bytes: pixels } : null, svg };
}

/** An uploaded picture is decoded apart from us and kept as bare pixels. */
async function readPicture(ctx: Context, picture: string) {
  const { widthPx, heightPx, rgba } = await ctx.runtime.sandbox.run("picture", {
    bytes: fromBase64(picture),
  });
  const mark: Mark = { type: "uploaded", image: { widthPx, heightPx, rgba } };
  return { mark, content: { widthPx, heightPx }, pixels: rgba };
}
