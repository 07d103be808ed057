import {
  and,
  asc,
  desc,
  eq,
  gt,
  inArray,
  isNotNull,
  isNull,
  ne,
  notInArray,
  or,
  type SQL,
  sql,
} from "drizzle-orm";
import { bulkJobs, bulkMappings, bulkRows, bulkSends } from "#db/schema/bulk.ts";
import { members } from "#db/schema/identity.ts";
import { accounts } from "#db/schema/installation.ts";
import { toHex } from "#lib/bytes.ts";
import type { Context } from "#lib/context.ts";
import type { EnvelopeId, MemberId } from "#lib/ids.ts";
import type { RowProblem } from "../core/bulk/compose-row.ts";
import { IN_FLIGHT_MS, WINDOW_MS } from "../core/bulk/pacing.ts";
import { envelopesError } from "../errors.ts";

export type JobRow = typeof bulkJobs.$inferSelect;
export type RowRow = typeof bulkRows.$inferSelect;
export type RowState = RowRow["state"];

const ownJob = (ctx: Context) => eq(bulkJobs.organizationId, ctx.organizationId);
const ownRow = (ctx: Context, jobId: string) =>
  and(eq(bulkRows.jobId, jobId), eq(bulkRows.organizationId, ctx.organizationId));

export async function saveJob(ctx: Context, row: typeof bulkJobs.$inferInsert): Promise<void> {
  await ctx.connection.insert(bulkJobs).values(row);
}

/** @throws envelopes/bulk-not-found */
export async function loadJob(ctx: Context, id: string): Promise<JobRow> {
  const [row] = await ctx.connection
    .select()
    .from(bulkJobs)
    .where(and(eq(bulkJobs.id, id), ownJob(ctx)));
  if (!row) throw envelopesError("bulk-not-found", `bulk job ${id}`);
  return row;
}

/** Locked until the transaction ends. @throws envelopes/bulk-not-found */
export async function lockJob(ctx: Context, id: string): Promise<JobRow> {
  const [row] = await ctx.connection
    .select()
    .from(bulkJobs)
    .where(and(eq(bulkJobs.id, id), ownJob(ctx)))
    .for("update");
  if (!row) throw envelopesError("bulk-not-found", `bulk job ${id}`);
  return row;
}

export async function changeJob(
  ctx: Context,
  id: string,
  change: Partial<typeof bulkJobs.$inferInsert>,
): Promise<void> {
  await ctx.connection
    .update(bulkJobs)
    .set({ ...change, changedAt: ctx.now() })
    .where(and(eq(bulkJobs.id, id), ownJob(ctx)));
}

/** Newest first; of one member, or of everybody. */
export async function listJobRows(ctx: Context, ownerId: MemberId | null, limit: number) {
  const { id, fileName, source, state, createdAt, startedAt, pauseReason } = bulkJobs;
  return ctx.connection
    .select({
      ...{ id, fileName, state, createdAt, startedAt, pauseReason },
      title: sql<string>`${source} -> 'content' ->> 'title'`,
      ownerName: accounts.name,
    })
    .from(bulkJobs)
    .leftJoin(members, eq(members.id, bulkJobs.ownerId))
    .leftJoin(accounts, eq(accounts.id, members.accountId))
    .where(and(ownJob(ctx), ownerId ? eq(bulkJobs.ownerId, ownerId) : undefined))
    .orderBy(desc(createdAt), desc(id))
    .limit(limit);
}

/** Another job that sends the same table of the same source, and was started. */
export async function findSameTable(ctx: Context, job: JobRow) {
  const [row] = await ctx.connection
    .select({ id: bulkJobs.id, startedAt: bulkJobs.startedAt })
    .from(bulkJobs)
    .where(
      and(
        ownJob(ctx),
        eq(bulkJobs.tableSha256, job.tableSha256),
        eq(bulkJobs.sourceId, job.sourceId),
        ne(bulkJobs.id, job.id),
        isNotNull(bulkJobs.startedAt),
      ),
    )
    .orderBy(desc(bulkJobs.startedAt))
    .limit(1);
  return row ?? null;
}

const BATCH = 1_000;

