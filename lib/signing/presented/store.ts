import { and, asc, eq, inArray } from "drizzle-orm";
import { presentedCertificates } from "#db/schema/capture.ts";
import { members } from "#db/schema/identity.ts";
import { accounts } from "#db/schema/installation.ts";
import type { Context } from "#lib/context.ts";
import type { EnvelopeId, MemberId } from "#lib/ids.ts";

export type PresentedRow = typeof presentedCertificates.$inferSelect;

export async function savePresented(
  ctx: Context,
  row: typeof presentedCertificates.$inferInsert,
): Promise<void> {
  await ctx.connection.insert(presentedCertificates).values(row);
}

/** In the order they were brought. */
export async function loadPresented(ctx: Context, envelopeId: EnvelopeId): Promise<PresentedRow[]> {
  return ctx.connection
    .select()
    .from(presentedCertificates)
    .where(
      and(
        eq(presentedCertificates.envelopeId, envelopeId),
        eq(presentedCertificates.organizationId, ctx.organizationId),
      ),
    )
    .orderBy(asc(presentedCertificates.at));
}

export async function loadMemberNames(
  ctx: Context,
  ids: readonly MemberId[],
): Promise<Map<MemberId, string>> {
  if (ids.length === 0) return new Map();
  const rows = await ctx.connection
    .select({ id: members.id, name: accounts.name })
    .from(members)
    .innerJoin(accounts, eq(accounts.id, members.accountId))
    .where(and(inArray(members.id, [...ids]), eq(members.organizationId, ctx.organizationId)));
  return new Map(rows.map(({ id, name }) => [id, name]));
}
