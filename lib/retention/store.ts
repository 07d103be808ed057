import { and, type Column, eq, isNull } from "drizzle-orm";
import { envelopes } from "#db/schema/envelopes.ts";
import { members, organizations } from "#db/schema/identity.ts";
import { accounts } from "#db/schema/installation.ts";
import type { Context } from "#lib/context.ts";
import type { EnvelopeId, MemberId } from "#lib/ids.ts";
import { retentionError } from "./errors.ts";

export type EnvelopeRow = typeof envelopes.$inferSelect;

/** Rows of the organization that asks. */
export const own = (ctx: Context, table: { readonly organizationId: Column }) =>
  eq(table.organizationId, ctx.organizationId);

/** Words as they may stand anywhere in a text. */
export const like = (words: string) => `%${words.replace(/[\\%_]/g, (character) => `\\${character}`)}%`;

/** The envelope's row, locked until the transaction ends: holds and purges of it come one after the other. */
export async function lockEnvelope(ctx: Context, id: EnvelopeId): Promise<EnvelopeRow> {
  const [row] = await ctx.connection
    .select()
    .from(envelopes)
    .where(and(eq(envelopes.id, id), own(ctx, envelopes), isNull(envelopes.deletedAt)))
    .for("update");
  if (!row) throw retentionError("not-found", `envelope ${id}`);
  return row;
}

export async function loadEnvelope(ctx: Context, id: EnvelopeId): Promise<EnvelopeRow> {
  const [row] = await ctx.connection
    .select()
    .from(envelopes)
    .where(and(eq(envelopes.id, id), own(ctx, envelopes), isNull(envelopes.deletedAt)));
  if (!row) throw retentionError("not-found", `envelope ${id}`);
  return row;
}

/** Without touching when it was last changed: what happened to it is not the sender's doing. */
export async function changeEnvelope(
  ctx: Context,
  id: EnvelopeId,
  change: Partial<typeof envelopes.$inferInsert>,
): Promise<void> {
  await ctx.connection
    .update(envelopes)
    .set(change)
    .where(and(eq(envelopes.id, id), own(ctx, envelopes)));
}

/** Names of members, also of those who left. */
export async function loadNames(ctx: Context): Promise<Map<MemberId, string>> {
  const rows = await ctx.connection
    .select({ id: members.id, name: accounts.name })
    .from(members)
    .innerJoin(accounts, eq(accounts.id, members.accountId))
    .where(own(ctx, members));
  return new Map(rows.map(({ id, name }) => [id, name]));
}

export async function loadOrganization(ctx: Context) {
  const [row] = await ctx.connection
    .select()
    .from(organizations)
    .where(eq(organizations.organizationId, ctx.organizationId));
  if (!row) throw retentionError("not-found", "the organization");
  return row;
}
