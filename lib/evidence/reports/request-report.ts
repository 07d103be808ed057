import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission, requireSystem } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { type ReportId, uuidV7 } from "#lib/ids.ts";
import { CADENCES, lastPeriod, type Period } from "../core/reports/periods.ts";
import { REPORT_KINDS, type ReportKind } from "../core/reports/report-content.ts";
import { evidenceError } from "../errors.ts";
import { countWaiting, loadSchedules, removeSchedule, saveReport, saveSchedule } from "./reports-store.ts";

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

const Schedule = z.object({ kind: z.enum(REPORT_KINDS), cadence: z.enum(CADENCES).nullable() });

/** Has a report made by itself at the end of every month or quarter; null ends that. */
export async function scheduleReport(ctx: Context, input: z.input<typeof Schedule>): Promise<void> {
  const { memberId } = requirePermission(ctx, "report.manage");
  const { kind, cadence } = Schedule.parse(input);
  await inTransaction(ctx, async (ctx) => {
    const { organizationId } = ctx;
    const setAt = ctx.now();
    if (cadence === null) await removeSchedule(ctx, kind);
    else await saveSchedule(ctx, { organizationId, kind, cadence, setBy: memberId, setAt });
    await appendEvent(ctx, { type: "report.scheduled", envelopeId: null, data: { kind, cadence } });
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
