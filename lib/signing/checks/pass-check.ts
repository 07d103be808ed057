import { verify } from "@node-rs/argon2";
import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requireLinkHolder } from "#lib/authorize.ts";
import { equalBytes, sha256, toBase64Url } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { comparedCode } from "#lib/envelopes/core/access-code.ts";
import { limitRate, networkOf } from "#lib/identity/limit-rate.ts";
import type { RecipientId } from "#lib/ids.ts";
import { personKey } from "../consent/record-act.ts";
import { CODE_LIMITS, codeDigits, codeHash } from "../core/one-time-code.ts";
import { totpStep } from "../core/totp.ts";
import { signingError } from "../errors.ts";
import { findRecipient, type RecipientRow } from "../store.ts";
import {
  type CheckRow,
  changeAuthenticator,
  changeCheck,
  findAuthenticator,
  loadAccessCodeHash,
  lockCheck,
  saveSession,
} from "./store.ts";

const Input = z.object({ code: z.string().max(100) });
const DAY_SECONDS = 86_400;
const OF_NETWORK = { tries: 200, windowSeconds: 3_600 };
const SESSION_MS = 4 * 3_600_000;

/**
 * Checks the code somebody gave. Wrong, too late, used and never sent look the same from outside.
 *
 * @returns what the browser keeps to be known by, for this link and four hours.
 * @throws signing/check-failed; check-locked after five wrong tries in a row; identity/too-many-tries after twenty a day
 */
export async function passCheck(ctx: Context, input: z.input<typeof Input>): Promise<string> {
  const holder = requireLinkHolder(ctx);
  const { recipientId, envelopeId, tokenSha256 } = holder;
  const { code } = Input.parse(input);
  const { runtime } = ctx;
  await limitRate(runtime, `check-network:${networkOf(ctx.request?.ip ?? "")}`, OF_NETWORK);
  const daily = { tries: CODE_LIMITS.triesADay, windowSeconds: DAY_SECONDS };
  await limitRate(runtime, `check:${recipientId}`, daily);

  const seed = await seedOf(ctx, recipientId);
  // A wrong try must stay counted, so nothing is thrown in here.
  const outcome = await inTransaction(ctx, async (ctx) => {
    const recipient = await findRecipient(ctx, recipientId);
    if (!recipient || recipient.check === "none") return "check-failed";
    const method = recipient.check;
    const row = await lockCheck(ctx, recipientId);
    const at = ctx.now();
    if (row.lockedUntil && row.lockedUntil > at) return "check-locked";
    if (!(await isRight(ctx, { recipient, row, seed, code }))) {
      await countWrong(ctx, holder, recipient, row);
      return "check-failed";
    }
    await changeCheck(ctx, recipientId, { codeHash: null, wrongTries: 0, lockedUntil: null });
    const session = runtime.random(32);
    await saveSession(ctx, {
      ...{
        organizationId: ctx.organizationId,
        sessionSha256: sha256(session),
        tokenSha256,
        recipientId,
        method,
      },
      ...{ checkedAt: at, expiresAt: new Date(at.getTime() + SESSION_MS) },
    });
    await appendEvent(ctx, { type: "check.passed", envelopeId, data: { recipient: recipientId, method } });
    return { session };
  });
  if (typeof outcome === "string") throw signingError(outcome, `recipient ${recipientId}`);
  return toBase64Url(outcome.session);
}

/** What the person's app makes its codes with. The master key may be far away, so this is no part of a transaction. */
async function seedOf(ctx: Context, recipientId: RecipientId): Promise<Uint8Array | null> {
  const found = await inTransaction(ctx, async (ctx) => {
    const recipient = await findRecipient(ctx, recipientId);
    if (recipient?.check !== "authenticator") return null;
    const known = await findAuthenticator(ctx, personKey(ctx.organizationId, recipient.email));
    return known && { email: recipient.email, sealed: known.sealed };
  });
  return found && ctx.runtime.openSeed(found.email, found.sealed);
}

interface Try {
  readonly recipient: RecipientRow;
  readonly row: CheckRow;
  readonly seed: Uint8Array | null;
  readonly code: string;
}

async function isRight(ctx: Context, { recipient, row, seed, code }: Try): Promise<boolean> {
  switch (recipient.check) {
    case "email-code":
    case "sms-code": {
      const given = codeHash(ctx.runtime.config.authSecret, row.challengeId ?? "", codeDigits(code));
      const isAlive = row.codeHash !== null && row.expiresAt !== null && row.expiresAt > ctx.now();
      return equalBytes(given, row.codeHash ?? sha256(given)) && isAlive;
    }
    case "access-code": {
      const hash = await loadAccessCodeHash(ctx, recipient.id);
      return hash !== null && (await verify(hash, comparedCode(code)));
    }
    case "authenticator":
      return seed !== null && isOfApp(ctx, recipient, seed, codeDigits(code));
    case "none":
      return false;
  }
}

async function isOfApp(
  ctx: Context,
  { id, email, envelopeId }: RecipientRow,
  seed: Uint8Array,
  code: string,
): Promise<boolean> {
  const person = personKey(ctx.organizationId, email);
  const known = await findAuthenticator(ctx, person, true);
  if (!known) return false;
  const step = totpStep(seed, code, ctx.now(), known.lastStep);
  if (step === null) return false;
  await changeAuthenticator(ctx, person, { lastStep: step, confirmedAt: known.confirmedAt ?? ctx.now() });
  if (!known.confirmedAt)
    await appendEvent(ctx, { type: "authenticator.enrolled", envelopeId, data: { recipient: id } });
  return true;
}

/** After five wrong tries a code of ours is worthless; for what is no code of ours there is a wait. */
async function countWrong(
  ctx: Context,
  { recipientId, envelopeId }: Pick<ReturnType<typeof requireLinkHolder>, "recipientId" | "envelopeId">,
  { check: method }: RecipientRow,
  row: CheckRow,
): Promise<void> {
  const wrongTries = row.wrongTries + 1;
  const isEnough = wrongTries >= CODE_LIMITS.tries;
  const isOurs = method === "email-code" || method === "sms-code";
  const lockedUntil = new Date(ctx.now().getTime() + CODE_LIMITS.lockMs);
  await changeCheck(ctx, recipientId, {
    wrongTries: isEnough && !isOurs ? 0 : wrongTries,
    ...(isEnough ? (isOurs ? { codeHash: null } : { lockedUntil }) : {}),
  });
  await appendEvent(ctx, {
    type: isEnough ? "check.locked" : "check.failed",
    envelopeId,
    data: { recipient: recipientId, method },
  });
}
