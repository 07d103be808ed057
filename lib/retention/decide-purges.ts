import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { typedText } from "#lib/identity/core/typed-text.ts";
import { stepUp } from "#lib/identity/step-up.ts";
import { type EnvelopeId, uuidV7 } from "#lib/ids.ts";
import {
  approvalProblem,
  type PurgeFacts,
  type PurgeProblem,
  removalProblem,
  reviewProblem,
} from "./core/purge.ts";
import { returnDay } from "./core/schedule.ts";
import { saveDestruction } from "./destruction-store.ts";
import { retentionError } from "./errors.ts";
import { changePurge, lockPurge } from "./queue-store.ts";
import { lockEnvelope } from "./store.ts";

export const MOST_AT_ONCE = 200;
const Chosen = z
  .array(z.uuid().transform((id) => id as EnvelopeId))
  .max(MOST_AT_ONCE)
  // One order for everybody, so that two people who decide at once do not wait for each other.
  .transform((ids) => [...new Set(ids)].sort());

const Review = z.object({ envelopeIds: Chosen });

/**
 * Lets envelopes through as the first of two people.
 *
 * @throws retention/nothing-chosen, not-queued, already-reviewed, envelope-held, purge-begun, envelope-destroyed
 */
export async function reviewPurges(ctx: Context, input: z.input<typeof Review>): Promise<void> {
  const { memberId, role } = requirePermission(ctx, "purge.decide");
  const { envelopeIds } = Review.parse(input);
  requireSome(envelopeIds);
  await inTransaction(ctx, async (ctx) => {
    for (const envelopeId of envelopeIds) {
      await lockUnless(ctx, envelopeId, reviewProblem);
      const change = {
        state: "reviewed",
        reviewedBy: memberId,
        reviewerRole: role,
        reviewedAt: ctx.now(),
      } as const;
      await changePurge(ctx, envelopeId, change);
      await appendEvent(ctx, { type: "purge.reviewed", envelopeId, data: {} });
    }
  });
}

const Approval = z.object({ envelopeIds: Chosen, password: z.string().max(1024) });

/**
 * Lets envelopes through as the second of two people, with the password once more: they are destroyed as soon as
 * they are due.
 *
 * @returns the destruction's id
 * @throws identity/current-password-wrong, password-not-set; retention/nothing-chosen, not-queued, not-reviewed,
 * same-person, envelope-held, purge-begun, envelope-destroyed
 */
export async function approvePurges(ctx: Context, input: z.input<typeof Approval>): Promise<string> {
  const { memberId, role } = requirePermission(ctx, "purge.decide");
  const { envelopeIds, password } = Approval.parse(input);
  requireSome(envelopeIds);
  await stepUp(ctx, password);
  return inTransaction(ctx, async (ctx) => {
    const approvedAt = ctx.now();
    const id = uuidV7(approvedAt.getTime(), ctx.runtime.random(10));
    const { organizationId } = ctx;
    await saveDestruction(ctx, { organizationId, id, approvedBy: memberId, approverRole: role, approvedAt });
    for (const envelopeId of envelopeIds) {
      await lockUnless(ctx, envelopeId, (facts) => approvalProblem(facts, memberId));
      await changePurge(ctx, envelopeId, { state: "approved", destructionId: id });
      await appendEvent(ctx, { type: "purge.approved", envelopeId, data: { destruction: id } });
    }
    return id;
  });
}

const Removal = z.object({
  envelopeId: z.uuid().transform((id) => id as EnvelopeId),
  reason: typedText(1000),
});

/**
 * Takes an envelope out of the queue; it comes up again in a year.
 *
 * @throws retention/reason-missing, not-queued, purge-begun, envelope-destroyed
 */
export async function removePurge(ctx: Context, input: z.input<typeof Removal>): Promise<void> {
  const { memberId } = requirePermission(ctx, "purge.decide");
  const { envelopeId, reason } = Removal.parse(input);
  if (reason === "") throw retentionError("reason-missing", "no reason");
  await inTransaction(ctx, async (ctx) => {
    await lockUnless(ctx, envelopeId, removalProblem);
    const returnsOn = returnDay(ctx.now());
    await changePurge(ctx, envelopeId, {
      ...{ state: "removed", removedBy: memberId, removedAt: ctx.now(), removeReason: reason, returnsOn },
      ...{ reviewedBy: null, reviewerRole: null, reviewedAt: null, destructionId: null },
    });
    const data = { reason: personal(reason), returnsOn };
    await appendEvent(ctx, { type: "purge.removed", envelopeId, data });
  });
}

function requireSome(envelopeIds: readonly EnvelopeId[]): void {
  if (envelopeIds.length === 0) throw retentionError("nothing-chosen", "no envelope");
}

async function lockUnless(
  ctx: Context,
  envelopeId: EnvelopeId,
  problemOf: (facts: PurgeFacts) => PurgeProblem | null,
): Promise<void> {
  const { heldSince } = await lockEnvelope(ctx, envelopeId);
  const purge = await lockPurge(ctx, envelopeId);
  // A hold takes what it covers out of the queue.
  if (!purge && heldSince) throw retentionError("envelope-held", `envelope ${envelopeId}`);
  if (!purge) throw retentionError("not-queued", `envelope ${envelopeId}`);
  const problem = problemOf({ ...purge, isHeld: heldSince !== null });
  if (problem) throw retentionError(problem, `envelope ${envelopeId} is ${purge.state}`);
}
