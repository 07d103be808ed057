import { z } from "zod";
import { requireRecipient } from "#lib/authorize.ts";
import { toUtf8 } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { limitRate } from "#lib/identity/limit-rate.ts";
import { signingError } from "../errors.ts";
import { wantedOf } from "./begin-authorization.ts";
import { asTold } from "./told.ts";
import { accessOf, loadOwn, tokenPurpose } from "./waiting-signer.ts";

const TRIES = { tries: 5, windowSeconds: 900 };
const Input = z.object({ questionId: z.string().min(1).max(100) });

/**
 * Has the person's provider say what they are to answer. It is shown and kept nowhere.
 *
 * @returns null where the provider told them another way, by mail or phone
 * @throws signing/provider-not-asked, provider-not-ready, provider-unavailable, provider-refused; identity/too-many-tries
 */
export async function askChallenge(ctx: Context, input: z.input<typeof Input>): Promise<string | null> {
  const { recipientId } = requireRecipient(ctx);
  const { questionId } = Input.parse(input);
  await limitRate(ctx.runtime, `provider-challenges:${recipientId}`, TRIES);
  const { provider, row } = await inTransaction(ctx, (ctx) => loadOwn(ctx));
  const { credential } = wantedOf(row);
  const isAsked = credential.questions.some(({ id, isChallenge }) => id === questionId && isChallenge);
  if (!row?.sealedToken || !isAsked) throw signingError("provider-not-ready", `no challenge ${questionId}`);
  const token = toUtf8(await ctx.runtime.openIdentity(tokenPurpose(recipientId), row.sealedToken));
  const access = await accessOf(ctx, provider);
  const asked = { credentialId: credential.id, questionId };
  return asTold(() => ctx.runtime.signatureServices.challenge(access, token, asked));
}
