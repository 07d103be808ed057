import { and, desc, eq } from "drizzle-orm";
import { keyTests } from "#db/schema/key-tests.ts";
import type { Context } from "#lib/context.ts";
import type { EventId } from "#lib/ids.ts";

export type KeyTestRow = typeof keyTests.$inferSelect;

export async function saveKeyTest(ctx: Context, row: KeyTestRow): Promise<void> {
  await ctx.connection.insert(keyTests).values(row);
}

export async function loadKeyTest(ctx: Context, id: string): Promise<KeyTestRow | null> {
  const [row] = await ctx.connection
    .select()
    .from(keyTests)
    .where(and(eq(keyTests.id, id), eq(keyTests.organizationId, ctx.organizationId)));
  return row ?? null;
}

export async function loadKeyTestOf(ctx: Context, eventId: EventId): Promise<KeyTestRow | null> {
  const [row] = await ctx.connection
    .select()
    .from(keyTests)
    .where(and(eq(keyTests.eventId, eventId), eq(keyTests.organizationId, ctx.organizationId)));
  return row ?? null;
}

/** The newest reports. */
export async function loadKeyTests(ctx: Context, limit: number): Promise<KeyTestRow[]> {
  return ctx.connection
    .select()
    .from(keyTests)
    .where(eq(keyTests.organizationId, ctx.organizationId))
    .orderBy(desc(keyTests.testedAt))
    .limit(limit);
}
