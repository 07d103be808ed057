import { appendEvent } from "#lib/audit/append-event.ts";
import { hasPermission, requireSystem } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { isRefusal } from "#lib/errors.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { envelopesError } from "./errors.ts";
import { findMember } from "./organize-store.ts";
import { NOT_SCHEDULED } from "./schedule-envelope.ts";
import { releaseDraft } from "./send-envelope.ts";
import { changeEnvelope, type EnvelopeRow, listScheduled, lockEnvelope } from "./store.ts";

/**
 * Sends every draft whose time has come, each in a transaction of its own. One that cannot go out by now goes back
 * to being a draft, and its sender is told why.
 */
export async function sendScheduled(ctx: Context): Promise<number> {
  requireSystem(ctx);
  const due = await inTransaction(ctx, listScheduled);
  for (const envelopeId of due)
    try {
      await inTransaction(ctx, (ctx) => sendDue(ctx, envelopeId));
    } catch (error) {
      if (!isRefusal(error)) throw error;
      await inTransaction(ctx, (ctx) => putBack(ctx, envelopeId, reasonOf(error)));
    }
  return due.length;
}

const isDue = ({ state, scheduledAt }: EnvelopeRow, now: Date): boolean =>
  state === "draft" && scheduledAt !== null && scheduledAt <= now;

async function sendDue(ctx: Context, envelopeId: EnvelopeId): Promise<void> {
  const envelope = await lockEnvelope(ctx, envelopeId);
  if (!isDue(envelope, ctx.now())) return;
  await releaseForOwner(ctx, envelope);
}

/** Sends a draft as it is for its owner, who does not act now and may still send. Part of a verb. @throws as sendEnvelope */
export async function releaseForOwner(ctx: Context, envelope: EnvelopeRow): Promise<void> {
  const owner = await findMember(ctx, envelope.ownerId);
  const actor = { kind: "member", role: owner?.role } as Parameters<typeof hasPermission>[0];
  if (!owner || !hasPermission(actor, "envelope.manage"))
    throw envelopesError("member-not-found", `member ${envelope.ownerId}`);
  await releaseDraft(ctx, envelope, envelope.version);
}

async function putBack(ctx: Context, envelopeId: EnvelopeId, reason: string): Promise<void> {
  const envelope = await lockEnvelope(ctx, envelopeId);
  if (!isDue(envelope, ctx.now())) return;
  await changeEnvelope(ctx, envelopeId, { ...NOT_SCHEDULED, scheduleProblem: reason });
  const data = { from: envelope.scheduledAt!.toISOString(), code: reason };
  await appendEvent(ctx, { type: "envelope.schedule-failed", envelopeId, data });
}

/** The refusal's code, by which words are found; what blocked stands in the review. */
const reasonOf = (error: unknown): string => (error as { readonly code: string }).code;
