import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { requireOwn, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { noteAccess } from "#lib/identity/access/require-reason.ts";
import { ACCESS_PURPOSES } from "#lib/identity/core/access-purposes.ts";
import { typedLine } from "#lib/identity/core/typed-text.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { evidenceError } from "../errors.ts";
import { loadOwner } from "./store.ts";

const LEAST = 5;

const Input = z.object({
  purpose: z.enum(ACCESS_PURPOSES),
  envelopeId: z
    .uuid()
    .transform((id) => id as EnvelopeId)
    .nullable(),
  reason: typedLine(300),
});

/**
 * Takes a member's reason for what they are about to do; it counts for an hour, and stands in the event of each
 * thing they do with it.
 *
 * @throws evidence/reason-missing, not-found; authorize/not-allowed
 */
export async function giveReason(ctx: Context, input: z.input<typeof Input>): Promise<void> {
  const member = requirePermission(ctx, "envelope.read");
  const { purpose, envelopeId, reason } = Input.parse(input);
  if (reason.length < LEAST) throw evidenceError("reason-missing", `${reason.length} characters`);
  if (purpose === "foreign-envelope" && !envelopeId) throw evidenceError("not-found", "no envelope named");
  await inTransaction(ctx, async (ctx) => {
    if (envelopeId) requireOwn(member, await loadOwner(ctx, envelopeId), "envelope.read-all");
    await noteAccess(ctx, { memberId: member.memberId, purpose, envelopeId, reason });
    if (purpose === "foreign-envelope")
      await appendEvent(ctx, { type: "envelope.opened", envelopeId, data: { reason: personal(reason) } });
  });
}
