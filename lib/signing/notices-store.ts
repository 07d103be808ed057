import { and, desc, eq, like, lte } from "drizzle-orm";
import { keyNotices } from "#db/schema/key-work.ts";
import type { Context } from "#lib/context.ts";

/** Notes that a reminder or alert goes out now. @returns whether it is the first of its name. */
export async function saveNotice(ctx: Context, notice: string): Promise<boolean> {
  const { organizationId } = ctx;
  const rows = await ctx.connection
    .insert(keyNotices)
    .values({ organizationId, notice, createdAt: ctx.now() })
    .onConflictDoNothing()
    .returning({ notice: keyNotices.notice });
  return rows.length > 0;
}

/** The newest notice with this beginning that went out until then. @param beginning has no `%` or `_` in it */
export async function findNotice(ctx: Context, beginning: string, until: Date): Promise<string | null> {
  const { notice, createdAt, organizationId } = keyNotices;
  const [row] = await ctx.connection
    .select({ notice })
    .from(keyNotices)
    .where(and(eq(organizationId, ctx.organizationId), like(notice, `${beginning}%`), lte(createdAt, until)))
    .orderBy(desc(createdAt))
    .limit(1);
  return row?.notice ?? null;
}
