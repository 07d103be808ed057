import { appendEvent } from "#lib/audit/append-event.ts";
import { requireSystem } from "#lib/authorize.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import { nextStep } from "#lib/envelopes/core/routing.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { changeEnvelope, changeRecipient, type LoadedCeremony, loadCeremony, routed } from "./store.ts";

/** Lets the next people act, or has the envelope sealed when all have; does nothing when there is nothing to do. */
export async function advanceEnvelope(ctx: WorkerContext, input: { envelopeId: EnvelopeId }): Promise<void> {
  requireSystem(ctx);
  const { envelopeId } = input;
  await inTransaction(ctx, async (ctx) => {
    const loaded = await loadCeremony(ctx, envelopeId, true);
    const { envelope, recipients } = loaded;
    if (envelope.state !== "sent" || envelope.preparedAt === null) return;
    const step = nextStep(routed(recipients));
    if (step.kind === "seal") {
      await changeEnvelope(ctx, envelopeId, { state: "sealing" });
      await appendEvent(ctx, { type: "envelope.all-signed", envelopeId, data: {} });
    }
    if (step.kind !== "invite") return;
    const firstRevision = oldestHead(loaded);
    for (const recipient of recipients.filter(({ id }) => step.recipientIds.includes(id))) {
      await changeRecipient(ctx, recipient.id, { state: "notified", notifiedAt: ctx.now(), firstRevision });
      await appendEvent(ctx, { type: "recipient.invited", envelopeId, data: { recipient: recipient.id } });
    }
  });
}

/** The newest revision that every document has reached. */
function oldestHead({ documents, revisions }: LoadedCeremony): number {
  const heads = documents.map(
    ({ id }) => revisions.findLast(({ documentId }) => documentId === id)?.number ?? 0,
  );
  return Math.min(...heads);
}
