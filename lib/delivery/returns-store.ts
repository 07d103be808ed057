import { and, eq, sql } from "drizzle-orm";
import { mailReturns } from "#db/schema/delivery.ts";
import { envelopes, recipients } from "#db/schema/envelopes.ts";
import type { Context } from "#lib/context.ts";
import type { EnvelopeId, OrganizationId, RecipientId } from "#lib/ids.ts";
import type { Runtime } from "#lib/runtime.ts";
import { deliveryError } from "./errors.ts";

const own = (ctx: Context, tokenSha256: Uint8Array) =>
  and(eq(mailReturns.tokenSha256, tokenSha256), eq(mailReturns.organizationId, ctx.organizationId));

export async function saveReturn(ctx: Context, row: typeof mailReturns.$inferInsert): Promise<void> {
  await ctx.connection.insert(mailReturns).values(row);
}

/** Whose mail it is that comes back there. Asked before an organization is known; too late, it is nobody's. */
export async function findReturn(
  { database, now }: Runtime,
  tokenSha256: Uint8Array,
): Promise<{ readonly organizationId: OrganizationId } | null> {
  const [row] = await database.db.execute<{ organization_id: OrganizationId; sent_at: string | Date }>(
    sql`select * from find_mail_return(${Buffer.from(tokenSha256)})`,
  );
  if (!row || now().getTime() - new Date(row.sent_at).getTime() > LATEST_MS) return null;
  return { organizationId: row.organization_id };
}

/** Servers give up after a few days (RFC 5321 §4.5.4.1). */
const LATEST_MS = 30 * 86_400_000;

export async function lockReturn(ctx: Context, tokenSha256: Uint8Array) {
  const [row] = await ctx.connection.select().from(mailReturns).where(own(ctx, tokenSha256)).for("update");
  if (!row) throw deliveryError("not-found", "a return address");
  return row;
}

export async function changeReturn(
  ctx: Context,
  tokenSha256: Uint8Array,
  change: Partial<typeof mailReturns.$inferInsert>,
): Promise<void> {
  await ctx.connection.update(mailReturns).set(change).where(own(ctx, tokenSha256));
}

export async function isDestroyed(ctx: Context, id: EnvelopeId): Promise<boolean> {
  const [row] = await ctx.connection
    .select({ purgedAt: envelopes.purgedAt })
    .from(envelopes)
    .where(and(eq(envelopes.id, id), eq(envelopes.organizationId, ctx.organizationId)));
  return row?.purgedAt !== null;
}

export async function recipientAddress(ctx: Context, id: RecipientId): Promise<string | null> {
  const [row] = await ctx.connection
    .select({ email: recipients.email })
    .from(recipients)
    .where(and(eq(recipients.id, id), eq(recipients.organizationId, ctx.organizationId)));
  return row?.email ?? null;
}
