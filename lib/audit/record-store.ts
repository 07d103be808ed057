import { type SQL, sql } from "drizzle-orm";
import type { Connection } from "#db/client.ts";
import type { EventId, OrganizationId } from "#lib/ids.ts";
import { RECORD_TABLES, type SealedRow } from "./core/record-tables.ts";

async function query<T>(connection: Connection, statement: SQL): Promise<readonly T[]> {
  return (await connection.execute(statement)) as unknown as readonly T[];
}

const NAME = /^[a-z][a-z0-9_]*$/;
export const quoted = (name: string): SQL => {
  if (!NAME.test(name)) throw new RangeError(`not a column: ${name}`);
  return sql.raw(`"${name}"`);
};

/** A row's primary key as one text. */
export const keyOf = (columns: readonly string[]): SQL =>
  sql`concat_ws('/', ${sql.join(
    columns.map((column) => sql`t.${quoted(column)}::text`),
    sql`, `,
  )})`;

const keyIn = (table: string): SQL => keyOf(RECORD_TABLES[table]!);

/** The hash of a row, over these columns in this order. */
export const rowHash = (columns: readonly string[]): SQL =>
  sql`sha256(convert_to(jsonb_build_array(${sql.join(
    columns.map((column) => sql`to_jsonb(t.${quoted(column)})`),
    sql`, `,
  )})::text, 'UTF8'))`;

/** What the text of a row depends on besides the row. */
export async function fixForms(connection: Connection): Promise<void> {
  await connection.execute(
    sql`select set_config('timezone', 'UTC', true), set_config('bytea_output', 'hex', true),
      set_config('extra_float_digits', '1', true)`,
  );
}

export interface PendingRow {
  readonly position: string;
  readonly tableName: string;
  readonly rowKey: string;
  readonly envelopeId: string | null;
}

/** Rows that wait for their seal, locked; none while they are few and young. */
export async function takePendingRows(
  connection: Connection,
  organizationId: OrganizationId,
  { before, most }: { readonly before: Date; readonly most: number },
): Promise<readonly PendingRow[]> {
  const [found] = await query<{ oldest: string | null }>(
    connection,
    sql`select queued_at as oldest from records_pending where organization_id = ${organizationId}
      order by position limit 1`,
  );
  if (!found?.oldest || new Date(found.oldest) > before) return [];
  return query(
    connection,
    sql`select position, table_name as "tableName", row_key as "rowKey", envelope_id as "envelopeId"
      from records_pending where organization_id = ${organizationId}
      order by position limit ${most} for update`,
  );
}

export async function columnsOf(connection: Connection, table: string): Promise<string[]> {
  const rows = await query<{ name: string }>(
    connection,
    sql`select a.attname as name from pg_attribute a where a.attrelid = to_regclass(${`public.${table}`})
      and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' order by a.attname`,
  );
  return rows.map(({ name }) => name);
}

/** Rows of a table by their keys, hashed. */
export async function hashRows(
  connection: Connection,
  table: string,
  columns: readonly string[],
  keys: readonly string[],
): Promise<readonly { rowKey: string; rowSha256: string }[]> {
  return query(
    connection,
    sql`select ${keyIn(table)} as "rowKey", encode(${rowHash(columns)}, 'hex') as "rowSha256"
      from ${quoted(table)} t where ${keyIn(table)} in (select jsonb_array_elements_text(${JSON.stringify(keys)}::jsonb))`,
  );
}

export async function saveSeals(
  connection: Connection,
  organizationId: OrganizationId,
  eventId: EventId,
  rows: readonly SealedRow[],
): Promise<void> {
  await connection.execute(sql`
    insert into record_seals (organization_id, table_name, row_key, envelope_id, row_sha256, event_id)
    select ${organizationId}::uuid, r."tableName", r."rowKey", r."envelopeId"::uuid, decode(r."rowSha256", 'hex'),
      ${eventId}::uuid
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
      as r("tableName" text, "rowKey" text, "envelopeId" text, "rowSha256" text)`);
}

export async function dropPending(connection: Connection, positions: readonly string[]): Promise<void> {
  await connection.execute(
    sql`delete from records_pending where position in
      (select value::bigint from jsonb_array_elements_text(${JSON.stringify(positions)}::jsonb) value)`,
  );
}

export interface SealingEvent {
  readonly id: string;
  readonly body: string;
}

/** The events of an organization that seal rows, in order. */
export async function loadSealings(
  connection: Connection,
  organizationId: string,
): Promise<readonly SealingEvent[]> {
  return query(
    connection,
    sql`select id, body from audit_events where organization_id = ${organizationId} and chain_id = ${organizationId}
      and type = 'records.sealed' order by sequence`,
  );
}

