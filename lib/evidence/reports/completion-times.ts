import { sql } from "drizzle-orm";
import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission } from "#lib/authorize.ts";
import { fromUtf8 } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { csvLine } from "#lib/envelopes/core/csv.ts";
import { requireReason } from "#lib/identity/access/require-reason.ts";
import type { Download } from "../download.ts";
import { evidenceError } from "../errors.ts";

export const TIME_SPANS = [3, 6, 12, 24] as const;
const MOST_ROWS = 200;
/** A question that takes longer is given up, rather than that others wait for it. */
const PATIENCE_MS = 30_000;

const Input = z.object({ months: z.literal(TIME_SPANS).default(6) });

export interface TimeRow {
  /** A month as 2026-10; otherwise an id. Null for what was made from no template. */
  readonly key: string | null;
  readonly label: string;
  readonly completed: number;
  /** From sent to completed. */
  readonly medianSeconds: number;
  /** Nine in ten were quicker. */
  readonly slowSeconds: number;
}

export interface CompletionTimes {
  readonly months: (typeof TIME_SPANS)[number];
  readonly all: TimeRow | null;
  readonly byMonth: readonly TimeRow[];
  readonly bySender: readonly TimeRow[];
  readonly byTemplate: readonly TimeRow[];
}

/**
 * The median time from sent to completed, by the month of completion (UTC), sender and template.
 *
 * @throws evidence/times-too-slow when there are more than can be read in the time
 */
export async function getCompletionTimes(
  ctx: Context,
  input: z.input<typeof Input> = {},
  patienceMs = PATIENCE_MS,
): Promise<CompletionTimes> {
  requirePermission(ctx, "report.read");
  const { months } = Input.parse(input);
  return inTransaction(ctx, async (ctx) => {
    await ctx.connection.execute(sql`select set_config('statement_timeout', ${String(patienceMs)}, true),
      set_config('work_mem', '64MB', true)`);
    const rows = await timesSince(ctx, firstDay(ctx.now(), months)).catch((cause: unknown) => {
      if (isGivenUp(cause)) throw evidenceError("times-too-slow", `${months} months`, { cause });
      throw cause;
    });
    const of = (kind: string) =>
      rows.filter((row) => row.kind === kind).map(({ kind: _, ...row }): TimeRow => row);
    const most = (all: readonly TimeRow[]) =>
      all.toSorted((a, b) => b.completed - a.completed || a.label.localeCompare(b.label)).slice(0, MOST_ROWS);
    return {
      months,
      all: of("all")[0] ?? null,
      byMonth: of("month").toSorted((a, b) => a.label.localeCompare(b.label)),
      bySender: most(of("sender")),
      byTemplate: most(of("template")),
    };
  });
}

const OWN_MONTHS = 6;

/** The same of what the member sent, over half a year; null where nothing of it was completed. */
export async function getOwnTimes(
  ctx: Context,
): Promise<{ readonly completed: number; readonly medianSeconds: number } | null> {
  const { memberId } = requirePermission(ctx, "envelope.create");
  const since = firstDay(ctx.now(), OWN_MONTHS).toISOString();
  return inTransaction(ctx, async (ctx) => {
    const [row] = await ctx.connection.execute<{ completed: number; medianSeconds: number }>(sql`
      select count(*)::int as completed,
        percentile_cont(0.5) within group (order by extract(epoch from ended_at - sent_at)::float8) as "medianSeconds"
      from envelopes
      where organization_id = ${ctx.organizationId} and owner_id = ${memberId} and state = 'completed'
        and ended_at >= ${since}`);
    return row && row.completed > 0 ? row : null;
  });
}

/** PostgreSQL's query_canceled, at the statement's end of time. */
const isGivenUp = (error: unknown): boolean =>
  error instanceof Error &&
  ((error as { code?: unknown }).code === "57014" || isGivenUp((error as { cause?: unknown }).cause));

/** The first of the month that begins the span: whole months, and what there is of this one. */
const firstDay = (now: Date, months: number): Date =>
  new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - months + 1, 1));

/** One reading of the completed envelopes, which an index holds whole, for all four groupings. */
async function timesSince(ctx: Context, since: Date) {
  return ctx.connection.execute<{ kind: string } & { [Key in keyof TimeRow]: TimeRow[Key] }>(sql`
    with times as materialized (
      select owner_id, template_id, date_trunc('month', ended_at at time zone 'UTC') as month,
        extract(epoch from ended_at - sent_at)::float8 as seconds
      from envelopes
      where organization_id = ${ctx.organizationId} and state = 'completed' and ended_at >= ${since.toISOString()}
    ), grouped as (
      select case when grouping(owner_id) = 0 then 'sender' when grouping(template_id) = 0 then 'template'
          when grouping(month) = 0 then 'month' else 'all' end as kind,
        owner_id, template_id, month, count(*)::int as completed,
        percentile_cont(array[0.5, 0.9]) within group (order by seconds) as cuts
      from times group by grouping sets ((owner_id), (template_id), (month), ())
    )
    select g.kind, coalesce(to_char(g.month, 'YYYY-MM'), g.owner_id::text, g.template_id::text) as key,
      coalesce(to_char(g.month, 'YYYY-MM'), a.name, e.title, '') as label, g.completed,
      g.cuts[1] as "medianSeconds", g.cuts[2] as "slowSeconds"
    from grouped g
    left join members m on m.id = g.owner_id and m.organization_id = ${ctx.organizationId}
    left join accounts a on a.id = m.account_id
    left join templates t on t.id = g.template_id and t.organization_id = ${ctx.organizationId}
    left join envelopes e on e.id = t.envelope_id and e.organization_id = ${ctx.organizationId}
    where g.completed > 0`);
}

const BYTE_ORDER_MARK = "\ufeff";
const COLUMNS = ["grouped_by", "name", "completed", "median_hours", "ninety_percent_within_hours"];

/** The same as CSV; and records who took it along. @throws identity/reason-required, and as `getCompletionTimes` */
export async function downloadCompletionTimes(ctx: Context, input: z.input<typeof Input>): Promise<Download> {
  requirePermission(ctx, "report.read");
  const { months, all, byMonth, bySender, byTemplate } = await getCompletionTimes(ctx, input);
  const fileName = `times-to-complete-${months}-months.csv`;
  await inTransaction(ctx, async (ctx) => {
    const reason = await requireReason(ctx, "export", null);
    const data = { kind: "completion-times", file: fileName, reason };
    await appendEvent(ctx, { type: "evidence.downloaded", envelopeId: null, data });
  });
  const hours = (seconds: number) => (seconds / 3_600).toFixed(2);
  const lines = [
    ...(all ? [["all", all] as const] : []),
    ...byMonth.map((row) => ["month", row] as const),
    ...bySender.map((row) => ["sender", row] as const),
    ...byTemplate.map((row) => ["template", row] as const),
  ].map(([group, row]) =>
    csvLine([group, row.label, String(row.completed), hours(row.medianSeconds), hours(row.slowSeconds)]),
  );
  const bytes = new Blob([fromUtf8(BYTE_ORDER_MARK + csvLine(COLUMNS) + lines.join("")) as BlobPart]);
  return {
    ...{ fileName, contentType: "text/csv; charset=utf-8", sizeBytes: null },
    bytes: bytes.stream() as Download["bytes"],
  };
}
