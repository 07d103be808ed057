import { desc, eq, sql } from "drizzle-orm";
import type { Connection, Database } from "#db/client.ts";
import { backupRuns } from "#db/schema/log.ts";
import type { Context } from "#lib/context.ts";

export type BackupRun = typeof backupRuns.$inferSelect;

export const saveRun = async (connection: Connection, row: typeof backupRuns.$inferInsert): Promise<void> => {
  await connection.insert(backupRuns).values(row);
};

/** The newest first. */
export const loadRuns = (connection: Connection, limit: number): Promise<BackupRun[]> =>
  connection.select().from(backupRuns).orderBy(desc(backupRuns.finishedAt)).limit(limit) as Promise<
    BackupRun[]
  >;

export const loadRunsOf = (
  connection: Connection,
  kind: BackupRun["kind"],
  limit: number,
): Promise<BackupRun[]> =>
  connection
    .select()
    .from(backupRuns)
    .where(eq(backupRuns.kind, kind))
    .orderBy(desc(backupRuns.finishedAt))
    .limit(limit) as Promise<BackupRun[]>;

export interface KeptFile {
  /** Its parts, in order: a signed document grows by what is appended. */
  readonly fileKeys: readonly string[];
  /** Of all of them together. */
  readonly sha256: string;
}

/** Signed documents and audit trails of one organization as its rows name them, each with the bytes it should have. */
export async function loadKeptFiles(
  db: Database,
  organizationId: string,
  after: string,
  limit: number,
): Promise<KeptFile[]> {
  return (await db.execute(sql`
    select "fileKeys", sha256 from (
      select array[file_key] as "fileKeys", sha256 from artifacts where organization_id = ${organizationId}
      union all select array_agg(file_key order by number), (array_agg(sha256 order by number desc))[1]
        from document_revisions where organization_id = ${organizationId} and number >= 1 group by document_id
      union all select array[file_key], sha256
        from document_revisions where organization_id = ${organizationId} and number = 0
      union all select array[file_key], sha256
        from evidence_packages where organization_id = ${organizationId} and state = 'ready'
    ) f where "fileKeys"[1] > ${after} order by "fileKeys"[1] limit ${limit}`)) as unknown as KeptFile[];
}

/** Envelopes whose keys are gone: their files cannot be opened, here or in a backup. */
export async function isDestroyed(ctx: Context, fileKey: string): Promise<boolean> {
  const [row] = (await ctx.connection.execute(sql`
    select 1 from envelopes where organization_id = ${ctx.organizationId} and purged_at is not null
      and ${fileKey} like '%' || id || '%' limit 1`)) as unknown as object[];
  return row !== undefined;
}
