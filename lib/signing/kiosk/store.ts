import { and, count, desc, eq, inArray, isNull, sql } from "drizzle-orm";
import { envelopes, recipients, recipientTokens } from "#db/schema/envelopes.ts";
import { members, organizations } from "#db/schema/identity.ts";
import { accounts } from "#db/schema/installation.ts";
import { kioskSessions, kioskVisits } from "#db/schema/kiosk.ts";
import type { Context, Role } from "#lib/context.ts";
import type { AccountId, MemberId, OrganizationId, TemplateId } from "#lib/ids.ts";
import type { Runtime } from "#lib/runtime.ts";

export type KioskRow = typeof kioskSessions.$inferSelect;

/** Which session a device's secret is of. Asked before an organization is known. */
export async function findKiosk(
  runtime: Runtime,
  tokenSha256: Uint8Array,
): Promise<{ organizationId: OrganizationId; id: string } | null> {
  const [row] = await runtime.database.db.execute<{ organization_id: OrganizationId; id: string }>(
    sql`select * from find_kiosk(${Buffer.from(tokenSha256)})`,
  );
  return row ? { organizationId: row.organization_id, id: row.id } : null;
}

const one = (ctx: Context, id: string) =>
  and(eq(kioskSessions.id, id), eq(kioskSessions.organizationId, ctx.organizationId));

export async function saveKiosk(ctx: Context, row: typeof kioskSessions.$inferInsert): Promise<void> {
  await ctx.connection.insert(kioskSessions).values(row);
}

/** @param lock until the transaction ends. */
export async function loadKiosk(ctx: Context, id: string, lock: boolean): Promise<KioskRow | null> {
  const find = ctx.connection.select().from(kioskSessions).where(one(ctx, id));
  const [row] = lock ? await find.for("update") : await find;
  return row ?? null;
}

export async function changeKiosk(
  ctx: Context,
  id: string,
  change: Partial<typeof kioskSessions.$inferInsert>,
): Promise<void> {
  await ctx.connection.update(kioskSessions).set(change).where(one(ctx, id));
}

export async function saveKioskToken(ctx: Context, row: typeof recipientTokens.$inferInsert): Promise<void> {
  await ctx.connection.insert(recipientTokens).values(row);
}

/** No link made on this device opens anything any more. */
export async function endKioskTokens(ctx: Context, kioskSessionId: string): Promise<void> {
  await ctx.connection
    .update(recipientTokens)
    .set({ endedAt: ctx.now() })
    .where(
      and(
        eq(recipientTokens.kioskSessionId, kioskSessionId),
        eq(recipientTokens.organizationId, ctx.organizationId),
        isNull(recipientTokens.endedAt),
      ),
    );
}

export interface Host {
  readonly memberId: MemberId;
  readonly accountId: AccountId;
  readonly role: Role;
  readonly name: string;
  readonly email: string;
}

/** A member who can host still. */
export async function findHost(ctx: Context, id: MemberId): Promise<Host | null> {
  const [row] = await ctx.connection
    .select({
      ...{ memberId: members.id, accountId: accounts.id, role: members.role },
      ...{ name: accounts.name, email: accounts.email },
    })
    .from(members)
    .innerJoin(accounts, eq(accounts.id, members.accountId))
    .where(
      and(eq(members.id, id), eq(members.organizationId, ctx.organizationId), isNull(members.removedAt)),
    );
  return row ?? null;
}

export async function loadOrganizationName(ctx: Context): Promise<string> {
  const [row] = await ctx.connection
    .select({ name: organizations.name })
    .from(organizations)
    .where(eq(organizations.organizationId, ctx.organizationId));
  return row?.name ?? "";
}

export async function saveVisit(ctx: Context, row: typeof kioskVisits.$inferInsert): Promise<void> {
  await ctx.connection.insert(kioskVisits).values(row);
}

export async function countVisits(ctx: Context, kioskSessionId: string): Promise<number> {
  const [row] = await ctx.connection
    .select({ count: count() })
    .from(kioskVisits)
    .where(
      and(eq(kioskVisits.kioskSessionId, kioskSessionId), eq(kioskVisits.organizationId, ctx.organizationId)),
    );
  return row!.count;
}

/** Newest first. */
export async function listKiosks(ctx: Context, templateId: TemplateId, limit: number) {
  const { id, eventTitle, hostName, startedAt, endedAt, expiresAt, wrongPins } = kioskSessions;
  return ctx.connection
    .select({ id, eventTitle, hostName, startedAt, endedAt, expiresAt, wrongPins })
    .from(kioskSessions)
    .where(
      and(eq(kioskSessions.templateId, templateId), eq(kioskSessions.organizationId, ctx.organizationId)),
    )
    .orderBy(desc(kioskSessions.startedAt))
    .limit(limit);
}

/** Who came by, newest first, and how far each is. */
export async function listVisits(ctx: Context, kioskSessionIds: readonly string[], limit: number) {
  if (kioskSessionIds.length === 0) return [];
  return ctx.connection
    .select({
      ...{
        kioskSessionId: kioskVisits.kioskSessionId,
        at: kioskVisits.at,
        envelopeId: kioskVisits.envelopeId,
      },
      ...{ recipientId: recipients.id, name: recipients.name, email: recipients.email },
      ...{ signedAt: recipients.signedAt, envelopeState: envelopes.state, ownerId: envelopes.ownerId },
    })
    .from(kioskVisits)
    .innerJoin(recipients, eq(recipients.id, kioskVisits.recipientId))
    .innerJoin(envelopes, eq(envelopes.id, kioskVisits.envelopeId))
    .where(
      and(
        inArray(kioskVisits.kioskSessionId, [...kioskSessionIds]),
        eq(kioskVisits.organizationId, ctx.organizationId),
        isNull(envelopes.purgedAt),
      ),
    )
    .orderBy(desc(kioskVisits.at))
    .limit(limit);
}
