import { and, asc, count, eq, gt, lt, sql } from "drizzle-orm";
import { recipients, recipientTokens } from "#db/schema/envelopes.ts";
import { members, organizations } from "#db/schema/identity.ts";
import { accounts } from "#db/schema/installation.ts";
import { publicLinkRequests, publicLinks } from "#db/schema/public-links.ts";
import type { Context } from "#lib/context.ts";
import type { MemberId, OrganizationId, RecipientId, TemplateId } from "#lib/ids.ts";
import type { Runtime } from "#lib/runtime.ts";

export type LinkRow = typeof publicLinks.$inferSelect;
export type RequestRow = typeof publicLinkRequests.$inferSelect;

/** Which link an address has. Asked before an organization is known. */
export async function findLink(
  runtime: Runtime,
  token: string,
): Promise<{ organizationId: OrganizationId; id: string } | null> {
  const [row] = await runtime.database.db.execute<{ organization_id: OrganizationId; id: string }>(
    sql`select * from find_public_link(${token})`,
  );
  return row ? { organizationId: row.organization_id, id: row.id } : null;
}

const one = (ctx: Context, id: string) =>
  and(eq(publicLinks.id, id), eq(publicLinks.organizationId, ctx.organizationId));

export async function saveLink(ctx: Context, row: typeof publicLinks.$inferInsert): Promise<void> {
  await ctx.connection.insert(publicLinks).values(row);
}

/** @param lock until the transaction ends: uses are counted one at a time. */
export async function loadLink(ctx: Context, id: string, lock = false): Promise<LinkRow | null> {
  const find = ctx.connection.select().from(publicLinks).where(one(ctx, id));
  const [row] = lock ? await find.for("update") : await find;
  return row ?? null;
}

export async function changeLink(
  ctx: Context,
  id: string,
  change: Partial<Pick<LinkRow, "uses" | "turnedOffAt">>,
): Promise<void> {
  await ctx.connection.update(publicLinks).set(change).where(one(ctx, id));
}

export async function listLinks(ctx: Context, templateId: TemplateId): Promise<LinkRow[]> {
  return ctx.connection
    .select()
    .from(publicLinks)
    .where(and(eq(publicLinks.templateId, templateId), eq(publicLinks.organizationId, ctx.organizationId)))
    .orderBy(asc(publicLinks.createdAt), asc(publicLinks.id));
}

export interface LinkOwner {
  readonly organizationName: string;
  readonly name: string;
  readonly email: string;
  readonly isMember: boolean;
}

export async function loadOwner(ctx: Context, ownerId: MemberId): Promise<LinkOwner> {
  const [row] = await ctx.connection
    .select({
      ...{ organizationName: organizations.name, name: accounts.name, email: accounts.email },
      isMember: sql<boolean>`${members.removedAt} is null`,
    })
    .from(members)
    .innerJoin(accounts, eq(accounts.id, members.accountId))
    .innerJoin(organizations, eq(organizations.organizationId, members.organizationId))
    .where(and(eq(members.id, ownerId), eq(members.organizationId, ctx.organizationId)));
  return row ?? { organizationName: "", name: "", email: "", isMember: false };
}

const request = (ctx: Context, id: string) =>
  and(eq(publicLinkRequests.id, id), eq(publicLinkRequests.organizationId, ctx.organizationId));

export async function saveRequest(ctx: Context, row: typeof publicLinkRequests.$inferInsert): Promise<void> {
  await ctx.connection.insert(publicLinkRequests).values(row);
}

export async function lockRequest(ctx: Context, id: string): Promise<RequestRow | null> {
  const [row] = await ctx.connection.select().from(publicLinkRequests).where(request(ctx, id)).for("update");
  return row ?? null;
}

/** What a browser's secret is of, on this link and no other. @param lock until the transaction ends. */
export async function findRequest(
  ctx: Context,
  { linkId, secretSha256 }: Pick<RequestRow, "linkId" | "secretSha256">,
  lock = false,
): Promise<RequestRow | null> {
  const find = ctx.connection
    .select()
    .from(publicLinkRequests)
    .where(
      and(
        eq(publicLinkRequests.secretSha256, secretSha256),
        eq(publicLinkRequests.linkId, linkId),
        eq(publicLinkRequests.organizationId, ctx.organizationId),
      ),
    );
  const [row] = lock ? await find.for("update") : await find;
  return row ?? null;
}

export async function changeRequest(
  ctx: Context,
  id: string,
  change: Partial<typeof publicLinkRequests.$inferInsert>,
): Promise<void> {
  await ctx.connection.update(publicLinkRequests).set(change).where(request(ctx, id));
}

/** How often a link was used since, by an address or from a network. */
export async function countConfirmed(
  ctx: Context,
  linkId: string,
  by: { readonly emailHash: Uint8Array } | { readonly networkHash: Uint8Array },
  since: Date,
): Promise<number> {
  const { emailHash, networkHash } = publicLinkRequests;
  const [row] = await ctx.connection
    .select({ uses: count() })
    .from(publicLinkRequests)
    .where(
      and(
        eq(publicLinkRequests.linkId, linkId),
        eq(publicLinkRequests.organizationId, ctx.organizationId),
        gt(publicLinkRequests.confirmedAt, since),
        "emailHash" in by ? eq(emailHash, by.emailHash) : eq(networkHash, by.networkHash),
      ),
    );
  return row?.uses ?? 0;
}

export async function forgetRequests(ctx: Context, before: Date): Promise<void> {
  await ctx.connection
    .delete(publicLinkRequests)
    .where(
      and(
        eq(publicLinkRequests.organizationId, ctx.organizationId),
        lt(publicLinkRequests.requestedAt, before),
      ),
    );
}

export async function saveToken(ctx: Context, row: typeof recipientTokens.$inferInsert): Promise<void> {
  await ctx.connection.insert(recipientTokens).values(row);
}

export async function isRecipientThere(ctx: Context, id: RecipientId): Promise<boolean> {
  const [row] = await ctx.connection
    .select({ id: recipients.id })
    .from(recipients)
    .where(and(eq(recipients.id, id), eq(recipients.organizationId, ctx.organizationId)));
  return row !== undefined;
}
