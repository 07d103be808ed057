import { appendEvent } from "#lib/audit/append-event.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { isFirstInWindow, networkOf } from "#lib/identity/limit-rate.ts";

const FETCHES_APART_SECONDS = 600;

/**
 * Records that a link was fetched: by a person, or by a mail server that looks at every link. It is no view.
 * Whoever loads the page again and again is recorded once in ten minutes.
 */
export async function recordFetch(ctx: Context): Promise<void> {
  const { actor } = ctx;
  const isAlive = actor.kind === "link-holder" || (actor.kind === "recipient" && !actor.hasEnded);
  if (!isAlive) return;
  const who = `fetch:${actor.recipientId}:${networkOf(ctx.request?.ip ?? "")}`;
  if (!(await isFirstInWindow(ctx.runtime, who, FETCHES_APART_SECONDS))) return;
  await inTransaction(ctx, (ctx) =>
    appendEvent(ctx, {
      type: "link.fetched",
      envelopeId: actor.envelopeId,
      data: { recipient: actor.recipientId },
    }),
  );
}
