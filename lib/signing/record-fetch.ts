import { appendEvent } from "#lib/audit/append-event.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { isFirstInWindow, networkOf } from "#lib/identity/limit-rate.ts";
import { changeRecipient } from "./store.ts";

const FETCHES_APART_SECONDS = 600;
const MOST_KNOWN = 10_000;

/** Who was counted already, and since when, by the process that counted them: the database is asked once and not each time. */
const counted = new Map<string, number>();

async function isFirst(ctx: Context, who: string): Promise<boolean> {
  const now = ctx.now().getTime();
  const window = Math.floor(now / (FETCHES_APART_SECONDS * 1_000));
  if (counted.get(who) === window) return false;
  if (counted.size >= MOST_KNOWN) counted.clear();
  const isFirst = await isFirstInWindow(ctx.runtime, who, FETCHES_APART_SECONDS);
  counted.set(who, window);
  return isFirst;
}

/**
 * Records that a link was fetched: by a person, or by a mail server that looks at every link. It is no view.
 * Whoever loads the page again and again is recorded once in ten minutes.
 */
export async function recordFetch(ctx: Context): Promise<void> {
  const { actor } = ctx;
  const isAlive = actor.kind === "link-holder" || (actor.kind === "recipient" && !actor.hasEnded);
  if (!isAlive) return;
  const who = `fetch:${actor.recipientId}:${networkOf(ctx.request?.ip ?? "")}`;
  if (!(await isFirst(ctx, who))) return;
  const { envelopeId, recipientId } = actor;
  await inTransaction(ctx, async (ctx) => {
    await appendEvent(ctx, { type: "link.fetched", envelopeId, data: { recipient: recipientId } });
    // For lists, which do not read trails.
    await changeRecipient(ctx, recipientId, { openedAt: ctx.now() });
  });
}
