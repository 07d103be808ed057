import type { Sql } from "postgres";
import { CHANGING_TABLES, type ChangingTable } from "#lib/audit/core/changing-tables.ts";

// "No event, no change", said where no code can forget it. A trigger notes each row that a transaction changes; the next
// event appended in it takes the list and binds what the rows are then; what no event took is refused at commit.

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;
const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;

interface Column {
  readonly name: string;
  readonly type: string;
}

/**
 * Has every change of a table in `CHANGING_TABLES` wait for its event. Run after every migration; running it again
 * changes nothing.
 *
 * @param sql connected as the role that owns the tables. @param appRole the role the product works as.
 */
export async function bindChanges(sql: Sql, appRole: string): Promise<void> {
  await refuseUnsaid(sql, appRole);
  for (const [table, rules] of Object.entries(CHANGING_TABLES)) {
    const columns = await sql<Column[]>`
      select a.attname as name, format_type(a.atttypid, null) as type from pg_attribute a
      where a.attrelid = ${table}::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
      order by a.attname`;
    await hashRows(sql, table, rules, columns);
    await noteChanges(sql, table, rules);
  }
  await takeChanges(sql, appRole);
}

/** Rows by their keys, as an event binds them: none for one that is gone, or not bound yet. */
async function hashRows(
  sql: Sql,
  table: string,
  { key, since, apart = [] }: ChangingTable,
  columns: readonly Column[],
): Promise<void> {
  const typeOf = (name: string) => columns.find((column) => column.name === name)!.type;
  const isRow = key.map(
    (name, index) => `t.${quoted(name)} = split_part(k.key, '/', ${index + 1})::${typeOf(name)}`,
  );
  const bound = columns.flatMap(({ name }) => (apart.includes(name) ? [] : name));
  const values = bound.map((name) => `to_jsonb(t.${quoted(name)})`).join(", ");
  await sql.unsafe(`
    create or replace function ${quoted(`hash_${table}`)}(keys text[])
    returns table (row_key text, row_sha256 text, columns text) language sql volatile set search_path = public
    set timezone = 'UTC' set bytea_output = 'hex' set extra_float_digits = '1' as $$
      select k.key, case when t.organization_id is null then null else
          encode(sha256(convert_to(jsonb_build_array(${values})::text, 'UTF8')), 'hex') end,
        ${literal(bound.join(","))}
      from unnest(keys) as k(key)
      left join ${quoted(table)} t on ${isRow.join(" and ")}${since ? ` and t.${quoted(since)} is not null` : ""}
    $$;`);
}

/** In a setting of the transaction: it goes with it, also half way back to a savepoint. */
async function noteChanges(
  sql: Sql,
  table: string,
  { key, since, apart = [] }: ChangingTable,
): Promise<void> {
  const whole = (row: string) =>
    apart.length > 0 ? `to_jsonb(${row}) - array[${apart.map(literal).join(", ")}]` : row;
  const keyOf = (row: string) => key.map((name) => `${row}.${quoted(name)}::text`).join(" || '/' || ");
  const isBound = (row: string) => (since ? `${row}.${quoted(since)} is not null` : "true");
  await sql.unsafe(`
    create or replace function ${quoted(`note_${table}`)}() returns trigger language plpgsql as $$
    declare noted text := '';
    begin
      if tg_op = 'UPDATE' and ${whole("old")} is not distinct from ${whole("new")} then return null; end if;
      if tg_op <> 'DELETE' and ${isBound("new")} then
        noted := tg_table_name || ' ' || ${keyOf("new")} || e'\\n';
      end if;
      if tg_op <> 'INSERT' and ${isBound("old")} then
        noted := noted || tg_table_name || ' ' || ${keyOf("old")} || e'\\n';
      end if;
      if noted <> '' then
        perform set_config('app.changed_rows', coalesce(current_setting('app.changed_rows', true), '') || noted, true);
      end if;
      return null;
    end $$;
    drop trigger if exists note_change on ${quoted(table)};
    create trigger note_change after insert or update or delete on ${quoted(table)} for each row
      execute function ${quoted(`note_${table}`)}();
    drop trigger if exists refuse_unsaid on ${quoted(table)};
    create constraint trigger refuse_unsaid after insert or update or delete on ${quoted(table)}
      deferrable initially deferred for each row execute function refuse_unsaid_changes();`);
}

/**
 * At commit. What somebody else than the product changed has no event and gets none: whoever verifies the log is told.
 */
async function refuseUnsaid(sql: Sql, appRole: string): Promise<void> {
  const quiet = Object.entries(CHANGING_TABLES).flatMap(([table, { hasQuietSteps }]) =>
    hasQuietSteps ? [literal(table)] : [],
  );
  await sql.unsafe(`
    create or replace function refuse_unsaid_changes() returns trigger language plpgsql set search_path = public as $$
    declare
      changed text := current_setting('app.changed_rows', true);
      unsaid text;
    begin
      if changed is null or changed = '' then return null; end if;
      perform set_config('app.changed_rows', '', true);
      if current_user <> ${literal(appRole)} then return null; end if;
      select split_part(line, ' ', 1) into unsaid from regexp_split_to_table(rtrim(changed, e'\\n'), e'\\n') line
        where split_part(line, ' ', 1) <> all (array[${quiet.join(", ")}]) limit 1;
      if unsaid is not null then
        raise exception 'no event tells of a change of %', unsaid using errcode = 'insufficient_privilege';
      end if;
      insert into records_pending (organization_id, table_name, row_key, queued_at)
        select distinct current_setting('app.organization_id')::uuid, split_part(line, ' ', 1),
          substr(line, strpos(line, ' ') + 1), now()
        from regexp_split_to_table(rtrim(changed, e'\\n'), e'\\n') line;
      return null;
    end $$;`);
}

/** What the transaction changed since its last event, as JSON; the list begins anew. */
async function takeChanges(sql: Sql, appRole: string): Promise<void> {
  await sql.unsafe(`
    create or replace function take_changed_rows() returns text language plpgsql volatile set search_path = public as $$
    declare
      changed text := current_setting('app.changed_rows', true);
      own uuid := current_setting('app.organization_id')::uuid;
      found record;
      versions jsonb;
      result jsonb := '[]';
    begin
      perform set_config('app.changed_rows', '', true);
      for found in
        select split_part(line, ' ', 1) as name, array_agg(distinct substr(line, strpos(line, ' ') + 1)) as keys
        from regexp_split_to_table(rtrim(changed, e'\\n'), e'\\n') line group by 1 order by 1
      loop
        execute format($f$
          select jsonb_agg(jsonb_build_array(h.row_key, coalesce(v.version, 0) + 1, h.row_sha256, h.columns))
          from %I($1) h left join lateral (
            select r.version from row_versions r
            where r.organization_id = $2 and r.table_name = $3 and r.row_key = h.row_key
            order by r.version desc limit 1
          ) v on true
          where h.row_sha256 is not null or v.version is not null
        $f$, 'hash_' || found.name) into versions using found.keys, own, found.name;
        if versions is not null then
          result := result || jsonb_build_array(jsonb_build_array(found.name, versions));
        end if;
      end loop;
      return nullif(result, '[]')::text;
    end $$;
    revoke all on function take_changed_rows from public;
    grant execute on function take_changed_rows to ${quoted(appRole)};`);
}
