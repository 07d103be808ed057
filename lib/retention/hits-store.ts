import { sql } from "drizzle-orm";
import { envelopes } from "#db/schema/envelopes.ts";
import type { Context } from "#lib/context.ts";
import { lastActivityIn } from "./contract-end-store.ts";
import { ruled } from "./rules-store.ts";

export interface HitRow {
  /** Null for the standard. */
  readonly classId: string | null;
  /** The rule by which it decides; null where it was chosen, or is the organization's own. */
  readonly ruleId: string | null;
  readonly count: number;
  /** Of those, whose clock stands. */
  readonly standing: number;
  /** The first day from which years count, of all of them: ISO 8601. */
  readonly firstBegunOn: string | null;
}

/**
 * How many envelopes that have ended each class decides about, and each rule, by one look at all of them.
 *
 * @param patienceMs after which PostgreSQL gives up, with `query_canceled`
 */
export async function countHits(ctx: Context, patienceMs: number): Promise<HitRow[]> {
  await ctx.connection.execute(sql`select set_config('statement_timeout', ${String(patienceMs)}, true)`);
  const trigger = sql`case ${envelopes.state} when 'completed' then 'completion' when 'expired' then 'expiry' else 'void' end`;
  const begun = sql`case coalesce(c.counts_from, 'end')
    when 'contract-end' then case when contract_end ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'
      then greatest(contract_end, ended_on) end
    when 'owner-left' then case when owner_left is not null then greatest(owner_left, ended_on) end
    when 'last-activity' then greatest(${lastActivityIn(sql`decided.id`)}, ended_on)
    else ended_on end`;
  return ctx.connection.execute<{ [Key in keyof HitRow]: HitRow[Key] }>(sql`
    with decided as (
      select envelopes.id, to_char(envelopes.ended_at at time zone 'UTC', 'YYYY-MM-DD') as ended_on,
        (select c.id from envelope_retention r join retention_classes c on c.id = r.class_id
          where r.envelope_id = envelopes.id and c.trigger = ${trigger}) as chosen_id,
        ${ruled(sql`r.id`, trigger)} as rule_id,
        (select d.id from retention_classes d where d.organization_id = envelopes.organization_id
          and d.is_default and d.trigger = ${trigger}) as default_id,
        (select coalesce(ce.ends_on::text, v.value) from contract_ends ce
          left join field_values v on v.field_id = ce.field_id where ce.envelope_id = envelopes.id) as contract_end,
        (select to_char(m.removed_at at time zone 'UTC', 'YYYY-MM-DD') from members m
          where m.id = envelopes.owner_id) as owner_left
      from envelopes
      where envelopes.organization_id = ${ctx.organizationId} and envelopes.deleted_at is null
        and envelopes.purged_at is null and envelopes.state in ('completed', 'declined', 'voided', 'expired')
    )
    select coalesce(chosen_id, r.class_id, default_id) as "classId",
      case when chosen_id is null then rule_id end as "ruleId",
      count(*)::int as count, (count(*) filter (where ${begun} is null))::int as standing,
      min(${begun}) as "firstBegunOn"
    from decided
    left join retention_rules r on r.id = decided.rule_id
    left join retention_classes c on c.id = coalesce(chosen_id, r.class_id, default_id)
    group by 1, 2`);
}
