import { appendEvent } from "#lib/audit/append-event.ts";
import { requireLinkHolder } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { limitRate, networkOf } from "#lib/identity/limit-rate.ts";
import { uuidV7 } from "#lib/ids.ts";
import { CODE_LIMITS } from "../core/one-time-code.ts";
import { signingError } from "../errors.ts";
import { findRecipient } from "../store.ts";
import { currentStep } from "./current-step.ts";
import { type CheckRow, changeCheck, findCheck, lockCheck } from "./store.ts";

const DAY_SECONDS = 86_400;
const OF_NETWORK = { tries: 60, windowSeconds: 3_600 };

/**
 * Asks for a code by mail or text message; the worker makes and sends it. Every earlier code stops working.
 *
 * @throws signing/code-just-sent within half a minute; identity/too-many-tries after ten in a day
 */
export async function requestCode(ctx: Context): Promise<void> {
  const { recipientId, envelopeId } = requireLinkHolder(ctx);
  const { runtime } = ctx;
  await limitRate(runtime, `code-network:${networkOf(ctx.request?.ip ?? "")}`, OF_NETWORK);

  await inTransaction(ctx, async (ctx) => {
    const method = await codeMethod(ctx);
    requirePause(await findCheck(ctx, recipientId), method, ctx.now());
  });
  const limit = { tries: CODE_LIMITS.sendsADay, windowSeconds: DAY_SECONDS };
  await limitRate(runtime, `code-send:${recipientId}`, limit);

  await inTransaction(ctx, async (ctx) => {
    const method = await codeMethod(ctx);
    const at = ctx.now();
    requirePause(await lockCheck(ctx, recipientId), method, at);
    const challengeId = uuidV7(at.getTime(), runtime.random(10));
    await changeCheck(ctx, recipientId, {
      ...{ challengeId, requestedAt: at, codeHash: null, sentAt: null, expiresAt: null, failure: null },
      ...{ method, wrongTries: 0 },
    });
    await appendEvent(ctx, {
      type: "code.requested",
      envelopeId,
      data: { recipient: recipientId, method, challenge: challengeId },
    });
  });
}

/** The way a code is to go now. @throws signing/code-not-asked */
async function codeMethod(ctx: Context): Promise<"email-code" | "sms-code"> {
  const { recipientId, checked } = requireLinkHolder(ctx);
  const recipient = await findRecipient(ctx, recipientId);
  const method = recipient && (await currentStep(ctx, recipient, checked))?.step;
  if (method !== "email-code" && method !== "sms-code")
    throw signingError("code-not-asked", `the check is ${method}`);
  return method;
}

function requirePause(row: CheckRow | null, method: CheckRow["method"], at: Date): void {
  const { requestedAt = null } = row?.method === method ? row : {};
  if (requestedAt && at.getTime() - requestedAt.getTime() < CODE_LIMITS.resendMs)
    throw signingError("code-just-sent", `last asked for ${requestedAt.toISOString()}`);
}