export async function saveRows(
  ctx: Context,
  jobId: string,
  rows: readonly {
    readonly id: string;
    readonly number: number;
    readonly line: number;
    readonly cells: readonly string[];
  }[],
): Promise<void> {
  for (let start = 0; start < rows.length; start += BATCH) {
    const some = JSON.stringify(
      rows.slice(start, start + BATCH).map((row) => ({
        ...row,
        // PostgreSQL keeps no zero bytes and no half characters.
        cells: row.cells.map((cell) => cell.toWellFormed().replaceAll("\u0000", "")),
      })),
    );
    await ctx.connection.execute(sql`
      insert into bulk_rows (organization_id, id, job_id, number, line, cells, state)
      select ${ctx.organizationId}::uuid, r.id, ${jobId}::uuid, r.number, r.line, r.cells, 'ready'
      from jsonb_to_recordset(${some}::jsonb) as r(id uuid, number integer, line integer, cells jsonb)`);
  }
}

/** Rows in their order, from after a number. */
export async function loadRows(
  ctx: Context,
  jobId: string,
  query: { readonly after: number; readonly limit: number; readonly states?: readonly RowState[] },
): Promise<RowRow[]> {
  const { after, limit, states } = query;
  return ctx.connection
    .select()
    .from(bulkRows)
    .where(
      and(
        ownRow(ctx, jobId),
        gt(bulkRows.number, after),
        states ? inArray(bulkRows.state, [...states]) : undefined,
      ),
    )
    .orderBy(asc(bulkRows.number))
    .limit(limit);
}

export interface CheckedRow {
  readonly id: EnvelopeId;
  readonly key: Uint8Array;
  readonly timeZone: string;
  readonly problems: readonly RowProblem[];
}

/** What became of rows that were looked at; of those that went out nothing changes. */
export async function saveChecked(ctx: Context, rows: readonly CheckedRow[]): Promise<void> {
  const all = JSON.stringify(
    rows.map(({ id, key, timeZone, problems }) => ({ id, key: toHex(key), zone: timeZone, problems })),
  );
  await ctx.connection.execute(sql`
    update bulk_rows b set key = decode(r.key, 'hex'), time_zone = r.zone, problems = r.problems,
      state = case when r.problems = '[]'::jsonb then 'ready' else 'wrong' end
    from jsonb_to_recordset(${all}::jsonb) as r(id uuid, key text, zone text, problems jsonb)
    where b.id = r.id and b.organization_id = ${ctx.organizationId} and b.state in ('ready', 'wrong')`);
}

/** Of these keys, those that other jobs have sent already. */
export async function keysSentBefore(
  ctx: Context,
  jobId: string,
  keys: readonly Uint8Array[],
): Promise<Set<string>> {
  if (keys.length === 0) return new Set();
  const rows = await ctx.connection
    .selectDistinctOn([bulkRows.key], { key: bulkRows.key })
    .from(bulkRows)
    .where(
      and(
        eq(bulkRows.organizationId, ctx.organizationId),
        inArray(bulkRows.key, [...keys]),
        eq(bulkRows.state, "sent"),
        ne(bulkRows.jobId, jobId),
      ),
    );
  return new Set(rows.map(({ key }) => toHex(key!)));
}

export async function countRows(ctx: Context, jobId: string): Promise<Record<RowState, number>> {
  const rows = await ctx.connection.execute<{ state: RowState; count: number }>(sql`
    select state, count(*)::int as count from bulk_rows
    where job_id = ${jobId} and organization_id = ${ctx.organizationId} group by state`);
  const counts = { ready: 0, wrong: 0, sent: 0, cancelled: 0 };
  for (const { state, count } of rows) counts[state] = count;
  return counts;
}

/** How far the envelopes of a job have come. */
export async function countEnvelopes(ctx: Context, jobId: string) {
  const rows = await ctx.connection.execute<{ state: string; count: number; invited: number }>(sql`
    select e.state, count(*)::int as count from bulk_rows b join envelopes e on e.id = b.id
    where b.job_id = ${jobId} and b.organization_id = ${ctx.organizationId} and b.state = 'sent'
      and e.organization_id = ${ctx.organizationId} group by e.state`);
  return Object.fromEntries(rows.map(({ state, count }) => [state, count])) as Readonly<
    Record<string, number>
  >;
}

