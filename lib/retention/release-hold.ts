import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { typedText } from "#lib/identity/core/typed-text.ts";
import { askNotice } from "./custodians/ask-notice.ts";
import { loadCustodians, lockCustodian } from "./custodians/store.ts";
import { retentionError } from "./errors.ts";
import { changeHold, type HoldRow, loadHeld, loadHold, loadHoldsOver } from "./hold-store.ts";
import { changeEnvelope, lockEnvelope } from "./store.ts";

const Asked = z.object({ holdId: z.uuid(), reason: typedText(1000) });
const Named = z.object({ holdId: z.uuid() });

/**
 * Asks, as the first of two people, for a hold to be released. It stays in force.
 *
 * @throws retention/not-found, hold-released, release-asked, reason-missing
 */
export async function askRelease(ctx: Context, input: z.input<typeof Asked>): Promise<void> {
  const member = requirePermission(ctx, "hold.manage");
  const { holdId, reason } = Asked.parse(input);
  if (reason === "") throw retentionError("reason-missing", "no reason");
  await inTransaction(ctx, async (ctx) => {
    const hold = await openHold(ctx, holdId);
    if (hold.releaseAskedAt) throw retentionError("release-asked", `hold ${holdId}`);
    const asked = { releaseAskedBy: member.memberId, releaseAskedAt: ctx.now(), releaseReason: reason };
    await changeHold(ctx, holdId, asked);
    const data = { hold: holdId, reason: personal(reason) };
    await appendEvent(ctx, { type: "legal-hold.release-asked", envelopeId: null, data });
  });
}

/** Takes back that a release was asked for: the hold stays. @throws retention/not-found, hold-released, release-not-asked */
export async function keepHold(ctx: Context, input: z.input<typeof Named>): Promise<void> {
  requirePermission(ctx, "hold.manage");
  const { holdId } = Named.parse(input);
  await inTransaction(ctx, async (ctx) => {
    const hold = await openHold(ctx, holdId);
    if (!hold.releaseAskedAt) throw retentionError("release-not-asked", `hold ${holdId}`);
    await changeHold(ctx, holdId, { releaseAskedBy: null, releaseAskedAt: null, releaseReason: null });
    await appendEvent(ctx, { type: "legal-hold.kept", envelopeId: null, data: { hold: holdId } });
  });
}

/**
 * Releases a hold, as the second of two people. What another one covers stays held; what is due is queued again and
 * let through anew.
 *
 * @throws retention/not-found, hold-released, release-not-asked, release-same-person
 */
export async function releaseHold(ctx: Context, input: z.input<typeof Named>): Promise<void> {
  const member = requirePermission(ctx, "hold.manage");
  const { holdId } = Named.parse(input);
  await inTransaction(ctx, async (ctx) => {
    const hold = await openHold(ctx, holdId);
    if (!hold.releaseAskedAt) throw retentionError("release-not-asked", `hold ${holdId}`);
    if (hold.releaseAskedBy === member.memberId)
      throw retentionError("release-same-person", `member ${member.memberId}`);
    await changeHold(ctx, holdId, { releasedBy: member.memberId, releasedAt: ctx.now() });
    const held = await loadHeld(ctx, holdId);
    for (const envelopeId of held) {
      const envelope = await lockEnvelope(ctx, envelopeId);
      const others = await loadHoldsOver(ctx, envelopeId);
      if (others.length === 0 && envelope.heldSince)
        await changeEnvelope(ctx, envelopeId, { heldSince: null });
      const data = { hold: holdId, others: others.length };
      await appendEvent(ctx, { type: "envelope.freed", envelopeId, data });
    }
    const data = { hold: holdId, envelopes: held.length, reason: personal(hold.releaseReason ?? "") };
    await appendEvent(ctx, { type: "legal-hold.released", envelopeId: null, data });
    for (const { id, askedAt, endedAt } of await loadCustodians(ctx, [holdId]))
      if (askedAt && !endedAt) await askNotice(ctx, await lockCustodian(ctx, id), "released");
  });
}

async function openHold(ctx: Context, holdId: string): Promise<HoldRow> {
  const hold = await loadHold(ctx, holdId, true);
  if (hold.releasedAt) throw retentionError("hold-released", `hold ${holdId}`);
  return hold;
}
