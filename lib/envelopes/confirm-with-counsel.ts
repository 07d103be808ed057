import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { requireOwn, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { typedText } from "#lib/identity/core/typed-text.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { policyOf } from "./authentication/policy.ts";
import { askedOf } from "./authentication/required-steps.ts";
import { guardOf } from "./core/class-steps.ts";
import { type CounselConfirmation, EXCLUSIONS } from "./core/exclusions.ts";
import { envelopesError } from "./errors.ts";
import { changeEnvelope, loadDocuments, lockChangeable } from "./store.ts";

const Input = z.object({
  envelopeId: z.uuid().transform((id) => id as EnvelopeId),
  /** What the sender was shown: what was found since is confirmed by nobody. */
  exclusions: z.array(z.enum(EXCLUSIONS)).max(EXCLUSIONS.length),
  /** Whom they asked, or why the law does not mean this one. */
  reason: typedText(1_000),
});

/**
 * Puts on record that a draft may be electronic as far as 15 USC 7003 goes, for the documents and the class it has now.
 *
 * @throws envelopes/not-a-draft, reason-missing, changed-meanwhile when more is found than was shown
 */
export async function confirmWithCounsel(
  ctx: Context,
  input: z.input<typeof Input>,
): Promise<CounselConfirmation> {
  const member = requirePermission(ctx, "envelope.manage");
  const { envelopeId, exclusions, reason } = Input.parse(input);
  return inTransaction(ctx, async (ctx) => {
    const envelope = await lockChangeable(ctx, envelopeId);
    requireOwn(member, envelope, "envelope.manage-all");
    if (envelope.state !== "draft") throw envelopesError("not-a-draft", `envelope is ${envelope.state}`);
    if (reason === "") throw envelopesError("reason-missing", `envelope ${envelopeId}`);
    const documents = await loadDocuments(ctx, envelopeId);
    const { classId } = await policyOf(ctx, envelopeId);
    const found = guardOf(await askedOf(ctx, envelope, { classId }, documents), envelope, documents);
    if (found.exclusions.some((one) => !exclusions.includes(one)))
      throw envelopesError("changed-meanwhile", `found ${found.exclusions.join(", ")}`);
    const confirmation: CounselConfirmation = {
      ...{ exclusions: found.exclusions, documentIds: documents.map(({ id }) => id), classId, reason },
      ...{ confirmedBy: member.name, confirmedAt: ctx.now().toISOString() },
    };
    await changeEnvelope(ctx, envelopeId, { counselConfirmation: confirmation });
    const data = { exclusions: [...found.exclusions], class: classId, reason: personal(reason) };
    await appendEvent(ctx, { type: "counsel.confirmed", envelopeId, data });
    return confirmation;
  });
}
