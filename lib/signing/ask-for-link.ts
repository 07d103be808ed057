import { appendEvent } from "#lib/audit/append-event.ts";
import { authorizeError } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { limitRate } from "#lib/identity/limit-rate.ts";
import { signingError } from "./errors.ts";
import { ceremonyOf, loadCeremony } from "./store.ts";

const ASKED = { tries: 5, windowSeconds: 86_400 };
const MAY_COME_BACK = ["notified", "viewed", "consented"];

/** What a person who asked for a link may expect: one in the mail, or the sender's decision. */
export type LinkAnswer = "mailed" | "sender-asked";

/**
 * Asks for another link by an old one. Who may still sign gets it by mail, and never on the page; when the time for
 * signing is over, the sender is asked to open the envelope again.
 *
 * @throws signing/not-under-way when there is nothing left to sign
 */
export async function askForLink(ctx: Context): Promise<LinkAnswer> {
  const { actor } = ctx;
  if (actor.kind !== "recipient" && actor.kind !== "link-holder")
    throw authorizeError("not-a-recipient", `a ${actor.kind} asks`);
  const { recipientId, envelopeId } = actor;
  await limitRate(ctx.runtime, `link:${recipientId}`, ASKED);
  return inTransaction(ctx, async (ctx) => {
    const { envelopeState, recipient } = ceremonyOf(await loadCeremony(ctx, envelopeId, true), recipientId);
    const isOpen = MAY_COME_BACK.includes(recipient.state);
    if (!isOpen || (envelopeState !== "sent" && envelopeState !== "expired"))
      throw signingError("not-under-way", `envelope is ${envelopeState}, recipient ${recipient.state}`);
    const answer: LinkAnswer = envelopeState === "sent" && !recipient.lapsedAt ? "mailed" : "sender-asked";
    const data = { recipient: recipientId, answer };
    await appendEvent(ctx, { type: "link.requested", envelopeId, data });
    return answer;
  });
}
