import { CHAIN_START, linkHash } from "#lib/audit/core/chain.ts";
import { leafPlace } from "#lib/audit/log-place.ts";
import { authorizeError, hasPermission, requirePermission } from "#lib/authorize.ts";
import { equalBytes } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { EventId } from "#lib/ids.ts";
import { evidenceError } from "../errors.ts";
import { loadEventRow, loadHashBefore } from "./events-store.ts";
import { type ToldEvent, tellEvents } from "./tell-events.ts";

export interface EventView extends ToldEvent {
  /** Whether text and hash are what the event before it was followed by. */
  readonly holds: boolean;
  /** Its entry of the installation's log, and whether a checkpoint covers it; null while it waits for its place. */
  readonly leaf: { readonly index: number; readonly isCovered: boolean } | null;
}

/** One audit event, exactly. @throws evidence/event-not-found; authorize/not-allowed */
export async function getEvent(ctx: Context, input: { readonly eventId: EventId }): Promise<EventView> {
  const member = requirePermission(ctx, "audit.read");
  return inTransaction(ctx, async (ctx) => {
    const row = await loadEventRow(ctx, input.eventId);
    if (!row) throw evidenceError("event-not-found", `event ${input.eventId}`);
    const [event] = await tellEvents(ctx, [row]);
    const isOwn = event!.envelope?.ownerId === member.memberId;
    if (!isOwn && !hasPermission(member, "audit.read-all"))
      throw authorizeError("not-allowed", `${member.role} asks for an event of others`);
    const before = row.sequence === 0 ? CHAIN_START : await loadHashBefore(ctx, row);
    return {
      ...event!,
      holds: before !== null && equalBytes(linkHash(before, row.body), row.hash),
      leaf: await leafPlace(ctx, row.id),
    };
  });
}
