import { verify } from "@node-rs/argon2";
import { requireMember } from "#lib/authorize.ts";
import type { Context } from "#lib/context.ts";
import type { Runtime } from "#lib/runtime.ts";
import { identityError } from "./errors.ts";
import { limitWrongTries } from "./limit-rate.ts";
import { type AccountRow, loadAccount } from "./store.ts";

const RATE = { tries: 10, windowSeconds: 900 };

/**
 * Asks the signed-in person for their password once more, before something that cannot be taken back.
 *
 * @throws identity/current-password-wrong, password-not-set, too-many-tries
 */
export async function stepUp(ctx: Context, password: string): Promise<void> {
  const actor = requireMember(ctx);
  const account = await loadAccount(ctx.runtime, actor.accountId);
  if (!account?.passwordHash) throw identityError("password-not-set", "the account has no password");
  await requirePassword(ctx.runtime, account, password);
}

/** @throws identity/current-password-wrong, too-many-tries */
export async function requirePassword(runtime: Runtime, account: AccountRow, given: string): Promise<void> {
  const isRight = () => verify(account.passwordHash!, given.normalize("NFKC"));
  if (await limitWrongTries(runtime, `password:${account.id}`, RATE, isRight)) return;
  throw identityError("current-password-wrong", "wrong password");
}
