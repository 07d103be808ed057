import { and, desc, eq, inArray, isNull, lte } from "drizzle-orm";
import { keyBackups, standbyKeys } from "#db/schema/key-care.ts";
import type { Context } from "#lib/context.ts";
import { signingError } from "../errors.ts";

export type BackupRow = typeof keyBackups.$inferSelect;
export type StandbyRow = typeof standbyKeys.$inferSelect;

/** The newest first. */
export async function loadBackups(ctx: Context, limit = 100): Promise<BackupRow[]> {
  return ctx.connection
    .select()
    .from(keyBackups)
    .where(eq(keyBackups.organizationId, ctx.organizationId))
    .orderBy(desc(keyBackups.createdAt))
    .limit(limit);
}

/** @param lock until the transaction ends. @throws signing/not-found */
export async function loadBackup(ctx: Context, id: string, lock = false): Promise<BackupRow> {
  const find = ctx.connection
    .select()
    .from(keyBackups)
    .where(and(eq(keyBackups.id, id), eq(keyBackups.organizationId, ctx.organizationId)));
  const [row] = lock ? await find.for("update") : await find;
  if (!row) throw signingError("not-found", `backup ${id}`);
  return row;
}

/** Those whose time is over. */
export async function loadOldBackups(ctx: Context): Promise<BackupRow[]> {
  return ctx.connection
    .select()
    .from(keyBackups)
    .where(
      and(
        eq(keyBackups.organizationId, ctx.organizationId),
        isNull(keyBackups.destroyedAt),
        lte(keyBackups.destroyAt, ctx.now()),
      ),
    );
}

export async function saveBackup(ctx: Context, row: typeof keyBackups.$inferInsert): Promise<void> {
  await ctx.connection.insert(keyBackups).values(row);
}

export async function changeBackup(
  ctx: Context,
  id: string,
  change: Partial<typeof keyBackups.$inferInsert>,
): Promise<void> {
  await ctx.connection
    .update(keyBackups)
    .set(change)
    .where(and(eq(keyBackups.id, id), eq(keyBackups.organizationId, ctx.organizationId)));
}

/** The one that is being made, stands by or stands in; the newest that failed, else. */
export async function loadStandby(ctx: Context): Promise<StandbyRow | null> {
  const [row] = await ctx.connection
    .select()
    .from(standbyKeys)
    .where(
      and(
        eq(standbyKeys.organizationId, ctx.organizationId),
        inArray(standbyKeys.state, ["making", "ready", "standing-in", "failed"]),
      ),
    )
    .orderBy(desc(standbyKeys.createdAt))
    .limit(1);
  return row ?? null;
}

export async function saveStandby(ctx: Context, row: typeof standbyKeys.$inferInsert): Promise<void> {
  await ctx.connection.insert(standbyKeys).values(row);
}

export async function changeStandby(
  ctx: Context,
  id: string,
  change: Partial<typeof standbyKeys.$inferInsert>,
): Promise<void> {
  await ctx.connection
    .update(standbyKeys)
    .set(change)
    .where(and(eq(standbyKeys.id, id), eq(standbyKeys.organizationId, ctx.organizationId)));
}
