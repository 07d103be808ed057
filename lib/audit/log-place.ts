import type { Context } from "#lib/context.ts";
import type { EventId } from "#lib/ids.ts";
import { leafIndexOf, newestCheckpoint } from "./log-store.ts";

/** Where an event stands in the log, and whether a checkpoint covers it; null while it waits for its place. */
export async function leafPlace(
  ctx: Context,
  id: EventId,
): Promise<{ readonly index: number; readonly isCovered: boolean } | null> {
  const index = await leafIndexOf(ctx.connection, id);
  if (index === null) return null;
  const checkpoint = await newestCheckpoint(ctx.connection);
  return { index, isCovered: checkpoint !== null && index < checkpoint.size };
}
