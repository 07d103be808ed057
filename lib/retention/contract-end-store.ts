import { and, asc, eq, isNull, type SQL, sql } from "drizzle-orm";
import { envelopes, fields, fieldValues } from "#db/schema/envelopes.ts";
import { members } from "#db/schema/identity.ts";
import { contractEnds } from "#db/schema/retention.ts";
import type { Context } from "#lib/context.ts";
import type { EnvelopeId, FieldId, MemberId } from "#lib/ids.ts";
import { dayOf, isDay } from "./core/schedule.ts";
import { own } from "./store.ts";

export interface ContractEnd {
  /** Null where a field is to say it and does not yet, or says no day. */
  readonly endsOn: string | null;
  readonly fieldId: FieldId | null;
  readonly fieldLabel: string | null;
  /** When it was said that it has ended. */
  readonly notedAt: Date | null;
}

/** When the contract in an envelope ends, as far as somebody has said; null where nobody has. */
export async function contractEndOf(ctx: Context, envelopeId: EnvelopeId): Promise<ContractEnd | null> {
  const [row] = await ctx.connection
    .select({
      entered: contractEnds.endsOn,
      fieldId: contractEnds.fieldId,
      fieldLabel: fields.label,
      value: fieldValues.value,
      notedAt: contractEnds.notedAt,
    })
    .from(contractEnds)
    .leftJoin(fields, eq(fields.id, contractEnds.fieldId))
    .leftJoin(fieldValues, eq(fieldValues.fieldId, contractEnds.fieldId))
    .where(and(eq(contractEnds.envelopeId, envelopeId), own(ctx, contractEnds)));
  if (!row) return null;
  const { entered, fieldId, fieldLabel, value, notedAt } = row;
  return { endsOn: entered ?? (value && isDay(value) ? value : null), fieldId, fieldLabel, notedAt };
}

/**
 * The day on which a person last did anything in an envelope, by its chain. Looking is no activity, nor is what is done
 * about keeping it: who reviews what is due would begin its years anew.
 */
export const lastActivityIn = (envelopeId: SQL) => sql<string | null>`(
  select to_char(max(e.occurred_at) at time zone 'UTC', 'YYYY-MM-DD') from audit_events e
  where e.chain_id = ${envelopeId} and e.actor_id is not null
    and e.type not in ('envelope.opened', 'evidence.downloaded', 'envelope.held', 'envelope.freed', 'contract-end.set')
    and split_part(e.type, '.', 1) not in ('purge', 'retention-class', 'envelope-retention'))`;

export async function lastActivityOf(ctx: Context, envelopeId: EnvelopeId): Promise<string | null> {
  const [row] = await ctx.connection.execute<{ day: string | null }>(
    sql`select ${lastActivityIn(sql`${envelopeId}`)} as day`,
  );
  return row?.day ?? null;
}

/** The day on which a member's account in the organization was closed; null while they are there. */
export async function ownerLeftOn(ctx: Context, memberId: MemberId): Promise<string | null> {
  const [row] = await ctx.connection
    .select({ removedAt: members.removedAt })
    .from(members)
    .where(and(eq(members.id, memberId), own(ctx, members)));
  return row?.removedAt ? dayOf(row.removedAt) : null;
}

/** Completed envelopes whose contract was over before today and of which nobody has said so. Days compare as they are written. */
export async function loadEndedContracts(ctx: Context, today: string, limit: number): Promise<EnvelopeId[]> {
  const day = sql<string | null>`coalesce(${contractEnds.endsOn}::text, ${fieldValues.value})`;
  const rows = await ctx.connection
    .select({ id: contractEnds.envelopeId })
    .from(contractEnds)
    .innerJoin(envelopes, eq(envelopes.id, contractEnds.envelopeId))
    .leftJoin(fieldValues, eq(fieldValues.fieldId, contractEnds.fieldId))
    .where(
      and(
        ...[own(ctx, contractEnds), isNull(contractEnds.notedAt), eq(envelopes.state, "completed")],
        ...[isNull(envelopes.purgedAt), isNull(envelopes.deletedAt)],
        sql`${day} ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' and ${day} < ${today}`,
      ),
    )
    .orderBy(asc(contractEnds.setAt))
    .limit(limit);
  return rows.map(({ id }) => id!);
}

export async function noteContractEnd(ctx: Context, envelopeId: EnvelopeId): Promise<void> {
  await ctx.connection
    .update(contractEnds)
    .set({ notedAt: ctx.now() })
    .where(and(eq(contractEnds.envelopeId, envelopeId), own(ctx, contractEnds)));
}

/** The fields of an envelope in which a signer enters a date. */
export async function loadDayFields(
  ctx: Context,
  envelopeId: EnvelopeId,
): Promise<{ id: FieldId; label: string }[]> {
  return ctx.connection
    .select({ id: fields.id, label: fields.label })
    .from(fields)
    .where(and(eq(fields.envelopeId, envelopeId), eq(fields.type, "day"), own(ctx, fields)))
    .orderBy(asc(fields.page), asc(fields.y))
    .limit(100);
}

export async function setContractEndRow(
  ctx: Context,
  envelopeId: EnvelopeId,
  end: { readonly endsOn: string | null; readonly fieldId: FieldId | null; readonly setBy: MemberId } | null,
): Promise<void> {
  if (end === null) {
    await ctx.connection
      .delete(contractEnds)
      .where(and(eq(contractEnds.envelopeId, envelopeId), own(ctx, contractEnds)));
    return;
  }
  const set = { ...end, setAt: ctx.now(), notedAt: null };
  await ctx.connection
    .insert(contractEnds)
    .values({ organizationId: ctx.organizationId, envelopeId, ...set })
    .onConflictDoUpdate({ target: contractEnds.envelopeId, set });
}
