import { randomBytes } from "node:crypto";
import { eq, sql } from "drizzle-orm";
import type { Connection, Database } from "#db/client.ts";
import { workspaceKeys } from "#db/schema/audit.ts";
import type { OrganizationId } from "./ids.ts";
import { decodeWrappedKey, encodeWrappedKey, type MasterKey, masterKeyError } from "./ports/master-key.ts";
import type { WorkspaceKeys } from "./ports/workspace-keys.ts";

const KEY_BYTES = 32;

/**
 * The keys of workspaces in the database. One that was opened stays in this process: the master key may be a service
 * at the other end of a network, and events are written all the time.
 *
 * @param db with connections of its own: keys are asked for by those who hold one of the others.
 */
export function databaseWorkspaceKeys(db: Database, masterKey: MasterKey): WorkspaceKeys {
  const known = new Map<string, Promise<Uint8Array>>();
  const open: WorkspaceKeys["open"] = (organizationId, wrapped) =>
    openWorkspaceKey(masterKey, organizationId, wrapped);
  const openOrMake = async (organizationId: string) => {
    const stored = await asOrganization(db, organizationId, load);
    if (stored) return open(organizationId, stored);
    const made = encodeWrappedKey(await masterKey.wrap(randomBytes(KEY_BYTES), contextOf(organizationId)));
    // Of several who make one at the same time, the first one's stands.
    const kept = await asOrganization(db, organizationId, async (connection, id) => {
      await connection
        .insert(workspaceKeys)
        .values({ organizationId: id, wrappedKey: made })
        .onConflictDoNothing();
      return load(connection, id);
    });
    return open(organizationId, kept!);
  };
  return {
    open,
    of(organizationId) {
      const before = known.get(organizationId);
      if (before) return before;
      const key = openOrMake(organizationId);
      known.set(organizationId, key);
      // A failure is not remembered: the next who asks tries again.
      key.catch(() => known.delete(organizationId));
      return key;
    },
  };
}

/** What opens keys of workspaces and makes none. */
export async function openWorkspaceKey(
  masterKey: MasterKey,
  organizationId: string,
  wrapped: Uint8Array,
): Promise<Uint8Array> {
  const decoded = decodeWrappedKey(wrapped);
  if (!decoded || decoded.end !== wrapped.length)
    throw masterKeyError("mismatch", `no key of workspace ${organizationId}`);
  return masterKey.unwrap(decoded.key, contextOf(organizationId));
}

const contextOf = (organizationId: string) => `workspace key ${organizationId}`;

async function asOrganization<T>(
  db: Database,
  organizationId: string,
  work: (connection: Connection, id: OrganizationId) => Promise<T>,
): Promise<T> {
  return db.transaction(async (transaction) => {
    await transaction.execute(sql`select set_config('app.organization_id', ${organizationId}, true)`);
    return work(transaction, organizationId as OrganizationId);
  });
}

async function load(connection: Connection, organizationId: OrganizationId): Promise<Uint8Array | null> {
  const [row] = await connection
    .select({ wrappedKey: workspaceKeys.wrappedKey })
    .from(workspaceKeys)
    .where(eq(workspaceKeys.organizationId, organizationId));
  return row?.wrappedKey ?? null;
}
