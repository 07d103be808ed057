import { type SQL, sql } from "drizzle-orm";
import type { Connection } from "#db/client.ts";
import { CHANGING_TABLES, type RowVersion } from "./core/changing-tables.ts";
import { keyOf, quoted, rowHash } from "./record-store.ts";

async function query<T>(connection: Connection, statement: SQL): Promise<readonly T[]> {
  return (await connection.execute(statement)) as unknown as readonly T[];
}

const keyIn = (table: string): SQL => keyOf(CHANGING_TABLES[table]!.key);
const isBound = (table: string): SQL => {
  const { since } = CHANGING_TABLES[table]!;
  return since ? sql`t.${quoted(since)} is not null` : sql`true`;
};
const texts = (values: readonly string[]): SQL =>
  sql`(select value from jsonb_array_elements_text(${JSON.stringify(values)}::jsonb) value)`;

/** Tables of which every row stands under an event, as the organization's chain says. */
export async function loadAdopted(
  connection: Connection,
  organizationId: string,
): Promise<ReadonlySet<string>> {
  const rows = await query<{ body: string }>(
    connection,
    sql`select body from audit_events where organization_id = ${organizationId} and type = 'records.adopted'
      and chain_id = ${organizationId}`,
  );
  return new Set(
    rows.flatMap(({ body }) => {
      const { data } = JSON.parse(body) as { data?: { tables?: readonly string[] } };
      return data?.tables ?? [];
    }),
  );
}

/** Locks what nobody else is changing. @returns their keys, and those of rows that are gone */
export async function lockRows(
  connection: Connection,
  table: string,
  keys: readonly string[],
): Promise<string[]> {
  if (keys.length === 0) return [];
  const locked = await query<{ key: string }>(
    connection,
    sql`select ${keyIn(table)} as key from ${quoted(table)} t where ${keyIn(table)} in ${texts(keys)}
      for update skip locked`,
  );
  const here = await query<{ key: string }>(
    connection,
    sql`select ${keyIn(table)} as key from ${quoted(table)} t where ${keyIn(table)} in ${texts(keys)}`,
  );
  const [free, known] = [new Set(locked.map(({ key }) => key)), new Set(here.map(({ key }) => key))];
  return keys.filter((key) => free.has(key) || !known.has(key));
}

/** Has the next event of the transaction bind these rows, as a change of them would. */
export async function noteChanged(
  connection: Connection,
  table: string,
  keys: readonly string[],
): Promise<void> {
  if (keys.length === 0) return;
  const lines = keys.map((key) => `${table} ${key}\n`).join("");
  await connection.execute(
    sql`select set_config('app.changed_rows', coalesce(current_setting('app.changed_rows', true), '') || ${lines}, true)`,
  );
}

/** Rows that no event has bound. */
export async function loadUnbound(connection: Connection, table: string, most: number): Promise<string[]> {
  const rows = await query<{ key: string }>(
    connection,
    sql`select ${keyIn(table)} as key from ${quoted(table)} t
      where ${isBound(table)} and not exists (select from row_versions v
        where v.organization_id = t.organization_id and v.table_name = ${table} and v.row_key = ${keyIn(table)}
          and v.row_sha256 is not null)
      order by 1 limit ${most}`,
  );
  return rows.map(({ key }) => key);
}

/** All versions that stand under events, in lots of whole events. */
export async function* readVersions(
  connection: Connection,
): AsyncGenerator<{ readonly eventId: string; readonly versions: readonly RowVersion[] }> {
  type Row = RowVersion & { readonly eventId: string };
  for (let after = "00000000-0000-0000-0000-000000000000"; ; ) {
    const rows = await query<Row>(
      connection,
      sql`select event_id as "eventId", table_name as "tableName", row_key as "rowKey", version, columns,
        encode(row_sha256, 'hex') as "rowSha256" from row_versions
        where event_id in (select distinct event_id from row_versions where event_id > ${after}::uuid
          order by event_id limit 500)
        order by event_id`,
    );
    for (const [eventId, versions] of Map.groupBy(rows, (row) => row.eventId)) yield { eventId, versions };
    if (rows.length === 0) return;
    after = rows.at(-1)!.eventId;
  }
}

/** The lists of columns that the newest versions of a table's rows are over: it may have got another since. */
export async function loadForms(connection: Connection, table: string): Promise<readonly string[]> {
  const rows = await query<{ columns: string }>(
    connection,
    sql`select distinct columns from row_versions where table_name = ${table} order by columns`,
  );
  return rows.map(({ columns }) => columns);
}

export interface OffVersion {
  readonly rowKey: string;
  readonly fault: "altered" | "deleted" | "inserted";
  /** The event that bound the row last; null where none did. */
  readonly chainId: string | null;
  readonly sequence: number | null;
}

/** Rows that are not what their last event left: altered, gone, or back. */
export async function findOffVersions(
  connection: Connection,
  table: string,
  columns: readonly string[],
): Promise<readonly OffVersion[]> {
  return query(
    connection,
    sql`with last as (
        select distinct on (v.row_key) v.row_key, v.columns, v.row_sha256, v.event_id from row_versions v
        where v.table_name = ${table} order by v.row_key, v.version desc
      )
      select l.row_key as "rowKey", e.chain_id as "chainId", e.sequence,
        case when t.organization_id is null then 'deleted' when l.row_sha256 is null then 'inserted'
          else 'altered' end as fault
      from last l left join ${quoted(table)} t on ${keyIn(table)} = l.row_key and ${isBound(table)}
        left join audit_events e on e.id = l.event_id
      where l.columns = ${columns.join(",")} and ${isQuiet(table)}
        and case when t.organization_id is null then l.row_sha256 is not null
          else l.row_sha256 is null or l.row_sha256 <> ${rowHash(columns)} end
      order by l.row_key limit 1000`,
  );
}

/** Rows of an adopted table that never stood under an event. */
export async function findNeverBound(connection: Connection, table: string): Promise<readonly string[]> {
  const rows = await query<{ key: string }>(
    connection,
    sql`select ${keyIn(table)} as key from ${quoted(table)} t
      where ${isBound(table)} and ${isQuiet(table, keyIn(table))}
        and not exists (select from row_versions v where v.table_name = ${table} and v.row_key = ${keyIn(table)})
      order by 1 limit 1000`,
  );
  return rows.map(({ key }) => key);
}

/** What a step without an event left waits for the clock; for other tables nothing excuses. */
const isQuiet = (table: string, key: SQL = sql`l.row_key`): SQL =>
  CHANGING_TABLES[table]!.hasQuietSteps
    ? sql`not exists (select from records_pending p where p.table_name = ${table} and p.row_key = ${key})`
    : sql`true`;
