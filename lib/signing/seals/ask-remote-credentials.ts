import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { saveRemoteListing } from "./store.ts";

/** Has the worker ask the remote signing service which credentials it would sign with. */
export async function askRemoteCredentials(ctx: Context): Promise<void> {
  const member = requirePermission(ctx, "seal.manage");
  await inTransaction(ctx, async (ctx) => {
    await saveRemoteListing(ctx, {
      ...{ organizationId: ctx.organizationId, askedBy: member.memberId, askedAt: ctx.now() },
      ...{ answeredAt: null, refusal: null, host: null, credentials: [] },
    });
    await appendEvent(ctx, { type: "remote-credentials.asked", envelopeId: null, data: {} });
  });
}
