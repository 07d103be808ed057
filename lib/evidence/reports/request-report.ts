import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { hasPermission, type MemberActor, requirePermission, requireSystem } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { type MemberId, type ReportId, uuidV7 } from "#lib/ids.ts";
import { CADENCES, lastPeriod, type Period } from "../core/reports/periods.ts";
import { REPORT_KINDS, type ReportKind } from "../core/reports/report-content.ts";
import { evidenceError } from "../errors.ts";
import {
  changeReport,
  countWaiting,
  loadAccess,
  loadLate,
  loadSchedules,
  removeSchedule,
  saveReport,
  saveSchedule,
} from "./reports-store.ts";

const MOST_WAITING = 6;
const MOST_DAYS = 1100;

const Input = z
  .object({ kind: z.enum(REPORT_KINDS), from: z.iso.date(), to: z.iso.date() })
  .refine(({ from, to }) => from <= to && Date.parse(to) - Date.parse(from) < MOST_DAYS * 86_400_000);

/**
 * Asks for a report about a period of up to three years.
 *
 * @throws evidence/too-many-reports; authorize/not-allowed
 */
export async function requestReport(ctx: Context, input: z.input<typeof Input>): Promise<ReportId> {
  requirePermission(ctx, "report.manage");
  const { kind, ...period } = Input.parse(input);
  return inTransaction(ctx, async (ctx) => {
    if ((await countWaiting(ctx)) >= MOST_WAITING) throw evidenceError("too-many-reports", "wait");
    return (await orderReport(ctx, kind, period))!;
  });
}

/** Keeps a report waiting to be built. @returns null when the schedule has asked for the same before. */
export async function orderReport(
  ctx: Context,
  kind: ReportKind,
  period: Period,
  more: { readonly reviewId?: string; readonly isScheduled?: boolean } = {},
): Promise<ReportId | null> {
  const { reviewId = null, isScheduled = false } = more;
  const createdAt = ctx.now();
  const id = uuidV7(createdAt.getTime(), ctx.runtime.random(10)) as ReportId;
  const row = { fromDay: period.from, toDay: period.to, reviewId, isScheduled, createdAt };
  const { organizationId } = ctx;
  if (!(await saveReport(ctx, { ...row, organizationId, id, kind, state: "waiting" }))) return null;
  await appendEvent(ctx, {
    type: "report.requested",
    envelopeId: null,
    data: { report: id, kind, ...period, review: reviewId ?? undefined, isScheduled },
  });
  return id;
}

const MOST_RECIPIENTS = 50;
const Schedule = z.object({
  kind: z.enum(REPORT_KINDS),
  cadence: z.enum(CADENCES).nullable(),
  /** Members who are mailed when it is ready, or late; left out, those there are stay. */
  recipients: z
    .array(z.uuid().transform((id) => id as MemberId))
    .max(MOST_RECIPIENTS)
    .optional(),
});

/**
 * Has a report made by itself at the end of every month or quarter, and members mailed who may read it; null ends that.
 *
 * @throws evidence/report-recipient-wrong
 */
export async function scheduleReport(ctx: Context, input: z.input<typeof Schedule>): Promise<void> {
  const { memberId } = requirePermission(ctx, "report.manage");
  const { kind, cadence, recipients: named } = Schedule.parse(input);
  await inTransaction(ctx, async (ctx) => {
    const { organizationId } = ctx;
    const setAt = ctx.now();
    const before = (await loadSchedules(ctx)).find((one) => one.kind === kind);
    const recipients = [...new Set(named ?? before?.recipients ?? [])];
    const people = new Map((await loadAccess(ctx)).map(({ id, role }) => [id, role]));
    const mayRead = (id: MemberId) => {
      const role = people.get(id);
      return role !== undefined && hasPermission({ kind: "member", role } as MemberActor, "report.read");
    };
    if (named && !recipients.every(mayRead))
      throw evidenceError("report-recipient-wrong", "somebody who reads no reports");
    // Who hears of it is another matter than since when it makes itself.
    const since = before?.cadence === cadence ? before.setAt : setAt;
    if (cadence === null) await removeSchedule(ctx, kind);
    else
      await saveSchedule(ctx, { organizationId, kind, cadence, recipients, setBy: memberId, setAt: since });
    const data = { kind, cadence, ...(cadence ? { recipients } : {}) };
    await appendEvent(ctx, { type: "report.scheduled", envelopeId: null, data });
  });
}

const LATE_MS = 86_400_000;

/** Says once of each scheduled report that was not made within a day that it is late. */
export async function noteLateReports(ctx: Context): Promise<void> {
  requireSystem(ctx);
  const now = ctx.now();
  await inTransaction(ctx, async (ctx) => {
    for (const { id, kind } of await loadLate(ctx, new Date(now.getTime() - LATE_MS))) {
      await changeReport(ctx, id, { lateAt: now });
      await appendEvent(ctx, { type: "report.late", envelopeId: null, data: { report: id, kind } });
    }
  });
}

/** Asks for the reports whose month or quarter has ended since they were scheduled. Safe to run at any time. */
export async function orderDueReports(ctx: Context): Promise<void> {
  requireSystem(ctx);
  const now = ctx.now();
  await inTransaction(ctx, async (ctx) => {
    for (const { kind, cadence, setAt } of await loadSchedules(ctx)) {
      if (kind === "access-review" || kind === "sample-review") continue;
      const period = lastPeriod(cadence, now);
      // A period that was over when somebody set the schedule is not asked for.
      if (new Date(`${period.to}T23:59:59.999Z`) < setAt) continue;
      await orderReport(ctx, kind, period, { isScheduled: true });
    }
  });
}
