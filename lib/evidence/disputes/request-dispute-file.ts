import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { requireOwn, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { signs } from "#lib/envelopes/core/roles.ts";
import { requireReason } from "#lib/identity/access/require-reason.ts";
import { typedLine } from "#lib/identity/core/typed-text.ts";
import { type DisputeId, type EnvelopeId, type RecipientId, uuidV7 } from "#lib/ids.ts";
import { evidenceError } from "../errors.ts";
import { loadRecord } from "../store.ts";
import { countUnbuiltDisputes, saveDispute } from "./disputes-store.ts";

const MOST_UNBUILT = 3;

const Input = z.object({
  envelopeId: z.uuid().transform((id) => id as EnvelopeId),
  recipientId: z.uuid().transform((id) => id as RecipientId),
  /** What is contested, as far as it is known. */
  reason: typedLine(300).default(""),
  matter: typedLine(120).default(""),
});

/**
 * Asks for the file that tells how a signer's name came into a completed envelope, from everything known up to now.
 *
 * @throws evidence/not-complete, not-signed, too-many-disputes, reason-required, not-found; authorize/not-allowed
 */
export async function requestDisputeFile(ctx: Context, input: z.input<typeof Input>): Promise<DisputeId> {
  const member = requirePermission(ctx, "evidence.download");
  const { envelopeId, recipientId, reason, matter } = Input.parse(input);
  return inTransaction(ctx, async (ctx) => {
    const { envelope, recipients } = await loadRecord(ctx, envelopeId, true);
    requireOwn(member, envelope, "envelope.read-all");
    const signer = recipients.find(({ id }) => id === recipientId);
    if (!signer) throw evidenceError("not-found", `recipient ${recipientId}`);
    if (!signs(signer.role)) throw evidenceError("not-signed", `a ${signer.role} signs nothing`);
    if (envelope.state !== "completed") throw evidenceError("not-complete", `envelope is ${envelope.state}`);
    if ((await countUnbuiltDisputes(ctx, envelopeId)) >= MOST_UNBUILT)
      throw evidenceError("too-many-disputes", `envelope ${envelopeId}`);
    const given = (text: string) => (text === "" ? undefined : personal(text));
    const id = uuidV7(ctx.now().getTime(), ctx.runtime.random(10)) as DisputeId;
    const { organizationId } = ctx;
    const event = await appendEvent(ctx, {
      type: "dispute.requested",
      envelopeId,
      data: {
        ...{ dispute: id, recipient: recipientId, matter: given(matter) },
        reason: given(reason) ?? (await requireReason(ctx, "download", envelopeId)),
      },
    });
    await saveDispute(ctx, {
      ...{ organizationId, id, envelopeId, recipientId, lastSequence: event.sequence },
      ...{ state: "waiting", createdAt: event.occurredAt },
    });
    return id;
  });
}
