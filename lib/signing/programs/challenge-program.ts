import { requireProgram } from "#lib/authorize.ts";
import { toBase64Url } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { CHALLENGE_SECONDS, cscError, withChallenge } from "../core/program-signing.ts";
import { openedKey } from "./authorize-hashes.ts";
import { bodyOf, CHALLENGE_ID, keyIdIn, objectIdIn } from "./program-request.ts";
import { changeProgram, loadProgram } from "./store.ts";

/**
 * What a program has to sign with its own key before the next authorization (CSC API 2.0 §11.8): good once, within two
 * minutes. Its answer is the signature over these letters, base64, in `authData`.
 *
 * @throws csc/malformed, credential-unknown, not-in-scope, object-unknown, credential-locked
 */
export async function giveChallenge(ctx: Context, request: unknown): Promise<{ readonly challenge: string }> {
  const { programId } = requireProgram(ctx);
  const body = bodyOf(request);
  const [keyId, objectId] = [keyIdIn(body), objectIdIn(body)];
  const challenge = toBase64Url(ctx.runtime.random(32));
  await inTransaction(ctx, async (ctx) => {
    await openedKey(ctx, programId, keyId);
    const { challengeKey, challenges, isLocked } = (await loadProgram(ctx, programId, true))!;
    if (challengeKey === null || objectId !== CHALLENGE_ID)
      throw cscError("object-unknown", `${programId} has no such object`);
    if (isLocked) throw cscError("credential-locked", `program ${programId} is locked`);
    const now = ctx.now();
    const endsAt = new Date(now.getTime() + CHALLENGE_SECONDS * 1000).toISOString();
    const open = withChallenge(challenges, { text: challenge, endsAt }, now);
    await changeProgram(ctx, programId, { challenges: open });
  });
  return { challenge };
}
