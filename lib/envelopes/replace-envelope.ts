import { z } from "zod";
import { canonicalJson } from "#lib/audit/core/canonical-json.ts";
import { requireOwn, requirePermission } from "#lib/authorize.ts";
import type { Context } from "#lib/context.ts";
import { typedText } from "#lib/identity/core/typed-text.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { copyEnvelope, loadSource } from "./clone-envelope.ts";
import { hasFirstSignature } from "./core/correction.ts";
import { envelopesError } from "./errors.ts";
import { loadRecipients, lockChangeable } from "./store.ts";
import { withdraw } from "./void-envelope.ts";

const Input = z.object({
  envelopeId: z.uuid().transform((id) => id as EnvelopeId),
  reason: typedText(500),
});

/**
 * Withdraws an envelope that nobody has signed, and starts a draft with the same documents, fields and people in its place. Both
 * happen at once, or neither does.
 *
 * @returns the draft
 * @throws envelopes/reason-missing, not-under-way, held, replaced-too-late, changed-meanwhile, and what cloneEnvelope throws
 */
export async function replaceEnvelope(ctx: Context, input: z.input<typeof Input>): Promise<EnvelopeId> {
  const member = requirePermission(ctx, "envelope.manage");
  const { envelopeId, reason } = Input.parse(input);
  if (reason === "") throw envelopesError("reason-missing", "no reason given");
  return copyEnvelope(ctx, envelopeId, async (ctx, copyId, copied) => {
    const envelope = await lockChangeable(ctx, envelopeId);
    requireOwn(member, envelope, "envelope.manage-all");
    if (hasFirstSignature(await loadRecipients(ctx, envelopeId)))
      throw envelopesError("replaced-too-late", `envelope ${envelopeId}`);
    // Its files were copied before it was locked: what the copy holds must be what is withdrawn.
    const { content } = await loadSource(ctx, envelopeId);
    if (canonicalJson(content as never) !== canonicalJson(copied.content as never))
      throw envelopesError("changed-meanwhile", `envelope ${envelopeId}`);
    await withdraw(ctx, envelope, reason, copyId);
  });
}
