import type postgres from "postgres";

// What a database superuser does to evidence, with triggers and keys off; for tests that look whether it is found.

export interface Column {
  readonly name: string;
  readonly type: string;
}

export async function columnsIn(admin: postgres.Sql, table: string): Promise<Column[]> {
  const rows = await admin<Column[]>`select a.attname as name, format_type(a.atttypid, null) as type
    from pg_attribute a where a.attrelid = ${`public.${table}`}::regclass and a.attnum > 0 and not a.attisdropped
      and a.attgenerated = ''`;
  return [...rows];
}

export async function dropChecks(admin: postgres.Sql, table: string): Promise<void> {
  const checks = await admin`select conname from pg_constraint
    where conrelid = ${`public.${table}`}::regclass and contype = 'c'`;
  for (const { conname } of checks) await admin.unsafe(`alter table ${table} drop constraint "${conname}"`);
}

export async function dropUniqueness(admin: postgres.Sql, table: string): Promise<void> {
  const constraints = await admin`select conname from pg_constraint
    where conrelid = ${`public.${table}`}::regclass and contype = 'u'`;
  for (const { conname } of constraints)
    await admin.unsafe(`alter table ${table} drop constraint "${conname}" cascade`);
  const indexes = await admin`select indexrelid::regclass::text as name from pg_index
    where indrelid = ${`public.${table}`}::regclass and indisunique and not indisprimary`;
  for (const { name } of indexes) await admin.unsafe(`drop index ${name}`);
}

/** A value of each type, for a row that no work of the product left. */
export const VALUES: Readonly<Record<string, string>> = {
  uuid: "gen_random_uuid()",
  text: "'written'",
  bytea: "decode(repeat('00', 32), 'hex')",
  integer: "1",
  bigint: "1",
  boolean: "true",
  jsonb: `'{"written": 1}'`,
  date: "current_date",
  "timestamp with time zone": "now()",
};

/** Another value of the same type, also where there was none. */
export const EDITS: Readonly<Record<string, (column: string) => string>> = {
  uuid: () => "gen_random_uuid()",
  text: (column) => `coalesce(${column}, '') || 'x'`,
  "text[]": (column) => `coalesce(${column}, '{}') || 'x'::text`,
  bytea: (column) => `coalesce(set_byte(${column}, 5, get_byte(${column}, 5) # 1), decode('01', 'hex'))`,
  integer: (column) => `coalesce(${column}, 0) + 70`,
  bigint: (column) => `coalesce(${column}, 0) + 70`,
  boolean: (column) => `not coalesce(${column}, false)`,
  jsonb: () => `'{"edited": 1}'`,
  date: (column) => `coalesce(${column}, current_date) + 1`,
  "timestamp with time zone": (column) => `coalesce(${column}, now()) + interval '1 microsecond'`,
};

export const asForger = (admin: postgres.Sql, work: string) =>
  admin.begin(async (sql) => {
    await sql`set local session_replication_role = replica`;
    return sql.unsafe(work);
  });

/** Does it, looks, and puts the table back. */
export async function tampered<T>(
  admin: postgres.Sql,
  table: string,
  statement: string,
  look: () => Promise<T>,
): Promise<{ count: number; found: T }> {
  const names = (await columnsIn(admin, table)).map(({ name }) => `"${name}"`).join(", ");
  await admin.unsafe(`create table kept_row as table ${table}`);
  try {
    const changed = await asForger(admin, statement);
    return { count: changed.count, found: await look() };
  } finally {
    await asForger(
      admin,
      `delete from ${table}; insert into ${table} (${names}) select ${names} from kept_row; drop table kept_row`,
    );
  }
}
