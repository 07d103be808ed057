import { sql } from "drizzle-orm";
import { type Context, inTransaction } from "#lib/context.ts";

export interface Installation {
  /** PostgreSQL's, like `16.4`. */
  readonly version: string;
  readonly role: string;
  readonly isSuperuser: boolean;
  /** Row-level rules do not bind it. */
  readonly passesRules: boolean;
  readonly tables: number;
  /** Every column of every table with its type, one on each line. */
  readonly schema: string;
}

/** What the product finds itself connected to. */
export async function loadInstallation(ctx: Context): Promise<Installation> {
  const [row] = await ctx.connection.execute<{ [Key in keyof Installation]: Installation[Key] }>(sql`
    select split_part(current_setting('server_version'), ' ', 1) as version, current_user as role,
      r.rolsuper as "isSuperuser", r.rolbypassrls as "passesRules",
      (select count(distinct table_name)::int from information_schema.columns where table_schema = 'public') as tables,
      (select string_agg(table_name || ' ' || column_name || ' ' || data_type || ' ' || is_nullable, chr(10)
        order by table_name collate "C", column_name collate "C")
        from information_schema.columns where table_schema = 'public') as schema
    from pg_roles r where r.rolname = current_user`);
  return row!;
}

/** Tries to change an event of the audit chain, without changing any. @returns PostgreSQL's refusal; null when it let it */
export async function tryChange(ctx: Context): Promise<string | null> {
  try {
    await inTransaction(ctx, (ctx) =>
      ctx.connection.execute(sql`update audit_events set body = body where false`),
    );
    return null;
  } catch (error) {
    const { code } = ((error as Error).cause ?? error) as { code?: string };
    if (code === undefined) throw error;
    return code;
  }
}

/** Of envelopes completed in a period, how long sealing took after the last signature, for 95 of 100 of them. */
export async function loadSealTimes(
  ctx: Context,
  from: Date,
  to: Date,
): Promise<{ completed: number; p95Seconds: number | null }> {
  const [row] = await ctx.connection.execute<{ completed: number; p95Seconds: number | null }>(sql`
    with times as (
      select extract(epoch from done.occurred_at - signed.occurred_at)::float8 as seconds
      from audit_events done
      join lateral (
        select max(s.occurred_at) as occurred_at from audit_events s
        where s.chain_id = done.chain_id and s.type = 'envelope.all-signed'
      ) signed on signed.occurred_at is not null
      where done.organization_id = ${ctx.organizationId} and done.type = 'envelope.completed'
        and done.occurred_at >= ${from.toISOString()}::timestamptz and done.occurred_at < ${to.toISOString()}::timestamptz
    )
    select count(*)::int as completed,
      round(percentile_cont(0.95) within group (order by seconds)::numeric, 1)::float8 as "p95Seconds" from times`);
  return row!;
}
