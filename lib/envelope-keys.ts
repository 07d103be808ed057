import { sql } from "drizzle-orm";
import { type Database, executePrepared } from "#db/client.ts";
import { envelopeKeys } from "#db/schema/retention.ts";
import type { EnvelopeId, OrganizationId } from "./ids.ts";
import type { EnvelopeKeyRecords, EnvelopeName, StoredEnvelopeKey } from "./ports/envelope-keys.ts";

/**
 * The keys of envelopes in the database.
 *
 * @param db with connections of its own: files are opened by those who hold one of the others.
 */
export function databaseEnvelopeKeys(db: Database): EnvelopeKeyRecords {
  const find = async (name: EnvelopeName): Promise<StoredEnvelopeKey | null> => {
    const { organizationId, envelopeId } = name;
    const [row] = await executePrepared<{ wrapped: Uint8Array | null }>(
      db,
      sql`select wrapped from find_envelope_key(${organizationId}, ${envelopeId})`,
    );
    return row ? (row.wrapped ? new Uint8Array(row.wrapped) : "destroyed") : null;
  };
  return {
    find,
    async keep(name, wrappedKey) {
      const organizationId = name.organizationId as OrganizationId;
      const row = { organizationId, envelopeId: name.envelopeId as EnvelopeId, wrappedKey };
      await db.transaction(async (transaction) => {
        await transaction.execute(sql`select set_config('app.organization_id', ${organizationId}, true)`);
        await transaction
          .insert(envelopeKeys)
          .values({ ...row, createdAt: new Date() })
          .onConflictDoNothing();
      });
      return (await find(name))!;
    },
  };
}
