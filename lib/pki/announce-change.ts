import { sql } from "drizzle-orm";
import type { Runtime } from "#lib/runtime.ts";

/** Tells every process that listens. */
export async function announceChange(
  { database }: Pick<Runtime, "database">,
  channel: string,
): Promise<void> {
  await database.db.execute(sql`select pg_notify(${channel}, '')`);
}
