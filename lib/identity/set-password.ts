import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { type MemberActor, requireMember } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { requireGoodPassword } from "./core/password-rules.ts";
import { addressSha256 } from "./count-try.ts";
import { hashPassword } from "./create-organization.ts";
import { identityError } from "./errors.ts";
import { requirePassword } from "./step-up.ts";
import {
  type AccountRow,
  changeAccount,
  endSessions,
  forgetTries,
  loadAccount,
  loadSession,
} from "./store.ts";

const Input = z.object({
  sessionId: z.uuid(),
  password: z.string().max(1024),
  /** Asked of who signed in with it; who came by a link from their mail may have forgotten it. */
  currentPassword: z.string().max(1024).default(""),
});

/**
 * Gives the signed-in person a password, their first or another, and ends their sessions elsewhere, with every link that
 * would open one.
 *
 * @throws identity/current-password-wrong, too-many-tries, password-too-short, password-too-long,
 * password-too-common
 */
export async function setPassword(ctx: Context, input: z.input<typeof Input>): Promise<void> {
  const actor = requireMember(ctx);
  const { sessionId, password, currentPassword } = Input.parse(input);
  const { account, needsCurrent } = await signedIn(ctx, actor, sessionId);
  if (needsCurrent) await requirePassword(ctx.runtime, account, currentPassword);
  requireGoodPassword(password, [actor.name, actor.email]);
  const passwordHash = await hashPassword(password);

  await inTransaction(ctx, async (ctx) => {
    await changeAccount(ctx, account.id, { passwordHash });
    await forgetTries(ctx.connection, addressSha256(account.email));
    const endedSessions = await endSessions(ctx, account.id, { exceptId: sessionId });
    const data = { account: account.id, isFirst: account.passwordHash === null, endedSessions };
    await appendEvent(ctx, { type: "password.changed", envelopeId: null, data });
  });
}

export interface AccountView {
  readonly name: string;
  readonly email: string;
  readonly hasPassword: boolean;
  readonly needsCurrentPassword: boolean;
}

/** The signed-in person's own account. */
export async function getAccount(ctx: Context, input: { readonly sessionId: string }): Promise<AccountView> {
  const actor = requireMember(ctx);
  const { account, needsCurrent } = await signedIn(ctx, actor, input.sessionId);
  const { name, email, passwordHash } = account;
  return { name, email, hasPassword: passwordHash !== null, needsCurrentPassword: needsCurrent };
}

async function signedIn(
  { runtime }: Context,
  actor: MemberActor,
  sessionId: string,
): Promise<{ account: AccountRow; needsCurrent: boolean }> {
  const session = await loadSession(runtime, sessionId);
  const account = await loadAccount(runtime, actor.accountId);
  if (!account || session?.accountId !== account.id)
    throw identityError("session-ended", "not this account's session");
  return { account, needsCurrent: account.passwordHash !== null && session.method === "password" };
}
