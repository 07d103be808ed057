import { setTimeout as pause } from "node:timers/promises";
import { verify } from "@node-rs/argon2";
import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import type { EventType } from "#lib/audit/core/events.ts";
import { sha256, toBase64Url, toHex } from "#lib/bytes.ts";
import { createContext, inTransaction, type Visitor } from "#lib/context.ts";
import { addressSha256, countTry } from "./count-try.ts";
import { hashPassword } from "./create-organization.ts";
import { identityError } from "./errors.ts";
import { limitRate, networkOf } from "./limit-rate.ts";
import {
  type AccountRow,
  findAccount,
  findMemberships,
  forgetTries,
  type LoginPurpose,
  saveLoginToken,
} from "./store.ts";

const email = z.string().trim().toLowerCase().max(254);
const Input = z.object({ email, password: z.string().max(1024) });
const LinkInput = z.object({ email });

const SIGN_IN_RATE = { tries: 30, windowSeconds: 300 };
const LINK_RATE = { tries: 5, windowSeconds: 900 };
const HOP_MS = 60_000;
/** No answer about an address comes sooner: what is done for one with an account takes less. */
const LEAST_MS = 250;

/**
 * Checks e-mail address and password. Right: gives a token that opens a session once, within a minute.
 *
 * @throws identity/sign-in-refused for a wrong pair, with no word on which half; account-locked; too-many-tries
 */
export async function signIn(visitor: Visitor, input: z.input<typeof Input>): Promise<string> {
  const { runtime, request } = visitor;
  const { email, password } = Input.parse(input);
  await limitRate(runtime, `sign-in:${networkOf(request.ip)}`, SIGN_IN_RATE);
  const tries = await countTry(runtime, email);
  return notSooner(async () => {
    const account = await findAccount(runtime, email);
    const isRight = await verify(account?.passwordHash ?? (await nobodysHash()), password.normalize("NFKC"));
    if (account?.passwordHash && isRight) {
      await forgetTries(runtime.database.db, addressSha256(email));
      return issueLoginToken(visitor, account, "session", HOP_MS);
    }
    const type = tries.lockedUntil ? "account.locked" : "session.refused";
    if (account) await record(visitor, account, type, { failedAttempts: tries.failedAttempts });
    throw identityError("sign-in-refused", account ? "wrong password" : "no such account");
  });
}

/** Checked where there is no password, so that time does not tell who has one. */
let nobodys: Promise<string> | null = null;
function nobodysHash(): Promise<string> {
  nobodys ??= hashPassword("nobody's password");
  return nobodys;
}

async function notSooner<T>(work: () => Promise<T>): Promise<T> {
  const least = pause(LEAST_MS);
  try {
    return await work();
  } finally {
    await least;
  }
}

/** Asks for a sign-in link by mail. The answer is the same whether the address has an account or not. */
export async function requestSignInLink(visitor: Visitor, input: z.input<typeof LinkInput>): Promise<void> {
  const { runtime, request } = visitor;
  const { email } = LinkInput.parse(input);
  await limitRate(runtime, `sign-in-link:${networkOf(request.ip)}`, SIGN_IN_RATE);
  await limitRate(runtime, `sign-in-link-to:${toHex(addressSha256(email))}`, LINK_RATE);
  await notSooner(async () => {
    const account = await findAccount(runtime, email);
    if (account) await record(visitor, account, "sign-in-link.requested", { account: account.id });
  });
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
