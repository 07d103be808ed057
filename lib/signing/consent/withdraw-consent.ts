import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { requireRecipient } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { typedText } from "#lib/identity/core/typed-text.ts";
import words from "../../../messages/en/sign.json" with { type: "json" };
import { withdrawalEffect } from "../core/withdrawal.ts";
import { signingError } from "../errors.ts";
import { ceremonyOf, changeEnvelope, changeRecipient, endTokens, loadCeremony } from "../store.ts";
import { recordAct } from "./record-act.ts";
import { loadOwnActs } from "./store.ts";

const Input = z.object({ reason: typedText(500) });

/**
 * Takes a person's agreement back. Before they have signed, nobody asks them for a signature any more and the envelope
 * goes back to its sender; afterwards what they signed stays valid, and the wish is on record for what comes later.
 *
 * @see 15 USC 7001(c)(1)(B), (c)(4) @throws signing/nothing-to-withdraw, already-withdrawn
 */
export async function withdrawConsent(
  ctx: Context,
  input: z.input<typeof Input>,
): Promise<"returned" | "future"> {
  const { recipientId, envelopeId } = requireRecipient(ctx);
  const { reason } = Input.parse(input);

  return inTransaction(ctx, async (ctx) => {
    const loaded = await loadCeremony(ctx, envelopeId, true);
    const ceremony = ceremonyOf(loaded, recipientId);
    const acts = await loadOwnActs(ctx, recipientId);
    if (acts.some(({ kind }) => kind === "withdrawn"))
      throw signingError("already-withdrawn", `recipient ${recipientId}`);
    const effect = withdrawalEffect(ceremony);

    const event = await appendEvent(ctx, {
      type: "consent.withdrawn",
      envelopeId,
      data: { recipient: recipientId, effect, reason: reason === "" ? undefined : personal(reason) },
    });
    const mode = loaded.envelope.consentMode;
    await recordAct(ctx, ceremony.recipient, { kind: "withdrawn", mode, detail: reason }, event);
    if (effect === "returned") await giveBack(ctx, loaded, recipientId, reason);
    return effect;
  });
}

/** Ends the envelope as a decline does; the sender can ask again on paper. */
async function giveBack(
  ctx: Context,
  { envelope, recipients }: Awaited<ReturnType<typeof loadCeremony>>,
  recipientId: (typeof recipients)[number]["id"],
  reason: string,
): Promise<void> {
  const at = ctx.now();
  const told = [words.rights.withdrawnReason, reason].filter((part) => part !== "").join(" ");
  await changeRecipient(ctx, recipientId, { state: "declined", declinedAt: at, declineReason: told });
  await changeEnvelope(ctx, envelope.id, {
    ...{ state: "declined", endedAt: at, endReason: told, waitingFor: null },
  });
  await endTokens(
    ctx,
    recipients.map(({ id }) => id),
    at,
  );
  await appendEvent(ctx, {
    type: "recipient.declined",
    envelopeId: envelope.id,
    data: { recipient: recipientId, reason: personal(told), because: "consent-withdrawn" },
  });
}
