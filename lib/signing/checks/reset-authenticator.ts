import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requireOwn, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { EnvelopeId, RecipientId } from "#lib/ids.ts";
import { personKey } from "../consent/record-act.ts";
import { requireTurn } from "../core/finish.ts";
import { signingError } from "../errors.ts";
import { ceremonyOf, loadCeremony } from "../store.ts";
import { dropAuthenticator } from "./store.ts";

const Input = z.object({
  envelopeId: z.uuid().transform((id) => id as EnvelopeId),
  recipientId: z.uuid().transform((id) => id as RecipientId),
});

/**
 * Forgets somebody's authenticator app, because their telephone is lost: with their link they set up another. That the
 * sender did so stands in the envelope's trail.
 *
 * @throws signing/code-not-asked where none is asked for; out-of-turn, already-done …
 */
export async function resetAuthenticator(ctx: Context, input: z.input<typeof Input>): Promise<void> {
  const member = requirePermission(ctx, "envelope.manage");
  const { envelopeId, recipientId } = Input.parse(input);
  await inTransaction(ctx, async (ctx) => {
    const loaded = await loadCeremony(ctx, envelopeId, true);
    requireOwn(member, loaded.envelope.ownerId, "envelope.manage-all");
    const ceremony = ceremonyOf(loaded, recipientId);
    requireTurn(ceremony);
    const { check, email } = ceremony.recipient;
    if (check !== "authenticator") throw signingError("code-not-asked", `the check is ${check}`);
    await dropAuthenticator(ctx, personKey(ctx.organizationId, email));
    await appendEvent(ctx, { type: "authenticator.reset", envelopeId, data: { recipient: recipientId } });
  });
}
