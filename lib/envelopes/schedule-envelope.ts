import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requireOwn, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { isTimeZone } from "./core/bulk/pacing.ts";
import { instantAt } from "./core/local-time.ts";
import { envelopesError } from "./errors.ts";
import { requireSendable } from "./send-envelope.ts";
import { changeEnvelope, lockEnvelope } from "./store.ts";

const Input = z.object({
  envelopeId: z.uuid().transform((id) => id as EnvelopeId),
  /** The version the sender looked at. */
  version: z.number().int().min(0),
  /** As the sender's clock shows it: `2026-11-21T09:00`. */
  at: z.string().max(20),
  timeZone: z.string().max(64),
});

const SOONEST_MS = 60_000;
const LATEST_MS = 365 * 86_400_000;

/**
 * Settles when a draft goes out by itself; until then it is not edited, and who wants to takes it back first. One
 * that is scheduled already gets another time.
 *
 * @throws envelopes/time-unknown, time-over, time-too-far, not-ready, draft-changed, not-a-draft, is-template
 */
export async function scheduleEnvelope(ctx: Context, input: z.input<typeof Input>): Promise<void> {
  const member = requirePermission(ctx, "envelope.manage");
  const { envelopeId, version, at: local, timeZone } = Input.parse(input);
  const at = isTimeZone(timeZone) ? instantAt(local, timeZone) : null;
  if (!at) throw envelopesError("time-unknown", `${local} in ${timeZone}`);
  const waitMs = at.getTime() - ctx.now().getTime();
  if (waitMs < SOONEST_MS) throw envelopesError("time-over", at.toISOString());
  if (waitMs > LATEST_MS) throw envelopesError("time-too-far", at.toISOString());

  await inTransaction(ctx, async (ctx) => {
    const envelope = await lockEnvelope(ctx, envelopeId);
    requireOwn(member, envelope, "envelope.manage-all");
    await requireSendable(ctx, envelope, version);
    await changeEnvelope(ctx, envelopeId, {
      ...{ scheduledAt: at, scheduledZone: timeZone, scheduledBy: member.memberId },
      scheduleProblem: null,
    });
    const from = envelope.scheduledAt?.toISOString();
    await appendEvent(ctx, {
      type: "envelope.scheduled",
      envelopeId,
      data: { from, to: at.toISOString(), timeZone },
    });
  });
}

const Envelope = z.object({ envelopeId: z.uuid().transform((id) => id as EnvelopeId) });

/** Takes a scheduled draft back: it stays until somebody sends it. @throws envelopes/not-scheduled */
export async function unscheduleEnvelope(ctx: Context, input: z.input<typeof Envelope>): Promise<void> {
  const member = requirePermission(ctx, "envelope.manage");
  const { envelopeId } = Envelope.parse(input);
  await inTransaction(ctx, async (ctx) => {
    const envelope = await lockEnvelope(ctx, envelopeId);
    requireOwn(member, envelope, "envelope.manage-all");
    if (envelope.state !== "draft" || !envelope.scheduledAt)
      throw envelopesError("not-scheduled", `envelope is ${envelope.state}`);
    await changeEnvelope(ctx, envelopeId, NOT_SCHEDULED);
    const data = { from: envelope.scheduledAt.toISOString() };
    await appendEvent(ctx, { type: "envelope.unscheduled", envelopeId, data });
  });
}

export const NOT_SCHEDULED = { scheduledAt: null, scheduledZone: null, scheduledBy: null };
