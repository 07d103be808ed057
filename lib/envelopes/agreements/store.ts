import { and, desc, eq, gte, isNull, lte, or } from "drizzle-orm";
import { businessAgreements } from "#db/schema/agreements.ts";
import { members } from "#db/schema/identity.ts";
import { accounts } from "#db/schema/installation.ts";
import type { Context } from "#lib/context.ts";

export type AgreementRow = typeof businessAgreements.$inferSelect;

const own = (ctx: Context) => eq(businessAgreements.organizationId, ctx.organizationId);

export async function saveAgreement(
  ctx: Context,
  row: typeof businessAgreements.$inferInsert,
): Promise<void> {
  await ctx.connection.insert(businessAgreements).values(row);
}

/** With who recorded each, newest first. */
export async function listAgreementRows(ctx: Context) {
  return ctx.connection
    .select({ agreement: businessAgreements, recordedBy: accounts.name })
    .from(businessAgreements)
    .leftJoin(members, eq(members.id, businessAgreements.recordedBy))
    .leftJoin(accounts, eq(accounts.id, members.accountId))
    .where(own(ctx))
    .orderBy(desc(businessAgreements.recordedAt), desc(businessAgreements.id))
    .limit(200);
}

export async function loadAgreement(ctx: Context, id: string, lock = false): Promise<AgreementRow | null> {
  const find = ctx.connection
    .select()
    .from(businessAgreements)
    .where(and(eq(businessAgreements.id, id), own(ctx)));
  const [row] = lock ? await find.for("update") : await find;
  return row ?? null;
}

export async function endAgreementRow(
  ctx: Context,
  id: string,
  change: Pick<AgreementRow, "endedAt" | "endedBy">,
): Promise<void> {
  await ctx.connection
    .update(businessAgreements)
    .set(change)
    .where(and(eq(businessAgreements.id, id), own(ctx)));
}

/** Whether one counts on a day. */
export async function hasAgreementOn(ctx: Context, day: string): Promise<boolean> {
  const rows = await ctx.connection
    .select({ id: businessAgreements.id })
    .from(businessAgreements)
    .where(
      and(
        own(ctx),
        isNull(businessAgreements.endedAt),
        lte(businessAgreements.signedOn, day),
        or(isNull(businessAgreements.endsOn), gte(businessAgreements.endsOn, day)),
      ),
    )
    .limit(1);
  return rows.length > 0;
}
