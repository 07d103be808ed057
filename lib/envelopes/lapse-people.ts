import { and, eq, inArray, isNull, lte } from "drizzle-orm";
import { recipients } from "#db/schema/envelopes.ts";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requireSystem } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { ASKED_STATES, isTimeOver } from "./core/answer-time.ts";
import { changeRecipient, endTokens, loadRecipients, lockEnvelope } from "./store.ts";

const AT_ONCE = 500;
/**
 * Lets the links of those end whose own time is over before they acted. The envelope stays open: the others go on, and its
 * sender gives more time, asks somebody else, or voids it. Each person in a transaction of their own.
 */
export async function lapsePeople(ctx: Context): Promise<number> {
  requireSystem(ctx);
  const due = await inTransaction(ctx, listDue);
  let count = 0;
  for (const { id, envelopeId } of due)
    await inTransaction(ctx, async (ctx) => {
      const envelope = await lockEnvelope(ctx, envelopeId);
      const person = (await loadRecipients(ctx, envelopeId)).find((one) => one.id === id);
      if (envelope.state !== "sent" || !person || !isTimeOver(person, ctx.now())) return;
      await changeRecipient(ctx, id, { lapsedAt: ctx.now() });
      await endTokens(ctx, [id]);
      const data = { recipient: id, due: person.dueAt!.toISOString() };
      await appendEvent(ctx, { type: "recipient.lapsed", envelopeId, data });
      count++;
    });
  return count;
}

const listDue = (ctx: Context) =>
  ctx.connection
    .select({ id: recipients.id, envelopeId: recipients.envelopeId })
    .from(recipients)
    .where(
      and(
        eq(recipients.organizationId, ctx.organizationId),
        isNull(recipients.lapsedAt),
        inArray(recipients.state, [...ASKED_STATES]),
        lte(recipients.dueAt, ctx.now()),
      ),
    )
    .orderBy(recipients.dueAt)
    .limit(AT_ONCE);
