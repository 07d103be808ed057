import { type Announcement, listenToEvents } from "#lib/audit/listen-events.ts";
import { requireOwn, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { loadEnvelope } from "./store.ts";

/**
 * Calls back whenever something happens to an envelope that the member may see.
 *
 * @returns stops it. @throws envelopes/not-found
 */
export async function watchEnvelope(
  ctx: Context,
  input: { readonly envelopeId: EnvelopeId },
  onEvent: (type: string) => void,
): Promise<() => void> {
  const member = requirePermission(ctx, "envelope.read");
  const { envelopeId } = input;
  await inTransaction(ctx, async (ctx) => {
    const envelope = await loadEnvelope(ctx, envelopeId);
    requireOwn(member, envelope, "envelope.read-all");
  });
  return listenToEvents(ctx.runtime, (announcement: Announcement) => {
    const isThis =
      announcement.envelopeId === envelopeId && announcement.organizationId === ctx.organizationId;
    if (isThis) onEvent(announcement.type);
  });
}
