import { appendEvent } from "#lib/audit/append-event.ts";
import { requireSystem } from "#lib/authorize.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { endEnvelope, endTokens, loadRecord } from "./store.ts";

/** How long the link somebody signed with still gives them their copy. */
const GRACE_MS = 24 * 3_600_000;

/** The documents are sealed and the audit trail is kept: the envelope is complete. */
export async function completeEnvelope(ctx: WorkerContext, input: { envelopeId: EnvelopeId }): Promise<void> {
  requireSystem(ctx);
  const { envelopeId } = input;
  await inTransaction(ctx, async (ctx) => {
    const { envelope, recipients, artifacts } = await loadRecord(ctx, envelopeId, true);
    if (envelope.state !== "sealing" || !artifacts.some(({ kind }) => kind === "audit-trail")) return;
    const endedAt = ctx.now();
    await endEnvelope(ctx, envelopeId, { state: "completed", endedAt, waitingFor: null });
    await endTokens(
      ctx,
      recipients.map(({ id }) => id),
      new Date(endedAt.getTime() + GRACE_MS),
    );
    await appendEvent(ctx, { type: "envelope.completed", envelopeId, data: {} });
  });
}
