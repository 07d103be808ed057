import { requireLinkHolder } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { reachedAt } from "#lib/envelopes/core/reached-at.ts";
import { personKey } from "../consent/record-act.ts";
import { signingError } from "../errors.ts";
import { findRecipient } from "../store.ts";
import { currentStep } from "./current-step.ts";
import { findAuthenticator, saveAuthenticator } from "./store.ts";

const SEED_BYTES = 20;

/**
 * Makes the seed an app is to learn, for a person who has none yet; it counts once they gave a code made with it.
 *
 * @throws signing/code-not-asked before the person has shown that the mailbox or telephone is theirs
 */
export async function beginEnrollment(ctx: Context): Promise<void> {
  const { recipientId, checked } = requireLinkHolder(ctx);
  const { runtime, organizationId } = ctx;
  const found = await inTransaction(ctx, async (ctx) => {
    const recipient = await findRecipient(ctx, recipientId);
    const asked = recipient && (await currentStep(ctx, recipient, checked));
    const isOffered = asked?.step === "authenticator" || asked?.step === "second-factor";
    if (!recipient || !isOffered || !asked.maySetUp || asked.hasPasskey)
      throw signingError("code-not-asked", `the check is ${asked?.step}`);
    const person = personKey(organizationId, reachedAt(recipient));
    return (await findAuthenticator(ctx, person)) ? null : { email: reachedAt(recipient), person };
  });
  if (!found) return;
  const sealed = await runtime.sealSeed(found.email, runtime.random(SEED_BYTES));
  await inTransaction(ctx, (ctx) =>
    saveAuthenticator(ctx, { organizationId, personKey: found.person, sealed, createdAt: ctx.now() }),
  );
}
