import { copyFile, mkdir, rename, stat } from "node:fs/promises";
import path from "node:path";
import { sql } from "drizzle-orm";
import postgres from "postgres";
import { type Database, openDatabase } from "#db/client.ts";
import { type BackupPlace, backupError, type RestoredBackup } from "#lib/ports/backup.ts";
import type { FileStore } from "#lib/ports/files.ts";

export interface FolderBackupSettings {
  /** Absolute. */
  readonly folder: string;
  readonly database: { readonly db: Database; readonly url: string; readonly adminUrl: string };
  /** The role the product works as, where its address is another's. */
  readonly role: string | null;
  /** The product's. */
  readonly files: FileStore;
  /** A store in the folder, of its own: by the master key alone. */
  readonly rows: FileStore;
  /** The copied objects, as a store. */
  readonly objects: FileStore;
}

const ROWS_AT_ONCE = 500;
/** What belongs to no organization has no such column. */
const TABLES = sql`select c.relname as name, exists (select from pg_attribute a where a.attrelid = c.oid
    and a.attname = 'organization_id') as "isTenant" from pg_class c
  where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' order by 1`;

/** Copies into a folder: a volume of another machine, or one that is copied away. */
export function folderBackup(settings: FolderBackupSettings): BackupPlace {
  const { folder, database, files, rows } = settings;
  const nameOf = (name: string) => `rows/${name}.jsonl.enc`;
  return {
    folder,
    async backUp(organizations, at) {
      await mkdir(path.join(folder, "objects"), { recursive: true, mode: 0o700 }).catch(refuse);
      const counts = { tables: 0, rows: 0 };
      const name = at
        .toISOString()
        .replaceAll(/[^0-9]/g, "")
        .slice(0, 14);
      const stored = await database.db
        .transaction(
          async (transaction) => {
            const [lock] = await transaction.execute(
              sql`select pg_try_advisory_xact_lock(7201895) as "isOurs"`,
            );
            if (!lock!.isOurs) return null;
            return rows.put(nameOf(name), everyRow(transaction, organizations, counts));
          },
          { isolationLevel: "repeatable read", accessMode: "read only" },
        )
        .catch(refuse);
      if (!stored) return null;
      const copied = await copyObjects(files, path.join(folder, "objects"));
      return { name, sha256: stored.sha256, sizeBytes: stored.sizeBytes, ...counts, ...copied };
    },
    restore: (backup) => restore(settings, nameOf(backup.name), backup),
    async prune(keep) {
      const kept = new Set(keep.map(nameOf));
      for await (const key of rows.list("rows")) if (!kept.has(key)) await rows.delete(key);
    },
  };
}

const refuse = (error: unknown): never => {
  const { code } = error as { code?: unknown };
  const isOfDisk = typeof code === "string" && /^E[A-Z]+$/.test(code);
  throw isOfDisk ? backupError("unavailable", `the folder: ${code}`, { cause: error }) : error;
};

type Transaction = Parameters<Parameters<Database["transaction"]>[0]>[0];

/** Table after table, row after row, each a line as PostgreSQL writes it: nothing is read as a number on its way. */
async function* everyRow(
  transaction: Transaction,
  organizations: readonly string[],
  counts: { tables: number; rows: number },
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  const tables = (await transaction.execute(TABLES)) as unknown as { name: string; isTenant: boolean }[];
  for (const { name, isTenant } of tables) {
    counts.tables++;
    yield encoder.encode(`${JSON.stringify({ table: name })}\n`);
    for (const organization of isTenant ? organizations : [""]) {
      await transaction.execute(sql`select set_config('app.organization_id', ${organization}, true)`);
      await transaction.execute(
        sql`declare backup no scroll cursor for select to_jsonb(t)::text as row from ${sql.identifier(name)} t`,
      );
      for (;;) {
        const found = (await transaction.execute(
          sql.raw(`fetch ${ROWS_AT_ONCE} from backup`),
        )) as unknown as { row: string }[];
        if (found.length === 0) break;
        counts.rows += found.length;
        yield encoder.encode(found.map(({ row }) => `${row}\n`).join(""));
      }
      await transaction.execute(sql`close backup`);
    }
  }
}

