import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { typedLine, typedText } from "#lib/identity/core/typed-text.ts";
import { stepUp } from "#lib/identity/step-up.ts";
import { type EnvelopeId, uuidV7 } from "#lib/ids.ts";
import {
  approvalProblem,
  type PurgeFacts,
  type PurgeProblem,
  removalProblem,
  reviewProblem,
  settleProblem,
} from "./core/purge.ts";
import { MOST_YEARS, returnDay } from "./core/schedule.ts";
import { saveDestruction } from "./destruction-store.ts";
import { retentionError } from "./errors.ts";
import { loadContent } from "./purge-store.ts";
import { changePurge, lockPurge, type PurgeRow } from "./queue-store.ts";
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

const Settled = z.object({
  envelopeId: z.uuid().transform((id) => id as EnvelopeId),
  /** Whom it was handed over to. */
  receiver: typedLine(200).default(""),
});

/**
 * Lets an envelope through as the first of two people, having looked at it, or having handed its evidence package over,
 * as its class asks. The package that is named is the newest one.
 *
 * @throws retention/receiver-missing, package-missing, nothing-to-settle, not-queued, already-reviewed, envelope-held,
 *   purge-begun, envelope-destroyed
 */
export async function settlePurge(ctx: Context, input: z.input<typeof Settled>): Promise<void> {
  const { memberId, role } = requirePermission(ctx, "purge.decide");
  const { envelopeId, receiver } = Settled.parse(input);
  await inTransaction(ctx, async (ctx) => {
    const { action } = await lockUnless(ctx, envelopeId, settleProblem);
    const isHandedOver = action === "hand-over";
    if (isHandedOver && receiver === "") throw retentionError("receiver-missing", `envelope ${envelopeId}`);
    const packageSha256 = isHandedOver ? await packageOf(ctx, envelopeId) : null;
    const at = ctx.now();
    await changePurge(ctx, envelopeId, {
      ...{ settledBy: memberId, settledAt: at, handedTo: isHandedOver ? receiver : null },
      ...{ state: "reviewed", reviewedBy: memberId, reviewerRole: role, reviewedAt: at },
    });
    const data = isHandedOver ? { action, receiver: personal(receiver), packageSha256 } : { action };
    await appendEvent(ctx, { type: "purge.settled", envelopeId, data });
    await appendEvent(ctx, { type: "purge.reviewed", envelopeId, data: {} });
  });
}

async function packageOf(ctx: Context, envelopeId: EnvelopeId): Promise<string> {
  const { papers } = await loadContent(ctx, envelopeId);
  const newest = papers.findLast(({ kind }) => kind === "evidence-package");
  if (!newest) throw retentionError("package-missing", `envelope ${envelopeId}`);
  return newest.sha256;
}

const Removal = z.object({
  envelopeId: z.uuid().transform((id) => id as EnvelopeId),
  reason: typedText(1000),
  /** After so many it comes up again. */
  years: z.coerce.number().int().min(1).max(MOST_YEARS).default(1),
});

/**
 * Takes an envelope out of the queue; it comes up again in a year, or in so many.
 *
 * @throws retention/reason-missing, not-queued, purge-begun, envelope-destroyed
 */
export async function removePurge(ctx: Context, input: z.input<typeof Removal>): Promise<void> {
  const { memberId } = requirePermission(ctx, "purge.decide");
  const { envelopeId, reason, years } = Removal.parse(input);
  if (reason === "") throw retentionError("reason-missing", "no reason");
  await inTransaction(ctx, async (ctx) => {
    await lockUnless(ctx, envelopeId, removalProblem);
    const returnsOn = returnDay(ctx.now(), years);
    await changePurge(ctx, envelopeId, {
      ...{ state: "removed", removedBy: memberId, removedAt: ctx.now(), removeReason: reason, returnsOn },
      ...{ reviewedBy: null, reviewerRole: null, reviewedAt: null, destructionId: null },
      ...{ settledBy: null, settledAt: null, handedTo: null },
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
): Promise<PurgeRow> {
  const { heldSince } = await lockEnvelope(ctx, envelopeId);
  const purge = await lockPurge(ctx, envelopeId);
  // A hold takes what it covers out of the queue.
  if (!purge && heldSince) throw retentionError("envelope-held", `envelope ${envelopeId}`);
  if (!purge) throw retentionError("not-queued", `envelope ${envelopeId}`);
  const problem = problemOf({ ...purge, isHeld: heldSince !== null, isSettled: purge.settledAt !== null });
  if (problem) throw retentionError(problem, `envelope ${envelopeId} is ${purge.state}`);
  return purge;
}
