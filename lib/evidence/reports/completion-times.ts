import { type SQL, sql } from "drizzle-orm";
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
 * The median time from sent to completed, by the month of completion (UTC), sender and template: of a great many within
 * half a hundredth.
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
    const rows = await timesSince(ctx, firstDay(ctx.now(), months), months).catch((cause: unknown) => {
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

/** Up to so many are put in order one by one; of more, times that differ by half a hundredth count as one. */
const MOST_EXACT = 50_000;
/** Of the logarithm of seconds: 1/200 is half a hundredth of the time. */
const STEPS = 200;

type Row = { readonly kind: string } & { readonly [Key in keyof TimeRow]: TimeRow[Key] };

/** The completed envelopes of a span, from an index that holds all that is asked of them. */
async function timesSince(ctx: Context, since: Date, months: number): Promise<readonly Row[]> {
  const wanted = sql`organization_id = ${ctx.organizationId} and state = 'completed'
    and ended_at >= ${since.toISOString()}`;
  const [few] = await ctx.connection.execute<{ isSo: boolean }>(sql`
    select count(*) <= ${MOST_EXACT} as "isSo"
    from (select 1 from envelopes where ${wanted} limit ${MOST_EXACT + 1}) found`);
  const first = Array.from({ length: months }, (_, index) =>
    new Date(Date.UTC(since.getUTCFullYear(), since.getUTCMonth() + index, 1)).toISOString(),
  );
  // Of which month it is, counted from 1: looked up in a list, which takes a fraction of what a calendar does.
  const month = sql`width_bucket(ended_at, ${sql.param(`{${first.join(",")}}`)}::timestamptz[])`;
  const seconds = sql`date_part('epoch', ended_at - sent_at)`;
  const grouped = few!.isSo ? exactly(wanted, month, seconds) : nearly(wanted, month, seconds);
  const rows = await ctx.connection.execute<Row & { month: number | null }>(sql`
    with grouped as (${grouped})
    select g.kind, g.month, coalesce(g.owner_id::text, g.template_id::text) as key,
      coalesce(a.name, e.title, '') as label, g.completed, g.middle as "medianSeconds", g.slow as "slowSeconds"
    from grouped g
    left join members m on m.id = g.owner_id and m.organization_id = ${ctx.organizationId}
    left join accounts a on a.id = m.account_id
    left join templates t on t.id = g.template_id and t.organization_id = ${ctx.organizationId}
    left join envelopes e on e.id = t.envelope_id and e.organization_id = ${ctx.organizationId}
    where g.completed > 0`);
  return rows.map(({ month, ...row }) => {
    const name = month === null ? null : first[month - 1]!.slice(0, 7);
    return name === null ? row : { ...row, key: name, label: name };
  });
}

const exactly = (wanted: SQL, month: SQL, seconds: SQL): SQL => sql`
  select case when grouping(owner_id) = 0 then 'sender' when grouping(template_id) = 0 then 'template'
      when grouping(month) = 0 then 'month' else 'all' end as kind,
    owner_id, template_id, month, count(*)::int as completed,
    percentile_cont(0.5) within group (order by seconds) as middle,
    percentile_cont(0.9) within group (order by seconds) as slow
  from (select owner_id, template_id, ${month} as month, ${seconds} as seconds from envelopes where ${wanted}) times
  group by grouping sets ((owner_id), (template_id), (month), ())`;

/**
 * Counted by how long they took rather than sorted: what does not fit into memory sorted fits counted. Read once, for all
 * groupings; the whole is what the months are together.
 */
function nearly(wanted: SQL, month: SQL, seconds: SQL): SQL {
  return sql`
    select kind, owner_id, template_id, month, max(until)::int as completed,
      (min(array[until, mean]) filter (where until >= total * 0.5))[2] as middle,
      (min(array[until, mean]) filter (where until >= total * 0.9))[2] as slow
    from (
      select c.*, c.seconds / c.completed as mean, sum(c.completed) over (grp order by c.step)::float8 as until,
        sum(c.completed) over (partition by c.kind, c.owner_id, c.template_id, c.month)::float8 as total
      from (
        with counted as materialized (
          select case when grouping(owner_id) = 0 then 'sender' when grouping(template_id) = 0 then 'template'
              else 'month' end as kind,
            owner_id, template_id, month, step, count(*)::int as completed, sum(seconds) as seconds
          from (
            select owner_id, template_id, month, seconds, (ln(greatest(seconds, 1)) * ${STEPS}::float8)::int as step
            from (select owner_id, template_id, ${month} as month, ${seconds} as seconds
              from envelopes where ${wanted} offset 0) times
          ) stepped
          group by grouping sets ((owner_id, step), (template_id, step), (month, step))
        )
        select * from counted
        union all select 'all', null, null, null, step, sum(completed)::int, sum(seconds) from counted
        where kind = 'month' group by step
      ) c
      window grp as (partition by c.kind, c.owner_id, c.template_id, c.month)
    ) counted
    group by kind, owner_id, template_id, month`;
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