export async function hasSealing(connection: Connection, organizationId: string): Promise<boolean> {
  const rows = await query(
    connection,
    sql`select 1 from audit_events where organization_id = ${organizationId} and chain_id = ${organizationId}
      and type = 'records.sealed' limit 1`,
  );
  return rows.length > 0;
}

export async function loadSeals(connection: Connection, eventId: string): Promise<readonly SealedRow[]> {
  return query(
    connection,
    sql`select table_name as "tableName", row_key as "rowKey", envelope_id as "envelopeId",
      encode(row_sha256, 'hex') as "rowSha256" from record_seals where event_id = ${eventId}`,
  );
}

export interface OffRow {
  readonly rowKey: string;
  readonly isGone: boolean;
}

/**
 * Sealed rows that are not what they were.
 *
 * @param forgotten envelopes whose rows of this table may be gone with their people
 */
export async function findChangedRows(
  connection: Connection,
  table: string,
  columns: readonly string[],
  eventIds: readonly string[],
  forgotten: readonly string[],
): Promise<readonly OffRow[]> {
  return query(
    connection,
    sql`select s.row_key as "rowKey", t.organization_id is null as "isGone"
      from record_seals s left join ${quoted(table)} t on ${keyIn(table)} = s.row_key
      where s.table_name = ${table}
        and s.event_id in (select value::uuid from jsonb_array_elements_text(${JSON.stringify(eventIds)}::jsonb) value)
        and (t.organization_id is null or ${rowHash(columns)} <> s.row_sha256)
        and not (t.organization_id is null and s.envelope_id is not null and s.envelope_id in (
          select value::uuid from jsonb_array_elements_text(${JSON.stringify(forgotten)}::jsonb) value))
      order by s.row_key limit 1000`,
  );
}

export interface BegunPurge {
  readonly chainId: string;
  readonly body: string;
  /** SHA-256 of the tombstone's text, lower-case hex; null when there is none. */
  readonly tombstoneSha256: string | null;
}

/** The events by which envelopes were destroyed, each with the tombstone that is there. */
export async function loadBegunPurges(
  connection: Connection,
  organizationId: string,
): Promise<readonly BegunPurge[]> {
  return query(
    connection,
    sql`select e.chain_id as "chainId", e.body,
      encode(sha256(convert_to(t.body, 'UTF8')), 'hex') as "tombstoneSha256"
      from audit_events e left join tombstones t on t.envelope_id = e.chain_id
      where e.organization_id = ${organizationId} and e.type = 'purge.begun' order by e.chain_id, e.sequence`,
  );
}

/** Rows that stand under no event and do not wait for one. */
export async function findUnsealed(connection: Connection, table: string): Promise<readonly string[]> {
  const rows = await query<{ rowKey: string }>(
    connection,
    sql`select ${keyIn(table)} as "rowKey" from ${quoted(table)} t
      where not exists (select from record_seals s where s.table_name = ${table} and s.row_key = ${keyIn(table)})
        and not exists (select from records_pending p where p.table_name = ${table} and p.row_key = ${keyIn(table)})
      order by 1 limit 1000`,
  );
  return rows.map(({ rowKey }) => rowKey);
}

/** Seals that no sealing event of the organization has. */
export async function findStraySeals(
  connection: Connection,
  organizationId: string,
): Promise<readonly SealedRow[]> {
  return query(
    connection,
    sql`select s.table_name as "tableName", s.row_key as "rowKey", s.envelope_id as "envelopeId",
      encode(s.row_sha256, 'hex') as "rowSha256" from record_seals s
      where not exists (select from audit_events e where e.id = s.event_id and e.chain_id = ${organizationId}
        and e.type = 'records.sealed') limit 1000`,
  );
}

/** Has everything that was written before rows were sealed at all wait for its seal. */
export async function adoptEarlier(connection: Connection, organizationId: OrganizationId): Promise<void> {
  for (const table of Object.keys(RECORD_TABLES))
    await connection.execute(sql`
      insert into records_pending (organization_id, table_name, row_key, envelope_id, queued_at)
      select ${organizationId}::uuid, ${table}, ${keyIn(table)}, ${envelopeOf(table)}, now() - interval '1 hour'
      from ${quoted(table)} t where not exists (
        select from records_pending p where p.table_name = ${table} and p.row_key = ${keyIn(table)})`);
}

/** As the trigger finds it. */
function envelopeOf(table: string): SQL {
  if (table === "marks") return sql`(select r.envelope_id from recipients r where r.id = t.recipient_id)`;
  if (table === "document_revisions")
    return sql`(select d.envelope_id from documents d where d.id = t.document_id)`;
  return sql`(to_jsonb(t) ->> 'envelope_id')::uuid`;
}
