import { and, asc, eq, type SQL, sql } from "drizzle-orm";
import { envelopes } from "#db/schema/envelopes.ts";
import { retentionClasses, retentionRules } from "#db/schema/retention.ts";
import type { Context } from "#lib/context.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import type { ClassRow } from "./class-store.ts";
import type { RuleKind } from "./core/rules.ts";
import { own } from "./store.ts";

export type RuleRow = typeof retentionRules.$inferSelect;

/** Whether a rule `r` finds the envelope of the query around it. */
const FITS = sql`case r.kind
  when 'template' then ${envelopes.templateId}::text = r.value
  when 'tag' then exists (select from unnest(${envelopes.tags}) tag where lower(tag) = r.value)
  when 'person' then exists (select from recipients p where p.envelope_id = ${envelopes.id}
    and (lower(p.email) = r.value or split_part(lower(p.email), '@', 2) = r.value))
  else exists (select from templates t join library_forms f on f.id = t.form_id
    where t.id = ${envelopes.templateId} and upper(f.jurisdiction) = r.value) end`;

/**
 * One thing about the class that rules give the envelope of the query around it. Of several one goes first whose clock may
 * not have begun: that of a contract, of an account, of the last activity; then the one that keeps longest. Before all of
 * them goes one that destroys nothing.
 *
 * @param of `c` is the class, `r` the rule. @param trigger the kind of end
 */
export const ruled = (of: SQL, trigger: SQL) => sql`(select ${of} from retention_rules r
  join retention_classes c on c.id = r.class_id
  where r.organization_id = ${envelopes.organizationId} and c.trigger = ${trigger} and ${FITS}
  order by array_position(array['keep', 'archive'], c.action) nulls last,
    array_position(array['contract-end', 'owner-left', 'last-activity', 'end'], c.counts_from), c.years desc, lower(c.name), r.kind, r.value limit 1)`;

/** For how many years an agreement wants health data of the envelope of the query around it kept; null for none. */
export const agreedYears = sql`(select max(b.keep_years) from business_agreements b
  where b.organization_id = ${envelopes.organizationId}
    and b.signed_on <= (${envelopes.sentAt} at time zone 'UTC')::date
    and (b.ends_on is null or b.ends_on >= (${envelopes.sentAt} at time zone 'UTC')::date)
    and (b.ended_at is null or b.ended_at > ${envelopes.sentAt})
    and exists (select from documents d where d.envelope_id = ${envelopes.id} and d.removed_at is null
      and d.holds_health))`;

/** The class that rules give an envelope, and the rule that does. */
export async function loadRuledClass(
  ctx: Context,
  envelopeId: EnvelopeId,
  trigger: ClassRow["trigger"],
): Promise<{
  readonly class: ClassRow;
  readonly rule: string;
  readonly kind: RuleKind;
  readonly value: string;
} | null> {
  const [row] = await ctx.connection
    .select({ rule: retentionRules, class: retentionClasses })
    .from(envelopes)
    .innerJoin(retentionRules, sql`${retentionRules.id} = ${ruled(sql`r.id`, sql`${trigger}`)}`)
    .innerJoin(retentionClasses, eq(retentionClasses.id, retentionRules.classId))
    .where(and(eq(envelopes.id, envelopeId), own(ctx, envelopes)));
  if (!row) return null;
  const { id: rule, kind, value } = row.rule;
  return { class: row.class, rule, kind, value };
}

/** What the agreement asks for that an envelope's health data was sent under: the longest, where several count. */
export async function loadAgreedTerm(
  ctx: Context,
  envelopeId: EnvelopeId,
): Promise<{ readonly coveredEntity: string; readonly years: number } | null> {
  const [row] = await ctx.connection.execute<{ years: number; entity: string }>(sql`
    select b.keep_years as years, b.covered_entity as entity from envelopes
    join business_agreements b on b.organization_id = envelopes.organization_id and b.keep_years = ${agreedYears}
      and b.signed_on <= (envelopes.sent_at at time zone 'UTC')::date
      and (b.ends_on is null or b.ends_on >= (envelopes.sent_at at time zone 'UTC')::date)
      and (b.ended_at is null or b.ended_at > envelopes.sent_at)
    where envelopes.id = ${envelopeId} and envelopes.organization_id = ${ctx.organizationId}
    order by b.recorded_at limit 1`);
  return row ? { coveredEntity: row.entity, years: row.years } : null;
}

export async function loadRules(ctx: Context): Promise<RuleRow[]> {
  return ctx.connection
    .select()
    .from(retentionRules)
    .where(own(ctx, retentionRules))
    .orderBy(asc(retentionRules.kind), asc(retentionRules.value));
}

/** @returns whether it was not there yet. */
export async function saveRule(ctx: Context, row: typeof retentionRules.$inferInsert): Promise<boolean> {
  const saved = await ctx.connection
    .insert(retentionRules)
    .values(row)
    .onConflictDoNothing()
    .returning({ id: retentionRules.id });
  return saved.length > 0;
}

export async function deleteRule(ctx: Context, id: string): Promise<RuleRow | null> {
  const [row] = await ctx.connection
    .delete(retentionRules)
    .where(and(eq(retentionRules.id, id), own(ctx, retentionRules)))
    .returning();
  return row ?? null;
}
