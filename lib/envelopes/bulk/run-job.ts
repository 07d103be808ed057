import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { hasPermission, type MemberActor, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { dutyOf, listDutyRows, teamOf } from "../approvals/store.ts";
import { findUsualClassId } from "../authentication/policy-store.ts";
import { isTimeZone } from "../core/bulk/pacing.ts";
import { asksApproval } from "../core/send-duties.ts";
import { envelopesError } from "../errors.ts";
import { checkRows, sourceBlockers } from "./check-rows.ts";
import { lockOwnJob, lockToStop } from "./may-send.ts";
import { cancelReady, changeJob, countRows, findSameTable, type JobRow } from "./store.ts";

const time = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/);

const Start = z.object({
  jobId: z.uuid(),
  perMinute: z.number().int().min(1).max(600).default(60),
  quietHours: z
    .object({ from: time, until: time, timeZone: z.string().refine(isTimeZone) })
    .nullable()
    .default(null),
  bouncePercent: z.number().int().min(1).max(100).default(5),
  reminderHours: z.number().int().min(24).max(720).nullable().default(48),
  /** The sender was told what went out before, and wants it to go out again. */
  allowsRepeats: z.boolean().default(false),
});

/**
 * Starts to send every good row; rows with something wrong stay behind.
 *
 * Where its owner's envelopes are approved by somebody else, that is who starts it.
 *
 * @throws envelopes/bulk-approval-needed, bulk-not-preparing, bulk-source-not-ready, bulk-email-unmapped, bulk-same-table, bulk-no-good-rows
 */
export async function startJob(ctx: Context, input: z.input<typeof Start>): Promise<void> {
  const member = requirePermission(ctx, "bulk.send");
  const { jobId, ...settings } = Start.parse(input);
  await inTransaction(ctx, async (ctx) => {
    const job = await lockOwnJob(ctx, jobId);
    if (job.state !== "preparing") throw envelopesError("bulk-not-preparing", `job is ${job.state}`);
    const blockers = await sourceBlockers(ctx, job.source);
    if (blockers.length > 0)
      throw envelopesError("bulk-source-not-ready", blockers.map(({ code }) => code).join(", "));
    requireAddresses(job);
    await requireOthersWord(ctx, member, job);
    const same = settings.allowsRepeats ? null : await findSameTable(ctx, job);
    if (same) throw envelopesError("bulk-same-table", `sent as job ${same.id}`);
    // What went out since the table came in counts too.
    await checkRows(ctx, { ...job, allowsRepeats: settings.allowsRepeats });
    const { ready, wrong } = await countRows(ctx, jobId);
    if (ready === 0) throw envelopesError("bulk-no-good-rows", `${wrong} rows with something wrong`);
    await changeJob(ctx, jobId, { ...settings, state: "running", startedAt: ctx.now() });
    const { perMinute, quietHours, reminderHours, allowsRepeats } = settings;
    await appendEvent(ctx, {
      type: "bulk-job.started",
      envelopeId: null,
      data: {
        ...{ job: jobId, ready, wrong, perMinute, reminderHours, allowsRepeats },
        quietHours: quietHours ? { ...quietHours } : null,
      },
    });
  });
}

/** A table may fill in any amount, so every duty about one counts. */
async function requireOthersWord(
  ctx: Context,
  member: MemberActor,
  { ownerId, source }: JobRow,
): Promise<void> {
  if (member.memberId !== ownerId && hasPermission(member, "send.approve")) return;
  const duties = (await listDutyRows(ctx)).map(dutyOf);
  const isAsked = asksApproval(duties, {
    sender: { memberId: ownerId, teamId: await teamOf(ctx, ownerId) },
    templateId: source.template?.id ?? null,
    classId: source.chosenClass?.id ?? (await findUsualClassId(ctx)),
    holdsHealth: source.documents.some(({ holdsHealth }) => holdsHealth),
    amounts: source.content.fields.map(({ label }) => ({ label, value: "" })),
  });
  if (isAsked) throw envelopesError("bulk-approval-needed", `owner ${ownerId}`);
}

function requireAddresses({ source, mapping }: JobRow): void {
  const missing = source.content.recipients.filter(
    ({ id, email, namedBy }) => email === "" && namedBy === "" && !mapping.includes(`email:${id}`),
  );
  const anyMapped = source.content.recipients.some(({ id }) => mapping.includes(`email:${id}`));
  if (missing.length > 0 || !anyMapped)
    throw envelopesError("bulk-email-unmapped", `${missing.length} people without an address`);
}

const Job = z.object({ jobId: z.uuid() });

/** Nothing more goes out until somebody resumes it. @throws envelopes/bulk-not-running */
export async function pauseJob(ctx: Context, input: z.input<typeof Job>): Promise<void> {
  requirePermission(ctx, "bulk.send");
  const { jobId } = Job.parse(input);
  await inTransaction(ctx, async (ctx) => {
    const job = await lockToStop(ctx, jobId);
    if (job.state !== "running") throw envelopesError("bulk-not-running", `job is ${job.state}`);
    await changeJob(ctx, jobId, { state: "paused", pauseReason: "member" });
    await appendEvent(ctx, {
      type: "bulk-job.paused",
      envelopeId: null,
      data: { job: jobId, because: "member" },
    });
  });
}

/** Goes on exactly where it stopped. @throws envelopes/bulk-not-paused */
export async function resumeJob(ctx: Context, input: z.input<typeof Job>): Promise<void> {
  requirePermission(ctx, "bulk.send");
  const { jobId } = Job.parse(input);
  await inTransaction(ctx, async (ctx) => {
    const job = await lockOwnJob(ctx, jobId);
    if (job.state !== "paused") throw envelopesError("bulk-not-paused", `job is ${job.state}`);
    // Who resumes after refused addresses has looked at them: from now on none more than these count.
    const bouncePercent = job.pauseReason === "bounces" ? 100 : job.bouncePercent;
    await changeJob(ctx, jobId, { state: "running", pauseReason: null, bouncePercent });
    await appendEvent(ctx, { type: "bulk-job.resumed", envelopeId: null, data: { job: jobId } });
  });
}

/** Rows that have not gone out never do; envelopes that have stay as they are. @throws envelopes/bulk-not-running */
export async function cancelJob(ctx: Context, input: z.input<typeof Job>): Promise<void> {
  requirePermission(ctx, "bulk.send");
  const { jobId } = Job.parse(input);
  await inTransaction(ctx, async (ctx) => {
    const job = await lockToStop(ctx, jobId);
    if (job.state === "cancelled" || job.state === "done")
      throw envelopesError("bulk-not-running", `job is ${job.state}`);
    await cancelReady(ctx, jobId);
    const { sent, cancelled } = await countRows(ctx, jobId);
    await changeJob(ctx, jobId, { state: "cancelled", pauseReason: null, endedAt: ctx.now() });
    await appendEvent(ctx, {
      type: "bulk-job.cancelled",
      envelopeId: null,
      data: { job: jobId, sent, cancelled },
    });
  });
}
