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
