import { verify } from "@node-rs/argon2";
import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import type { EventType } from "#lib/audit/core/events.ts";
import { sha256, toBase64Url } from "#lib/bytes.ts";
import { createContext, inTransaction, type Visitor } from "#lib/context.ts";
import { waitAfter } from "./core/lock-out.ts";
import { hashPassword } from "./create-organization.ts";
import { identityError } from "./errors.ts";
import { limitRate, networkOf } from "./limit-rate.ts";
import {
  type AccountRow,
  changeAccount,
  countFailure,
  findAccount,
  findMemberships,
  type LoginPurpose,
  saveLoginToken,
} from "./store.ts";

const Input = z.object({ email: z.string().trim().toLowerCase().max(254), password: z.string().max(1024) });

const SIGN_IN_RATE = { tries: 30, windowSeconds: 300 };
const LINK_RATE = { tries: 5, windowSeconds: 900 };
const HOP_MS = 60_000;

/**
 * Checks e-mail address and password. Right: gives a token that opens a session once, within a minute.
 *
 * @throws identity/sign-in-refused for a wrong pair, with no word on which half; account-locked; too-many-tries
 */
export async function signIn(visitor: Visitor, input: z.input<typeof Input>): Promise<string> {
  const { runtime, request } = visitor;
  const { email, password } = Input.parse(input);
  await limitRate(runtime, `sign-in:${networkOf(request.ip)}`, SIGN_IN_RATE);
  const account = await findAccount(runtime, email);
  if (!account?.passwordHash) {
    // As slow as a real check, so that time does not tell who has an account.
    await hashPassword(password);
    throw identityError("sign-in-refused", "no such account or no password");
  }
  const waitsUntil = account.lockedUntil;
  if (waitsUntil && waitsUntil > runtime.now())
    throw identityError("account-locked", `until ${waitsUntil.toISOString()}`);
  if (!(await verify(account.passwordHash, password.normalize("NFKC")))) {
    await refuse(visitor, account);
    throw identityError("sign-in-refused", "wrong password");
  }
  if (account.failedAttempts > 0)
    await changeAccount(runtime, account.id, { failedAttempts: 0, lockedUntil: null });
  return issueLoginToken(visitor, account, "session", HOP_MS);
}

async function refuse(visitor: Visitor, account: AccountRow): Promise<void> {
  const { runtime } = visitor;
  const failedAttempts = await countFailure(runtime, account.id);
  const waitMs = waitAfter(failedAttempts);
  const lockedUntil = waitMs > 0 ? new Date(runtime.now().getTime() + waitMs) : null;
  if (lockedUntil) await changeAccount(runtime, account.id, { lockedUntil });
  await record(visitor, account, lockedUntil ? "account.locked" : "session.refused", { failedAttempts });
}

/** Asks for a sign-in link by mail. The answer is the same whether the address has an account or not. */
export async function requestSignInLink(visitor: Visitor, input: { email: string }): Promise<void> {
  const { runtime, request } = visitor;
  const email = input.email.trim().toLowerCase();
  await limitRate(runtime, `sign-in-link:${networkOf(request.ip)}`, SIGN_IN_RATE);
  const account = await findAccount(runtime, email);
  if (!account) return;
  await limitRate(runtime, `sign-in-link-to:${account.id}`, LINK_RATE);
  await record(visitor, account, "sign-in-link.requested", { account: account.id });
}

async function record(
  visitor: Visitor,
  account: AccountRow,
  type: EventType,
  data: Readonly<Record<string, string | number>>,
): Promise<void> {
  const { runtime, request } = visitor;
  const [membership] = await findMemberships(runtime, account.id);
  if (!membership) return;
  const { organizationId } = membership;
  const actor = { kind: "system", job: "sign-in" } as const;
  await inTransaction(createContext(runtime, { organizationId, actor }), async (ctx) => {
    const who = {
      email: personal(account.email),
      ip: personal(request.ip),
      userAgent: personal(request.userAgent),
    };
    await appendEvent(ctx, { type, envelopeId: null, data: { ...data, ...who } });
  });
}

/** A random token of 256 bits that works once; only its hash is kept. */
export async function issueLoginToken(
  visitor: Pick<Visitor, "runtime">,
  account: Pick<AccountRow, "id">,
  purpose: LoginPurpose,
  lifeMs: number,
): Promise<string> {
  const { runtime } = visitor;
  const token = runtime.random(32);
  const createdAt = runtime.now();
  await saveLoginToken(runtime.database.db, {
    tokenSha256: sha256(token),
    purpose,
    accountId: account.id,
    createdAt,
    expiresAt: new Date(createdAt.getTime() + lifeMs),
  });
  return toBase64Url(token);
}
