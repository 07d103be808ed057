import { appendEvent } from "#lib/audit/append-event.ts";
import { requireRecipient } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { isFirstInWindow } from "#lib/identity/limit-rate.ts";
import { requireTurn } from "./core/finish.ts";
import { ceremonyOf, loadCeremony } from "./store.ts";

const PAUSES_APART_SECONDS = 60;

/** Records that a person goes away with everything saved, to come back by the same link. */
export async function finishLater(ctx: Context): Promise<void> {
  const { recipientId, envelopeId } = requireRecipient(ctx);
  const isNew = await isFirstInWindow(ctx.runtime, `pause:${recipientId}`, PAUSES_APART_SECONDS);
  await inTransaction(ctx, async (ctx) => {
    const ceremony = ceremonyOf(await loadCeremony(ctx, envelopeId, isNew), recipientId);
    requireTurn(ceremony);
    if (!isNew) return;
    const own = ceremony.fields.filter(({ id }) => (ceremony.values.get(id) ?? "") !== "");
    const data = { recipient: recipientId, filled: own.length, fields: ceremony.fields.length };
    await appendEvent(ctx, { type: "recipient.paused", envelopeId, data });
  });
}
