import { requireLinkHolder } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { personKey } from "../consent/record-act.ts";
import { signingError } from "../errors.ts";
import { findRecipient } from "../store.ts";
import { findAuthenticator, saveAuthenticator } from "./store.ts";

const SEED_BYTES = 20;

/** Makes the seed an app is to learn, for a person who has none yet; it counts once they gave a code made with it. */
export async function beginEnrollment(ctx: Context): Promise<void> {
  const { recipientId } = requireLinkHolder(ctx);
  const { runtime, organizationId } = ctx;
  const recipient = await inTransaction(ctx, (ctx) => findRecipient(ctx, recipientId));
  if (recipient?.check !== "authenticator")
    throw signingError("code-not-asked", `the check is ${recipient?.check}`);
  const person = personKey(organizationId, recipient.email);
  if (await inTransaction(ctx, (ctx) => findAuthenticator(ctx, person))) return;
  const sealed = await runtime.sealSeed(recipient.email, runtime.random(SEED_BYTES));
  await inTransaction(ctx, (ctx) =>
    saveAuthenticator(ctx, { organizationId, personKey: person, sealed, createdAt: ctx.now() }),
  );
}
