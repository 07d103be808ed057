import { and, eq, sql } from "drizzle-orm";
import type { Connection, Database } from "#db/client.ts";
import { envelopeKeys } from "#db/schema/retention.ts";
import type { EnvelopeId, OrganizationId } from "./ids.ts";
import type { EnvelopeKeyRecords, EnvelopeName, StoredEnvelopeKey } from "./ports/envelope-keys.ts";

/**
 * The keys of envelopes in the database.
 *
 * @param db with connections of its own: files are opened by those who hold one of the others.
 */
export function databaseEnvelopeKeys(db: Database): EnvelopeKeyRecords {
  const asOrganization = <T>(organizationId: string, work: (connection: Connection) => Promise<T>) =>
    db.transaction(async (transaction) => {
      await transaction.execute(sql`select set_config('app.organization_id', ${organizationId}, true)`);
      return work(transaction);
    });
  return {
    find: (name) => asOrganization(name.organizationId, (connection) => load(connection, name)),
    keep: (name, wrappedKey) =>
      asOrganization(name.organizationId, async (connection) => {
        const [organizationId, envelopeId] = idsOf(name);
        const row = { organizationId, envelopeId, wrappedKey, createdAt: new Date() };
        await connection.insert(envelopeKeys).values(row).onConflictDoNothing();
        return (await load(connection, name))!;
      }),
  };
}

const idsOf = ({ organizationId, envelopeId }: EnvelopeName) =>
  [organizationId as OrganizationId, envelopeId as EnvelopeId] as const;

async function load(connection: Connection, name: EnvelopeName): Promise<StoredEnvelopeKey | null> {
  const [organizationId, envelopeId] = idsOf(name);
  const [row] = await connection
    .select({ wrappedKey: envelopeKeys.wrappedKey })
    .from(envelopeKeys)
    .where(and(eq(envelopeKeys.envelopeId, envelopeId), eq(envelopeKeys.organizationId, organizationId)));
  return row ? (row.wrappedKey ?? "destroyed") : null;
}
