import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { equalBytes, fromBase64Url, sha256, toBase64Url, toUtf8 } from "#lib/bytes.ts";
import { type Context, createContext, inTransaction, type Visitor } from "#lib/context.ts";
import { ACCEPTED_FILES, mostBytes } from "#lib/envelopes/core/fields/file-kinds.ts";
import { limitRate, networkOf } from "#lib/identity/limit-rate.ts";
import { MAXIMUM_POINTS } from "#lib/pdf/drawing/strokes.ts";
import {
  describePurpose,
  type HandOverPurpose,
  type HandOverState,
  handOverState,
} from "../core/hand-over.ts";
import { signingError } from "../errors.ts";
import { Strokes } from "../read-strokes.ts";
import { loadCeremony, loadSender } from "../store.ts";
import { changeHandOver, findHandOver, type HandOverRow, loadHandOver } from "./store.ts";

const CODE_BYTES = 16;
const CLAIM_BYTES = 32;
const WRONG_CODES = { tries: 30, windowSeconds: 600 };

export interface TelephoneView {
  readonly state: HandOverState;
  readonly title: string;
  readonly organizationName: string;
  readonly purpose: HandOverPurpose;
  /** To be compared with the other screen. */
  readonly match: string;
  /** What it is to give; null where it gives no file. */
  readonly file: { readonly label: string; readonly accepts: string; readonly mostBytes: number } | null;
}

/** What a telephone shows that scanned a code. Looking changes nothing. @throws signing/not-found for no code of ours */
export async function openTelephone(visitor: Visitor, code: string): Promise<TelephoneView> {
  const { ctx, id } = await telephoneContext(visitor, code);
  return inTransaction(ctx, async (ctx) => {
    const row = (await loadHandOver(ctx, id, false))!;
    const { envelope, fields } = await loadCeremony(ctx, row.envelopeId, false);
    const field = row.fieldId ? fields.find(({ id }) => id === row.fieldId)! : null;
    const { organizationName } = await loadSender(ctx, envelope);
    return {
      state: handOverState(row, ctx.now()),
      ...{ purpose: row.purpose, title: envelope.title },
      organizationName,
      match: row.match,
      file: field && {
        ...{ label: field.label, accepts: ACCEPTED_FILES(field), mostBytes: mostBytes(field) },
      },
    };
  });
}

/** Takes the code for this telephone; no other can after it. @returns what it shows from then on. @throws signing/hand-over-ended */
export async function claimHandOver(visitor: Visitor, code: string): Promise<string> {
  const { ctx, id } = await telephoneContext(visitor, code);
  const claim = ctx.runtime.random(CLAIM_BYTES);
  await inTransaction(ctx, async (ctx) => {
    const row = (await loadHandOver(ctx, id, true))!;
    if (handOverState(row, ctx.now()) !== "waiting" || row.purpose === "page")
      throw signingError("hand-over-ended", `hand-over ${id}`);
    await changeHandOver(ctx, id, { claimSha256: sha256(claim), claimedAt: ctx.now() });
    await recordTelephone(ctx, row, "hand-over.opened");
  });
  return toBase64Url(claim);
}

/**
 * Takes the page over to this telephone: it gets the person's link, once, and shows anew who they are where that is
 * asked for.
 *
 * @returns the link. @throws signing/hand-over-ended
 */
export async function takePageOver(visitor: Visitor, code: string): Promise<string> {
  const { ctx, id } = await telephoneContext(visitor, code);
  const sealed = await inTransaction(ctx, async (ctx) => {
    const row = (await loadHandOver(ctx, id, true))!;
    if (handOverState(row, ctx.now()) !== "waiting" || row.purpose !== "page" || !row.sealedLink)
      throw signingError("hand-over-ended", `hand-over ${id}`);
    const at = ctx.now();
    await changeHandOver(ctx, id, { claimedAt: at, doneAt: at, sealedLink: null });
    await recordTelephone(ctx, row, "hand-over.opened");
    return row.sealedLink;
  });
  return toUtf8(await ctx.runtime.openIdentity(`hand-over:${id}`, sealed));
}

const Drawn = z.object({
  claim: z.string().max(64),
  strokes: Strokes.refine(
    (strokes) => strokes.reduce((sum, { length }) => sum + length, 0) <= MAXIMUM_POINTS,
    "too many points",
  ),
  /** This is the signature. */
  isDone: z.boolean(),
});

/** Keeps what is drawn so far for the other screen. @throws signing/hand-over-ended */
export async function drawByTelephone(
  visitor: Visitor,
  code: string,
  input: z.input<typeof Drawn>,
): Promise<void> {
  const { claim, strokes, isDone } = Drawn.parse(input);
  const { ctx, id } = await telephoneContext(visitor, code);
  await inTransaction(ctx, async (ctx) => {
    const row = await requireClaimed(ctx, id, claim);
    if (row.purpose !== "signature") throw signingError("hand-over-ended", `hand-over ${id} is for a file`);
    await changeHandOver(ctx, id, { strokes, doneAt: isDone ? ctx.now() : null });
    if (isDone) await recordTelephone(ctx, row, "hand-over.drawn");
  });
}

/** The hand-over, locked, if this telephone holds it and it is still open. @throws signing/hand-over-ended */
export async function requireClaimed(ctx: Context, id: string, claim: string): Promise<HandOverRow> {
  const row = (await loadHandOver(ctx, id, true))!;
  const isClaimed = row.claimSha256 !== null && equalBytes(sha256(fromBase64Url(claim)), row.claimSha256);
  if (!isClaimed || handOverState(row, ctx.now()) !== "open")
    throw signingError("hand-over-ended", `hand-over ${id}`);
  return row;
}

/** @throws signing/not-found for no code of ours */
export async function telephoneContext(
  { runtime, request }: Visitor,
  code: string,
): Promise<{ ctx: Context; id: string }> {
  const bytes = fromBase64Url(code.slice(0, 32));
  const found = bytes.length === CODE_BYTES ? await findHandOver(runtime, sha256(bytes)) : null;
  if (!found) {
    await limitRate(runtime, `wrong-hand-over:${networkOf(request.ip)}`, WRONG_CODES);
    throw signingError("not-found", "no such code");
  }
  const { organizationId, id } = found;
  return {
    ctx: createContext(runtime, { organizationId, actor: { kind: "system", job: "hand-over" }, request }),
    id,
  };
}

/** Who holds the code is the person whose page made it; where from is the telephone's. */
export const asPerson = (ctx: Context, { recipientId, envelopeId }: HandOverRow): Context => ({
  ...ctx,
  actor: { kind: "recipient", recipientId, envelopeId, hasEnded: false, isHandedOver: true },
});

export async function recordTelephone(
  ctx: Context,
  row: HandOverRow,
  type: "hand-over.opened" | "hand-over.drawn" | "hand-over.given",
): Promise<void> {
  const { envelopeId, recipientId, id, purpose, fieldId } = row;
  const data = { recipient: recipientId, handOver: id, ...describePurpose(purpose, fieldId) };
  await appendEvent(asPerson(ctx, row), { type, envelopeId, data });
}
