import { appendEvent } from "#lib/audit/append-event.ts";
import { requireRecipient } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { signingError } from "../errors.ts";
import { SESSION_MS } from "./open-session.ts";
import { prolongSession } from "./store.ts";

/** After so long somebody shows anew who they are, whatever they press (WCAG 2.2, 2.2.1: the 20 hour exception). */
const LONGEST_MS = 20 * 3_600_000;

/**
 * Lets what was shown count for another four hours, on the word of whoever has it on screen.
 *
 * @returns when it ends now. @throws signing/session-ended when it has ended, or has been prolonged for as long as may be
 */
export async function extendSession(ctx: Context): Promise<Date> {
  const { recipientId, envelopeId } = requireRecipient(ctx);
  const session = ctx.actor.kind === "recipient" ? ctx.actor.session : undefined;
  if (!session) throw signingError("session-ended", "nothing was shown that could end");
  const { sessionSha256, checkedAt, endsAt: endedAt } = session;
  return inTransaction(ctx, async (ctx) => {
    const now = ctx.now().getTime();
    const endsAt = new Date(Math.min(now + SESSION_MS, checkedAt.getTime() + LONGEST_MS));
    if (endsAt <= endedAt || !(await prolongSession(ctx, sessionSha256, endsAt)))
      throw signingError("session-ended", `session of ${recipientId}`);
    await appendEvent(ctx, { type: "check.extended", envelopeId, data: { recipient: recipientId } });
    return endsAt;
  });
}