/** Every object as it lies there, encrypted. What the product has no more stays: it may be what is asked for. */
async function copyObjects(files: FileStore, folder: string) {
  const present = new Set<string>();
  let filesAdded = 0;
  for await (const key of files.list("org")) {
    present.add(key);
    const target = path.join(folder, key);
    if (await stat(target).catch(() => null)) continue;
    const handle = await files.handle(key).catch(() => null);
    // Destroyed since it was listed.
    if (!handle) continue;
    try {
      await mkdir(path.dirname(target), { recursive: true, mode: 0o700 });
      await copyFile(handle.path, `${target}.part`);
      await rename(`${target}.part`, target);
      filesAdded++;
    } catch (error) {
      refuse(error);
    } finally {
      await handle.release();
    }
  }
  return { files: present.size, filesAdded };
}

/** Into a schema of its own, with the product's tables and none of its rows. */
async function restore(
  { database, role, rows, objects }: FolderBackupSettings,
  key: string,
  { sha256, rows: expected }: { readonly sha256: string; readonly rows: number },
): Promise<RestoredBackup> {
  const schema = `restore_drill_${Date.now()}`;
  const admin = postgres(database.adminUrl, { max: 1, onnotice: () => {}, connect_timeout: 10 });
  const leave = async () => {
    await admin.unsafe(`drop schema if exists ${schema} cascade`).catch(() => {});
    await admin.end({ timeout: 5 });
  };
  try {
    await admin.unsafe(`create schema ${schema}`);
    const [who] = await database.db.execute(sql`select current_user as name`);
    const tables = await admin<{ name: string; columns: string }[]>`
      select c.relname as name, string_agg(quote_ident(a.attname), ', ') filter (where a.attgenerated = '') as columns
      from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' group by 1`;
    for (const { name } of tables)
      await admin.unsafe(`create table ${schema}."${name}" (like public."${name}" including all)`);
    const columns = new Map(tables.map(({ name, columns }) => [name, columns]));
    const count = await putBack(rows, key, sha256, async (table, lines) => {
      const list = columns.get(table);
      if (list === undefined) throw backupError("damaged", `no table ${table}`);
      await admin.unsafe(
        `insert into ${schema}."${table}" (${list}) overriding system value
         select ${list} from jsonb_populate_recordset(null::${schema}."${table}", $1::text::jsonb)`,
        [`[${lines.join(",")}]`],
      );
    });
    if (count !== expected) throw backupError("damaged", `${count} rows in place of ${expected}`);
    await admin.unsafe(`grant usage on schema ${schema} to "${String(who!.name)}"`);
    await admin.unsafe(`grant select on all tables in schema ${schema} to "${String(who!.name)}"`);
    const scratch = openDatabase({ url: database.url, role, maxConnections: 2, schema });
    return {
      ...{ database: scratch, files: objects, rows: count },
      async close() {
        await scratch.close();
        await leave();
      },
    };
  } catch (error) {
    await leave();
    if ((error as { code?: unknown }).code === "42501")
      throw backupError("not-permitted", "no schema may be made in the database", { cause: error });
    throw error;
  }
}

async function putBack(
  store: FileStore,
  key: string,
  sha256: string,
  insert: (table: string, lines: readonly string[]) => Promise<void>,
): Promise<number> {
  const file = await store.open(key);
  const isWhole = file.sha256 === sha256;
  file.close();
  if (!isWhole) throw backupError("damaged", `${key} is another file`);
  const decoder = new TextDecoder();
  let [table, left, count] = ["", "", 0];
  let lines: string[] = [];
  const flush = async () => {
    if (lines.length > 0) await insert(table, lines);
    count += lines.length;
    lines = [];
  };
  const take = async (line: string) => {
    if (line.startsWith('{"table":"') && line.endsWith('"}') && !line.includes(",")) {
      await flush();
      table = String(JSON.parse(line).table);
    } else lines.push(line);
    if (lines.length >= ROWS_AT_ONCE) await flush();
  };
  for await (const bytes of await store.stream(key)) {
    const parts = `${left}${decoder.decode(bytes, { stream: true })}`.split("\n");
    left = parts.pop()!;
    for (const line of parts) await take(line);
  }
  await flush();
  return count;
}
