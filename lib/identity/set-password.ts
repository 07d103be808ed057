import { authorizeError } from "#lib/authorize.ts";
import type { Context } from "#lib/context.ts";
import { requireGoodPassword } from "./core/password-rules.ts";
import { hashPassword } from "./create-organization.ts";
import { changeAccount } from "./store.ts";

/** Gives the signed-in person a password, their first or another. @throws identity/password-too-short … */
export async function setPassword(ctx: Context, input: { readonly password: string }): Promise<void> {
  const { actor } = ctx;
  if (actor.kind !== "member") throw authorizeError("not-a-member", "a password belongs to an account");
  requireGoodPassword(input.password, [actor.name, actor.email]);
  await changeAccount(ctx.runtime, actor.accountId, {
    passwordHash: await hashPassword(input.password),
    failedAttempts: 0,
    lockedUntil: null,
  });
}
