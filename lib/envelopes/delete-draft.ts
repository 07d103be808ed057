import { appendEvent } from "#lib/audit/append-event.ts";
import { requireOwn, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { envelopesError } from "./errors.ts";
import { changeEnvelope, lockChangeable } from "./store.ts";

/** Throws a draft away; nobody but its sender ever saw it. */
export async function deleteDraft(ctx: Context, input: { envelopeId: EnvelopeId }): Promise<void> {
  const member = requirePermission(ctx, "envelope.manage");
  await inTransaction(ctx, async (ctx) => {
    const envelope = await lockChangeable(ctx, input.envelopeId);
    requireOwn(member, envelope.ownerId, "envelope.manage-all");
    if (envelope.isTemplate) throw envelopesError("is-template", `envelope ${envelope.id}`);
    if (envelope.state !== "draft") throw envelopesError("not-a-draft", `envelope is ${envelope.state}`);
    await changeEnvelope(ctx, input.envelopeId, { deletedAt: ctx.now() });
    await appendEvent(ctx, { type: "draft.deleted", envelopeId: input.envelopeId, data: {} });
  });
}
