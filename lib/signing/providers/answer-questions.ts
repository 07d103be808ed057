import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requireRecipient } from "#lib/authorize.ts";
import { toUtf8 } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { isRefusal } from "#lib/errors.ts";
import { limitRate } from "#lib/identity/limit-rate.ts";
import { signingError } from "../errors.ts";
import { boundSha256, wantedOf } from "./begin-authorization.ts";
import { keepAllowed } from "./finish-authorization.ts";
import { told } from "./told.ts";
import { accessOf, loadOwn, tokenPurpose } from "./waiting-signer.ts";

const TRIES = { tries: 10, windowSeconds: 900 };

/** By the questions' ids. They go to the provider and nowhere else. */
const Input = z.object({ answers: z.record(z.string().max(100), z.string().min(1).max(200)) });

/**
 * Lets the prepared hashes be signed with what the person's provider asks them: a PIN, a code. The answers are kept
 * nowhere.
 *
 * @throws signing/provider-not-asked, provider-not-ready, provider-answer-missing, provider-answer-refused,
 *   provider-credential-locked, provider-unavailable, provider-refused; identity/too-many-tries
 */
export async function answerQuestions(ctx: Context, input: z.input<typeof Input>): Promise<void> {
  const { recipientId, envelopeId } = requireRecipient(ctx);
  const { answers } = Input.parse(input);
  await limitRate(ctx.runtime, `provider-answers:${recipientId}`, TRIES);
  const { provider, row } = await inTransaction(ctx, (ctx) => loadOwn(ctx));
  const { mode, hashes, credential } = wantedOf(row);
  if (mode === "page" || !row?.sealedToken) throw signingError("provider-not-ready", `it is by ${mode}`);
  const asked = credential.questions.map(({ id }) => id);
  if (asked.some((id) => !answers[id])) throw signingError("provider-answer-missing", asked.join(", "));
  const given = Object.fromEntries(asked.map((id) => [id, answers[id]!]));
  const token = toUtf8(await ctx.runtime.openIdentity(tokenPurpose(recipientId), row.sealedToken));
  try {
    const access = await accessOf(ctx, provider);
    const sad = await ctx.runtime.signatureServices.authorize(access, token, hashes, given);
    await keepAllowed(ctx, sad, boundSha256(hashes.hashes));
  } catch (error) {
    const refusal = told(error);
    if (!isRefusal(refusal)) throw refusal;
    const data = {
      ...{ recipient: recipientId, provider: provider.id, scope: "credential" },
      reason: refusal.code,
    };
    await inTransaction(ctx, (ctx) =>
      appendEvent(ctx, { type: "signer-authorization.refused", envelopeId, data }),
    );
    throw refusal;
  }
}
