import type { OrganizationId } from "#lib/ids.ts";
import type { Runtime } from "#lib/runtime.ts";
import { listOrganizationIds } from "./store.ts";

/** Every organization of the installation, for what happens by the clock. */
export const listOrganizations = (runtime: Pick<Runtime, "database">): Promise<OrganizationId[]> =>
  listOrganizationIds(runtime.database.db);
