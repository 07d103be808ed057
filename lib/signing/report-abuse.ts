import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { authorizeError } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { typedText } from "#lib/identity/core/typed-text.ts";
import { limitRate } from "#lib/identity/limit-rate.ts";
import { ABUSE_REASONS } from "./core/abuse-reasons.ts";
import { signingError } from "./errors.ts";

const Input = z.object({ reason: z.enum(ABUSE_REASONS), details: typedText(1_000) });
const REPORTS = { tries: 5, windowSeconds: 86_400 };

/**
 * Records that somebody who got a link says it should not have been sent: also one who never showed who they are,
 * and one whose link has ended. Owners and admins are told; nothing stops by that.
 *
 * @throws signing/reason-missing when only "other" is said
 */
export async function reportAbuse(ctx: Context, input: z.input<typeof Input>): Promise<void> {
  const { actor } = ctx;
  if (actor.kind !== "recipient" && actor.kind !== "link-holder")
    throw authorizeError("not-a-recipient", `a ${actor.kind} asks`);
  const { reason, details } = Input.parse(input);
  if (reason === "other" && details === "") throw signingError("reason-missing", "no words for it");
  const { recipientId, envelopeId } = actor;
  await limitRate(ctx.runtime, `abuse:${recipientId}`, REPORTS);
  await inTransaction(ctx, (ctx) =>
    appendEvent(ctx, {
      type: "abuse.reported",
      envelopeId,
      data: { recipient: recipientId, reason, details: details === "" ? undefined : personal(details) },
    }),
  );
}