/** Of those in envelopes of a job who are asked to read and confirm: all of them, and who has. */
export async function countReaders(ctx: Context, jobId: string): Promise<{ all: number; done: number }> {
  const [row] = await ctx.connection.execute<{ all: number; done: number }>(sql`
    select count(*)::int as all, count(*) filter (where r.state = 'finished')::int as done
    from bulk_rows b join recipients r on r.envelope_id = b.id and r.role = 'viewer'
    where b.job_id = ${jobId} and b.organization_id = ${ctx.organizationId} and b.state = 'sent'
      and r.organization_id = ${ctx.organizationId}`);
  return row!;
}

/** Invitations that are gone, and those of them the mail server refused. */
export async function countSends(ctx: Context, jobId: string): Promise<{ done: number; refused: number }> {
  const [row] = await ctx.connection.execute<{ done: number; refused: number }>(sql`
    select count(*)::int as done, count(*) filter (where outcome = 'refused')::int as refused from bulk_sends
    where job_id = ${jobId} and organization_id = ${ctx.organizationId} and done_at is not null`);
  return row!;
}

/** Lets one process at a time decide what an organization sends next, until its transaction ends. */
export async function lockSending(ctx: Context): Promise<void> {
  await ctx.connection.execute(
    sql`select pg_advisory_xact_lock(hashtextextended(${ctx.organizationId}, 11))`,
  );
}

/** Running jobs with what went out of each in the last minute and what waits. */
export async function loadPaced(ctx: Context, now: Date) {
  const since = new Date(now.getTime() - WINDOW_MS).toISOString();
  return ctx.connection.execute<{
    id: string;
    ownerId: MemberId;
    teamId: string | null;
    perMinute: number;
    inWindow: number;
    hasWaiting: boolean;
    underWay: number;
  }>(sql`
    select j.id, j.owner_id as "ownerId", j.per_minute as "perMinute",
      (select m.team_id from members m where m.id = j.owner_id and m.organization_id = j.organization_id) as "teamId",
      (select count(*)::int from bulk_rows b where b.job_id = j.id and b.state = 'sent'
        and b.sent_at > ${since}::timestamptz) as "inWindow",
      exists (select from bulk_rows b where b.job_id = j.id and b.state = 'ready') as "hasWaiting",
      (select count(*)::int from bulk_rows b join envelopes e on e.id = b.id and e.state = 'sent'
        where b.job_id = j.id and b.state = 'sent' and not b.is_invited) as "underWay"
    from bulk_jobs j where j.organization_id = ${ctx.organizationId} and j.state = 'running'
    order by j.started_at, j.id`);
}

/** The zones that rows still waiting name. */
export async function loadZones(ctx: Context, jobId: string): Promise<string[]> {
  const rows = await ctx.connection
    .selectDistinctOn([bulkRows.timeZone], { timeZone: bulkRows.timeZone })
    .from(bulkRows)
    .where(and(ownRow(ctx, jobId), eq(bulkRows.state, "ready")));
  return rows.map(({ timeZone }) => timeZone);
}

/** The next rows of a job whose people are awake. @param lock until the transaction ends. */
export async function nextRows(
  ctx: Context,
  jobId: string,
  query: {
    readonly limit: number;
    readonly quietZones: readonly string[];
    readonly ids?: readonly EnvelopeId[];
  },
): Promise<RowRow[]> {
  const { limit, quietZones, ids } = query;
  const find = ctx.connection
    .select()
    .from(bulkRows)
    .where(
      and(
        ownRow(ctx, jobId),
        eq(bulkRows.state, "ready"),
        quietZones.length > 0 ? notInArray(bulkRows.timeZone, [...quietZones]) : undefined,
        ids ? inArray(bulkRows.id, [...ids]) : undefined,
      ),
    )
    .orderBy(asc(bulkRows.number))
    .limit(limit);
  return ids ? find.for("update") : find;
}

export async function markRows(
  ctx: Context,
  jobId: string,
  ids: readonly EnvelopeId[],
  change: Partial<typeof bulkRows.$inferInsert>,
): Promise<void> {
  if (ids.length === 0) return;
  await ctx.connection
    .update(bulkRows)
    .set(change)
    .where(and(ownRow(ctx, jobId), inArray(bulkRows.id, [...ids])));
}

export async function cancelReady(ctx: Context, jobId: string): Promise<void> {
  await ctx.connection
    .update(bulkRows)
    .set({ state: "cancelled" })
    .where(and(ownRow(ctx, jobId), eq(bulkRows.state, "ready")));
}

