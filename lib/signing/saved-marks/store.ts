import { and, eq, isNull, sql } from "drizzle-orm";
import { standing } from "#db/client.ts";
import { savedMarks } from "#db/schema/consent.ts";
import type { Context } from "#lib/context.ts";

export type SavedMarkRow = typeof savedMarks.$inferSelect;

const findSaved = standing<
  { readonly personKey: Uint8Array; readonly organizationId: Context["organizationId"] },
  SavedMarkRow[]
>((connection) =>
  connection
    .select()
    .from(savedMarks)
    .where(
      and(
        eq(savedMarks.organizationId, sql.placeholder("organizationId")),
        eq(savedMarks.personKey, sql.placeholder("personKey")),
        isNull(savedMarks.removedAt),
      ),
    ),
);

export async function loadSaved(
  { connection, organizationId }: Context,
  personKey: Uint8Array,
): Promise<SavedMarkRow[]> {
  return findSaved(connection, { personKey, organizationId });
}

/** @returns the keys of the files nobody needs any more. */
export async function removeSaved(ctx: Context, personKey: Uint8Array): Promise<string[]> {
  const removed = await ctx.connection
    .update(savedMarks)
    .set({ removedAt: ctx.now() })
    .where(
      and(
        eq(savedMarks.organizationId, ctx.organizationId),
        eq(savedMarks.personKey, personKey),
        isNull(savedMarks.removedAt),
      ),
    )
    .returning({ fileKey: savedMarks.fileKey });
  return removed.map(({ fileKey }) => fileKey);
}

export async function addSaved(ctx: Context, rows: (typeof savedMarks.$inferInsert)[]): Promise<void> {
  if (rows.length > 0) await ctx.connection.insert(savedMarks).values(rows);
}
