import { requireApiKey } from "#lib/authorize.ts";
import { fromUtf8, sha256, toHex } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { apiCallError, isCallName } from "../core/api-scopes.ts";
import { beginCall, endCall } from "./store.ts";

const KEPT_MS = 7 * 86_400_000;
/** One that has run for so long has died. */
const RUNS_MS = 120_000;

export interface CallAnswer {
  readonly status: number;
  readonly body: string;
}

/**
 * Does a call that changes something once: the same call again gets the answer that was given before.
 *
 * @param call `name`: as the caller named it (Idempotency-Key); `request`: method and address; `body`: all of it.
 * @param work answers, also refusals of the input; what it throws may be tried anew under the same name
 * @returns the answer, and whether it is one of before
 * @throws api-call/name-missing, still-running; differs when the name was given to another call
 */
export async function answerOnce(
  ctx: Context,
  call: { readonly name: string | null; readonly request: string; readonly body: Uint8Array },
  work: () => Promise<CallAnswer>,
): Promise<CallAnswer & { readonly isReplayed: boolean }> {
  const { keyId } = requireApiKey(ctx);
  const { name: callName } = call;
  if (callName === null || !isCallName(callName))
    throw apiCallError("name-missing", "send Idempotency-Key: 8 to 128 visible ASCII characters");
  const requestSha256 = sha256(fromUtf8(`${call.request}\n`), call.body);
  const at = ctx.now();
  const row = { organizationId: ctx.organizationId, keyId, callName, requestSha256, createdAt: at };
  const known = await inTransaction(ctx, async (ctx) => {
    const before = await beginCall(ctx, row, new Date(at.getTime() - KEPT_MS));
    const hasDied = before?.status === null && before.createdAt.getTime() < at.getTime() - RUNS_MS;
    if (!hasDied) return before;
    await endCall(ctx, row, null);
    return beginCall(ctx, row, new Date(at.getTime() - KEPT_MS));
  });
  if (known) {
    if (toHex(known.requestSha256) !== toHex(requestSha256))
      throw apiCallError("differs", "this Idempotency-Key was used for another call");
    if (known.status === null) throw apiCallError("still-running", "the same call is still running");
    return { status: known.status, body: known.body ?? "", isReplayed: true };
  }
  return { ...(await done(ctx, row, work)), isReplayed: false };
}

async function done(
  ctx: Context,
  row: { readonly keyId: string; readonly callName: string },
  work: () => Promise<CallAnswer>,
): Promise<CallAnswer> {
  let answer: CallAnswer | null = null;
  try {
    answer = await work();
    return answer;
  } finally {
    const given = answer;
    await inTransaction(ctx, (ctx) => endCall(ctx, row, given));
  }
}
