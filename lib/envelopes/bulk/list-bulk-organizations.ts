import { sql } from "drizzle-orm";
import type { OrganizationId } from "#lib/ids.ts";
import type { Runtime } from "#lib/runtime.ts";

/** Organizations with a bulk job that runs, for our own jobs. */
export async function listBulkOrganizations({ database }: Runtime): Promise<OrganizationId[]> {
  const rows = await database.db.execute<{ id: OrganizationId }>(
    sql`select find_running_bulk_jobs as id from find_running_bulk_jobs()`,
  );
  return rows.map(({ id }) => id);
}
