import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requireRecipient } from "#lib/authorize.ts";
import { fromBase64Url, fromUtf8, sha256, toBase64Url } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { limitRate } from "#lib/identity/limit-rate.ts";
import { type FieldId, type RecipientId, uuidV7 } from "#lib/ids.ts";
import { type QrModules, qrCode } from "#lib/pdf/drawing/qr-code.ts";
import type { Stroke } from "#lib/pdf/drawing/strokes.ts";
import { requireFileField } from "../attach-file.ts";
import { requireConsent, requireTurn } from "../core/finish.ts";
import {
  describePurpose,
  HAND_OVER_MS,
  type HandOverPurpose,
  type HandOverState,
  handOverState,
  matchCode,
} from "../core/hand-over.ts";
import { signingError } from "../errors.ts";
import { ceremonyOf, loadCeremony } from "../store.ts";
import { changeHandOver, endOthers, isLinkOf, loadHandOver, saveHandOver } from "./store.ts";

const CODE_BYTES = 16;
const BEGUN = { tries: 20, windowSeconds: 3600 };

export interface HandOver {
  readonly id: string;
  readonly address: string;
  readonly qr: QrModules | null;
  /** Stands on both screens. */
  readonly match: string;
}

const Purpose = z
  .object({
    /** The field to give a file for. */
    fieldId: z.uuid().transform((id) => id as FieldId),
    /** The link of the page that is to go on there. */
    link: z.string().max(64),
  })
  .partial();

/**
 * Lets a telephone draw the signature for this page, give the file of a field, or go on with the page: one telephone,
 * for five minutes.
 *
 * @throws signing/field-not-yours; signing/not-found for the link of somebody else
 */
export async function beginHandOver(ctx: Context, input: z.input<typeof Purpose> = {}): Promise<HandOver> {
  const { fieldId, link } = Purpose.parse(input);
  const purpose: HandOverPurpose = link ? "page" : fieldId ? "file" : "signature";
  const { recipientId, envelopeId } = requireRecipient(ctx);
  await limitRate(ctx.runtime, `hand-over:${recipientId}`, BEGUN);
  const code = ctx.runtime.random(CODE_BYTES);
  const match = matchCode(ctx.runtime.random(4));
  const createdAt = ctx.now();
  const id = uuidV7(createdAt.getTime(), ctx.runtime.random(10));
  const sealedLink = link ? await ctx.runtime.sealIdentity(`hand-over:${id}`, fromUtf8(link)) : null;
  await inTransaction(ctx, async (ctx) => {
    const ceremony = ceremonyOf(await loadCeremony(ctx, envelopeId, true), recipientId);
    requireTurn(ceremony);
    if (link) await requireOwnLink(ctx, link, recipientId);
    else requireConsent(ceremony);
    if (fieldId) requireFileField(ceremony, fieldId);
    await endOthers(ctx, recipientId);
    await saveHandOver(ctx, {
      ...{ organizationId: ctx.organizationId, id, envelopeId, recipientId, match, createdAt, strokes: [] },
      ...{ purpose, fieldId: fieldId ?? null, sealedLink },
      codeSha256: sha256(code),
      expiresAt: new Date(createdAt.getTime() + HAND_OVER_MS),
    });
    const data = { recipient: recipientId, handOver: id, ...describePurpose(purpose, fieldId ?? null) };
    await appendEvent(ctx, { type: "hand-over.begun", envelopeId, data });
  });
  const address = `${ctx.runtime.config.baseUrl}/sign/hand-over/${toBase64Url(code)}`;
  return { id, address, qr: qrCode(address), match };
}

/** Only the link of the page that is open: on a host's device there is none to take along. */
async function requireOwnLink(ctx: Context, link: string, recipientId: RecipientId): Promise<void> {
  const isInPerson = ctx.actor.kind === "recipient" && ctx.actor.inPerson !== undefined;
  if (isInPerson || !(await isLinkOf(ctx, sha256(fromBase64Url(link)), recipientId)))
    throw signingError("not-found", "a link of somebody else");
}

/** What the telephone has drawn so far. */
export async function watchHandOver(
  ctx: Context,
  input: { readonly id: string },
): Promise<{ state: HandOverState; strokes: readonly Stroke[] }> {
  const { recipientId } = requireRecipient(ctx);
  const row = await inTransaction(ctx, (ctx) => loadHandOver(ctx, input.id, false));
  if (row?.recipientId !== recipientId) throw signingError("hand-over-ended", `hand-over ${input.id}`);
  return { state: handOverState(row, ctx.now()), strokes: row.strokes };
}

/** Ends it from the page it was begun on: given up, or fetched. Ending it twice changes nothing. */
export async function endHandOver(ctx: Context, input: { readonly id: string }): Promise<void> {
  const { recipientId, envelopeId } = requireRecipient(ctx);
  await inTransaction(ctx, async (ctx) => {
    const row = await loadHandOver(ctx, input.id, true);
    if (row?.recipientId !== recipientId || row.endedAt) return;
    await changeHandOver(ctx, row.id, { endedAt: ctx.now(), strokes: [], sealedLink: null });
    const data = { recipient: recipientId, handOver: row.id, outcome: row.doneAt ? "used" : "given-up" };
    await appendEvent(ctx, { type: "hand-over.ended", envelopeId, data });
  });
}
