import { verify } from "@node-rs/argon2";
import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requireLinkHolder } from "#lib/authorize.ts";
import { equalBytes, sha256, toBase64Url } from "#lib/bytes.ts";
import { type Context, inTransaction, type SignerCheck } from "#lib/context.ts";
import { comparedCode } from "#lib/envelopes/core/access-code.ts";
import { isElsewhere } from "#lib/envelopes/core/checks.ts";
import { reachedAt } from "#lib/envelopes/core/reached-at.ts";
import { limitRate, networkOf } from "#lib/identity/limit-rate.ts";
import type { RecipientId } from "#lib/ids.ts";
import { personKey } from "../consent/record-act.ts";
import { CODE_LIMITS, codeDigits, codeHash } from "../core/one-time-code.ts";
import { totpStep } from "../core/totp.ts";
import { signingError } from "../errors.ts";
import { findRecipient, type RecipientRow } from "../store.ts";
import { currentStep } from "./current-step.ts";
import { openSession } from "./open-session.ts";
import {
  type CheckRow,
  changeAuthenticator,
  changeCheck,
  findAuthenticator,
  loadAccessCodeHash,
  lockCheck,
} from "./store.ts";

const Input = z.object({ code: z.string().max(100) });
const DAY_SECONDS = 86_400;
const OF_NETWORK = { tries: 200, windowSeconds: 3_600 };

/**
 * Checks the code somebody gave. Wrong, too late, used and never sent look the same from outside.
 *
 * @returns what the browser keeps to be known by, for this link and four hours.
 * @throws signing/check-failed; check-locked after five wrong tries in a row; identity/too-many-tries after twenty a day
 */
export async function passCheck(ctx: Context, input: z.input<typeof Input>): Promise<string> {
  const holder = requireLinkHolder(ctx);
  const { recipientId, checked } = holder;
  const { code } = Input.parse(input);
  await countTry(ctx, recipientId);

  const seed = await seedOf(ctx, recipientId);
  // A wrong try must stay counted, so nothing is thrown in here.
  const outcome = await inTransaction(ctx, async (ctx) => {
    const row = await lockCheck(ctx, recipientId);
    const recipient = await findRecipient(ctx, recipientId);
    const asked = recipient && (await currentStep(ctx, recipient, checked));
    const method = asked?.step === "second-factor" ? "authenticator" : asked?.step;
    if (!recipient || !method || method === "passkey" || isElsewhere(method)) return "check-failed";
    if (row.lockedUntil && row.lockedUntil > ctx.now()) return "check-locked";
    if (!(await isRight(ctx, { recipient, method, row, seed, code }))) {
      await countWrong(ctx, holder, method, row);
      return "check-failed";
    }
    await changeCheck(ctx, recipientId, { codeHash: null, wrongTries: 0, lockedUntil: null });
    return { session: await openSession(ctx, method) };
  });
  if (typeof outcome === "string") throw signingError(outcome, `recipient ${recipientId}`);
  return toBase64Url(outcome.session);
}

/** Counts a try of whatever kind. @throws identity/too-many-tries */
export async function countTry(ctx: Context, recipientId: RecipientId): Promise<void> {
  const { runtime } = ctx;
  await limitRate(runtime, `check-network:${networkOf(ctx.request?.ip ?? "")}`, OF_NETWORK);
  const daily = { tries: CODE_LIMITS.triesADay, windowSeconds: DAY_SECONDS };
  await limitRate(runtime, `check:${recipientId}`, daily);
}

/** What the person's app makes its codes with. The master key may be far away, so this is no part of a transaction. */
async function seedOf(ctx: Context, recipientId: RecipientId): Promise<Uint8Array | null> {
  const { checked } = requireLinkHolder(ctx);
  const found = await inTransaction(ctx, async (ctx) => {
    const recipient = await findRecipient(ctx, recipientId);
    const step = recipient && (await currentStep(ctx, recipient, checked))?.step;
    if (!recipient || (step !== "authenticator" && step !== "second-factor")) return null;
    const known = await findAuthenticator(ctx, personKey(ctx.organizationId, reachedAt(recipient)));
    return known && { email: reachedAt(recipient), sealed: known.sealed };
  });
  return found && ctx.runtime.openSeed(found.email, found.sealed);
}

interface Try {
  readonly method: "email-code" | "sms-code" | "access-code" | "authenticator";
  readonly recipient: RecipientRow;
  readonly row: CheckRow;
  readonly seed: Uint8Array | null;
  readonly code: string;
}

async function isRight(ctx: Context, { recipient, method, row, seed, code }: Try): Promise<boolean> {
  switch (method) {
    case "email-code":
    case "sms-code": {
      const given = codeHash(ctx.runtime.config.authSecret, row.challengeId ?? "", codeDigits(code));
      const isAlive =
        row.method === method && row.codeHash !== null && row.expiresAt !== null && row.expiresAt > ctx.now();
      return equalBytes(given, row.codeHash ?? sha256(given)) && isAlive;
    }
    case "access-code": {
      const hash = await loadAccessCodeHash(ctx, recipient.id);
      return hash !== null && (await verify(hash, comparedCode(code)));
    }
    case "authenticator":
      return seed !== null && isOfApp(ctx, recipient, seed, codeDigits(code));
  }
}

async function isOfApp(
  ctx: Context,
  { id, email, phone, envelopeId }: RecipientRow,
  seed: Uint8Array,
  code: string,
): Promise<boolean> {
  const person = personKey(ctx.organizationId, reachedAt({ email, phone }));
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
export async function countWrong(
  ctx: Context,
  { recipientId, envelopeId }: Pick<ReturnType<typeof requireLinkHolder>, "recipientId" | "envelopeId">,
  method: SignerCheck,
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
