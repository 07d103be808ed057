import { sql } from "drizzle-orm";
import { appendEvent } from "#lib/audit/append-event.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { requireSystem } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { EnvelopeId, RecipientId } from "#lib/ids.ts";
import { deliveryOf, isLost } from "./core/delivery-state.ts";
import { changeRecipient, loadRecipients, lockEnvelope, type RecipientRow } from "./store.ts";

const AT_ONCE = 500;
const HOUR_MS = 3_600_000;

/**
 * Reminds everybody who has not acted since their last mail, after as many hours as their envelope says. Where that
 * mail came back its sender is told instead, once; the address is theirs to correct.
 */
export async function remindDue(ctx: Context): Promise<number> {
  requireSystem(ctx);
  const due = await inTransaction(ctx, (ctx) =>
    ctx.connection.execute<{ id: RecipientId; envelopeId: EnvelopeId }>(sql`
      select r.id, r.envelope_id as "envelopeId" from recipients r
      join envelopes e on e.id = r.envelope_id and e.state = 'sent' and e.reminder_hours is not null
        and (e.expires_at is null or e.expires_at > ${ctx.now().toISOString()}::timestamptz)
      where r.organization_id = ${ctx.organizationId} and r.state in ('notified', 'viewed', 'consented')
        and not r.is_given_link and r.reminder_held_at is null and r.lapsed_at is null
        and coalesce(r.reminded_at, r.notified_at) + make_interval(hours => e.reminder_hours)
          <= ${ctx.now().toISOString()}::timestamptz
      order by coalesce(r.reminded_at, r.notified_at) limit ${AT_ONCE}`),
  );
  let count = 0;
  for (const { id, envelopeId } of due)
    await inTransaction(ctx, async (ctx) => {
      const envelope = await lockEnvelope(ctx, envelopeId);
      const person = (await loadRecipients(ctx, envelopeId)).find((one) => one.id === id);
      if (envelope.state !== "sent" || !person || !isDue(person, envelope.reminderHours, ctx.now())) return;
      const delivery = deliveryOf((await readChain(ctx, envelopeId)).entries, id);
      if (isLost(delivery)) {
        await changeRecipient(ctx, id, { reminderHeldAt: ctx.now() });
        const data = { recipient: id, because: delivery!.state };
        await appendEvent(ctx, { type: "recipient.reminder-held", envelopeId, data });
        return;
      }
      await changeRecipient(ctx, id, { remindedAt: ctx.now() });
      const data = { recipient: id, after: `${envelope.reminderHours} hours` };
      await appendEvent(ctx, { type: "recipient.reminded", envelopeId, data });
      count++;
    });
  return count;
}

function isDue(person: RecipientRow, hours: number | null, now: Date): boolean {
  const last = person.remindedAt ?? person.notifiedAt;
  const isAsked = ["notified", "viewed", "consented"].includes(person.state);
  return (
    isAsked &&
    !person.isGivenLink &&
    person.reminderHeldAt === null &&
    person.lapsedAt === null &&
    hours !== null &&
    last !== null &&
    now.getTime() - last.getTime() >= hours * HOUR_MS
  );
}