/** The row that an envelope was made of. */
export async function findRow(ctx: Context, id: EnvelopeId): Promise<RowRow | null> {
  const [row] = await ctx.connection
    .select()
    .from(bulkRows)
    .where(and(eq(bulkRows.id, id), eq(bulkRows.organizationId, ctx.organizationId)));
  return row ?? null;
}

export async function findMapping(ctx: Context, sourceId: string): Promise<Readonly<Record<string, string>>> {
  const [row] = await ctx.connection
    .select({ columns: bulkMappings.columns })
    .from(bulkMappings)
    .where(and(eq(bulkMappings.organizationId, ctx.organizationId), eq(bulkMappings.sourceId, sourceId)));
  return row?.columns ?? {};
}

export async function saveMapping(
  ctx: Context,
  sourceId: string,
  columns: Readonly<Record<string, string>>,
): Promise<void> {
  const row = { columns, savedAt: ctx.now() };
  await ctx.connection
    .insert(bulkMappings)
    .values({ ...row, organizationId: ctx.organizationId, sourceId })
    .onConflictDoUpdate({ target: [bulkMappings.organizationId, bulkMappings.sourceId], set: row });
}

/**
 * What counts against a throttle now: mails on their way, and those that went in the last minute. A send whose turn
 * comes while fewer than the limit count keeps every window of 60 seconds within it, however long each takes.
 */
export async function countInWindow(
  ctx: Context,
  jobId: string | null,
  now: Date,
): Promise<{ readonly count: number; readonly oldestDoneAt: Date | null }> {
  const since = new Date(now.getTime() - WINDOW_MS);
  const begun = new Date(now.getTime() - IN_FLIGHT_MS);
  const counts: SQL | undefined = or(
    gt(bulkSends.doneAt, since),
    and(isNull(bulkSends.doneAt), gt(bulkSends.begunAt, begun)),
  );
  const rows = await ctx.connection
    .select({ count: sql<number>`count(*)::int`, oldest: sql<string | null>`min(${bulkSends.doneAt})` })
    .from(bulkSends)
    .where(
      and(
        eq(bulkSends.organizationId, ctx.organizationId),
        jobId ? eq(bulkSends.jobId, jobId) : undefined,
        counts,
      ),
    );
  const { count, oldest } = rows[0]!;
  return { count, oldestDoneAt: oldest ? new Date(oldest) : null };
}

export async function beginSend(ctx: Context, row: typeof bulkSends.$inferInsert): Promise<void> {
  await ctx.connection
    .insert(bulkSends)
    .values(row)
    .onConflictDoUpdate({ target: bulkSends.message, set: { begunAt: row.begunAt, doneAt: null } });
  const own = and(eq(bulkRows.id, row.envelopeId), eq(bulkRows.organizationId, ctx.organizationId));
  await ctx.connection.update(bulkRows).set({ isInvited: true }).where(own);
}

export async function endSend(
  ctx: Context,
  message: string,
  outcome: "delivered" | "refused" | null,
): Promise<void> {
  const own = and(eq(bulkSends.message, message), eq(bulkSends.organizationId, ctx.organizationId));
  // One that failed keeps its place in the window: it may have gone out all the same.
  await ctx.connection.update(bulkSends).set({ doneAt: ctx.now(), outcome }).where(own);
}

/** Counts an invitation that came back; gives the job it belongs to. */
export async function markBounced(ctx: Context, message: string) {
  const [row] = await ctx.connection
    .update(bulkSends)
    .set({ outcome: "refused" })
    .where(and(eq(bulkSends.message, message), eq(bulkSends.organizationId, ctx.organizationId)))
    .returning({ jobId: bulkSends.jobId });
  return row ? { jobId: row.jobId, bouncePercent: (await loadJob(ctx, row.jobId)).bouncePercent } : null;
}

/** Whether an invitation to somebody of this envelope has gone. */
export async function hasBegun(ctx: Context, envelopeId: EnvelopeId): Promise<boolean> {
  const rows = await ctx.connection
    .select({ message: bulkSends.message })
    .from(bulkSends)
    .where(
      and(
        eq(bulkSends.envelopeId, envelopeId),
        eq(bulkSends.organizationId, ctx.organizationId),
        isNotNull(bulkSends.outcome),
      ),
    )
    .limit(1);
  return rows.length > 0;
}
