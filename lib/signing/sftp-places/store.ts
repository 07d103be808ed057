import { and, asc, eq, isNull } from "drizzle-orm";
import { sftpPlaces } from "#db/schema/sftp-places.ts";
import type { Context } from "#lib/context.ts";
import { signingError } from "../errors.ts";

export type SftpPlaceRow = typeof sftpPlaces.$inferSelect;

export async function loadPlaces(ctx: Context): Promise<SftpPlaceRow[]> {
  return ctx.connection
    .select()
    .from(sftpPlaces)
    .where(and(eq(sftpPlaces.organizationId, ctx.organizationId), isNull(sftpPlaces.removedAt)))
    .orderBy(asc(sftpPlaces.createdAt));
}

/** Also one that was removed: what is under way there goes on. @throws signing/sftp-place-unknown */
export async function loadPlace(ctx: Context, id: string): Promise<SftpPlaceRow> {
  const [row] = await ctx.connection
    .select()
    .from(sftpPlaces)
    .where(and(eq(sftpPlaces.id, id), eq(sftpPlaces.organizationId, ctx.organizationId)));
  if (!row) throw signingError("sftp-place-unknown", `place ${id}`);
  return row;
}

export async function savePlace(ctx: Context, row: typeof sftpPlaces.$inferInsert): Promise<void> {
  await ctx.connection.insert(sftpPlaces).values(row);
}

export async function changePlace(
  ctx: Context,
  id: string,
  change: Partial<typeof sftpPlaces.$inferInsert>,
): Promise<void> {
  await ctx.connection
    .update(sftpPlaces)
    .set(change)
    .where(and(eq(sftpPlaces.id, id), eq(sftpPlaces.organizationId, ctx.organizationId)));
}
