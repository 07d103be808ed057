import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requireOwn, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { reachedAt } from "#lib/envelopes/core/reached-at.ts";
import type { EnvelopeId, RecipientId } from "#lib/ids.ts";
import { personKey } from "../consent/record-act.ts";
import { requireTurn } from "../core/finish.ts";
import { signingError } from "../errors.ts";
import { ceremonyOf, loadCeremony } from "../store.ts";
import { checksOf } from "./current-step.ts";
import { dropFactors } from "./store.ts";

const RENEWABLE = new Set<string>(["authenticator", "second-factor", "sms-and-second-factor", "passkey"]);

const Input = z.object({
  envelopeId: z.uuid().transform((id) => id as EnvelopeId),
  recipientId: z.uuid().transform((id) => id as RecipientId),
});

/**
 * Forgets somebody's authenticator app and passkeys, because their telephone is lost: with a code by mail they set up
 * others. That the sender did so stands in the envelope's trail.
 *
 * @throws signing/code-not-asked where none is asked for; out-of-turn, already-done …
 */
export async function resetAuthenticator(ctx: Context, input: z.input<typeof Input>): Promise<void> {
  const member = requirePermission(ctx, "envelope.manage");
  const { envelopeId, recipientId } = Input.parse(input);
  await inTransaction(ctx, async (ctx) => {
    const loaded = await loadCeremony(ctx, envelopeId, true);
    requireOwn(member, loaded.envelope, "envelope.manage-all");
    const ceremony = ceremonyOf(loaded, recipientId);
    requireTurn(ceremony);
    const asked = checksOf(ceremony.recipient);
    if (!asked.some((check) => RENEWABLE.has(check))) throw signingError("code-not-asked", asked.join(", "));
    await dropFactors(ctx, personKey(ctx.organizationId, reachedAt(ceremony.recipient)));
    await appendEvent(ctx, { type: "authenticator.reset", envelopeId, data: { recipient: recipientId } });
  });
}
