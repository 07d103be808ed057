import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { requirePermission, requireSystem } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { typedLine, typedText } from "#lib/identity/core/typed-text.ts";
import { type EnvelopeId, uuidV7 } from "#lib/ids.ts";
import { HOLD_SCOPES } from "./core/hold.ts";
import { noticeSha256 } from "./core/hold-notice.ts";
import { retentionError } from "./errors.ts";
import { findMatches, loadHold, loadOpenHolds, saveHeld, saveHold } from "./hold-store.ts";
import { dequeue, lockPurge } from "./queue-store.ts";
import { changeEnvelope, lockEnvelope } from "./store.ts";

const Input = z.object({
  matter: typedLine(200),
  reason: typedText(1000),
  scope: z.enum(HOLD_SCOPES),
  query: typedLine(200),
  /** What custodians are told; empty for a silent hold. */
  notice: typedText(4000).optional(),
});

/**
 * Places a legal hold, in force as soon as this returns: what it covers is not edited, voided or destroyed, and a
 * destruction under way stops before its next step. What matches later is held too, within the day.
 *
 * @returns the hold's id. @throws retention/hold-text-missing, hold-matches-nothing
 */
export async function placeHold(ctx: Context, input: z.input<typeof Input>): Promise<string> {
  const member = requirePermission(ctx, "hold.manage");
  const { matter, reason, scope, query, notice: words } = Input.parse(input);
  const notice = words || null;
  if (matter === "" || reason === "" || query === "")
    throw retentionError("hold-text-missing", "an empty line");
  return inTransaction(ctx, async (ctx) => {
    const { organizationId } = ctx;
    const placedAt = ctx.now();
    const id = uuidV7(placedAt.getTime(), ctx.runtime.random(10));
    const matches = await findMatches(ctx, { scope, query }, null);
    // On one envelope there is nothing to wait for; a person's or a title's may be still to come.
    if (matches.length === 0 && scope === "envelope") throw retentionError("hold-matches-nothing", query);
    await saveHold(ctx, {
      ...{ organizationId, id, matter, reason, scope, query },
      ...{ placedBy: member.memberId, placedAt, notice },
    });
    for (const envelopeId of matches) await holdEnvelope(ctx, id, envelopeId);
    const text = { matter: personal(matter), reason: personal(reason), query: personal(query) };
    const told = notice ? { noticeSha256: noticeSha256(notice), notice: personal(notice) } : {};
    const data = { hold: id, scope, envelopes: matches.length, ...text, ...told };
    await appendEvent(ctx, { type: "legal-hold.placed", envelopeId: null, data });
    return id;
  });
}

/** Holds what has come to match since holds were placed; for the clock. @returns how many envelopes. */
export async function extendHolds(ctx: Context): Promise<number> {
  requireSystem(ctx);
  let extended = 0;
  for (const { id } of await inTransaction(ctx, loadOpenHolds))
    extended += await inTransaction(ctx, async (ctx) => {
      const hold = await loadHold(ctx, id, true);
      if (hold.releasedAt) return 0;
      const matches = await findMatches(ctx, hold, id);
      for (const envelopeId of matches) await holdEnvelope(ctx, id, envelopeId);
      return matches.length;
    });
  return extended;
}

async function holdEnvelope(ctx: Context, holdId: string, envelopeId: EnvelopeId): Promise<void> {
  // Under the lock every step of a destruction takes too: it is over, or it finds the hold.
  const envelope = await lockEnvelope(ctx, envelopeId);
  const purge = await lockPurge(ctx, envelopeId);
  if (purge?.state === "purged") return;
  await saveHeld(ctx, holdId, envelopeId);
  if (!envelope.heldSince) await changeEnvelope(ctx, envelopeId, { heldSince: ctx.now() });
  await appendEvent(ctx, { type: "envelope.held", envelopeId, data: { hold: holdId } });
  if (!purge) return;
  // With the key gone it goes on where it stopped, once it is released.
  if (purge.state !== "purging") await dequeue(ctx, envelopeId);
  if (purge.state !== "removed")
    await appendEvent(ctx, {
      type: "purge.stopped",
      envelopeId,
      data: { because: "held", was: purge.state },
    });
}
