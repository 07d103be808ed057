import { and, desc, eq } from "drizzle-orm";
import { organizations } from "#db/schema/identity.ts";
import { type KeyRecordKind, keyRecords } from "#db/schema/key-work.ts";
import type { Context } from "#lib/context.ts";

export type KeyRecordRow = typeof keyRecords.$inferSelect;

/** Every edition of a record, the newest first. */
export async function loadKeyRecords(
  ctx: Context,
  kind: KeyRecordKind,
  subjectId: string,
): Promise<KeyRecordRow[]> {
  return ctx.connection
    .select()
    .from(keyRecords)
    .where(
      and(
        eq(keyRecords.organizationId, ctx.organizationId),
        eq(keyRecords.kind, kind),
        eq(keyRecords.subjectId, subjectId),
      ),
    )
    .orderBy(desc(keyRecords.edition));
}

/** @returns whether it is the first of its edition. */
export async function saveKeyRecord(ctx: Context, row: typeof keyRecords.$inferInsert): Promise<boolean> {
  const saved = await ctx.connection
    .insert(keyRecords)
    .values(row)
    .onConflictDoNothing()
    .returning({ id: keyRecords.id });
  return saved.length > 0;
}

export async function loadOrganization(ctx: Context) {
  const [row] = await ctx.connection
    .select()
    .from(organizations)
    .where(eq(organizations.organizationId, ctx.organizationId));
  return row!;
}
