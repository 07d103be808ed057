import type { Sql } from "postgres";
import { RECORD_TABLES } from "#lib/audit/core/record-tables.ts";
import { bindChanges } from "./changing-rows.ts";

/** Tables of the whole installation; every other one belongs to organizations and has `organization_id`. */
const INSTALLATION_TABLES = new Map([
  ["accounts", "select, insert, update"],
  ["sessions", "select, insert, update"],
  ["login_tokens", "select, insert, delete"],
  ["rate_limits", "select, insert, update, delete"],
  ["sign_in_failures", "select, insert, update, delete"],
  ["settings", "select, insert"],
  ["sealed_keys", "select, insert, delete"],
  ["authorities", "select, insert, update"],
  ["issued_serials", "select, insert, update"],
  ["published_crls", "select, insert, delete"],
  ["published_ocsp_responses", "select, insert, update, delete"],
  ["key_provider_states", "select, insert, update"],
  ["site_certificates", "select, insert, update"],
  ["log_pending", "select, insert, delete"],
  ["log_leaves", "select, insert"],
  ["log_tiles", "select, insert"],
  ["log_checkpoints", "select, insert"],
  ["log_status", "select, insert, update"],
  ["backup_runs", "select, insert"],
]);

/** Evidence: what is written stays as it was written. */
const APPEND_ONLY = new Set([
  "audit_events",
  "audit_openings",
  "chain_keys",
  "workspace_keys",
  "document_revisions",
  "certificates",
  "artifacts",
  "archive_timestamps",
  "record_stamps",
  "custody_records",
  "custody_signatures",
  "key_ceremony_entries",
  "key_records",
  "key_tests",
  "secret_rotations",
  "custody_wordings",
  "key_uses",
  "certificate_captures",
  "presented_certificates",
  "key_scripts",
  "key_runbooks",
  "marks",
  "log_leaves",
  "log_tiles",
  "log_checkpoints",
  "tombstones",
  "consent_acts",
  "identity_results",
  "held_envelopes",
  "quality_checks",
  "certificate_checks",
  "record_seals",
  "row_versions",
  "revocations",
]);

/** Rows the owner's functions below may see across organizations. */
const LOOKED_UP = [
  ...["recipient_tokens", "members", "organizations", "key_policies"],
  ...["audit_events", "audit_openings", "chain_keys"],
  ...["trust_lists", "hand_overs", "hold_notice_tokens", "kiosk_sessions", "public_links"],
  ...["programs", "program_tokens", "api_keys"],
  ...["mail_returns", "bulk_jobs", "search_pending", "envelope_texts", "envelopes", "recipients"],
  ...["trust_lists", "hand_overs", "hold_notice_tokens", "kiosk_sessions"],
  ...["programs", "program_tokens"],
  ...["bulk_jobs", "search_pending", "envelope_texts", "envelopes", "recipients"],
  "library_forms",
];

export const appendOnlyTables = (): string[] => [...APPEND_ONLY];

/**
 * Makes the database refuse what a query forgot: row-level security on every table with `organization_id`, no
 * rights but those listed, no change of evidence. Run after every migration; running it again changes nothing.
 *
 * @param sql connected as the role that owns the tables. @param appRole the role the product works as.
 */
export async function applySecurity(sql: Sql, appRole: string): Promise<void> {
  const role = sql(appRole);
  await sql`revoke create on schema public from public`;
  await sql`grant usage on schema public to ${role}`;
  const tables = await sql<{ name: string; isTenant: boolean }[]>`
    select c.relname as name, exists (
      select from pg_attribute a where a.attrelid = c.oid and a.attname = 'organization_id'
    ) as "isTenant"
    from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')`;
  for (const { name, isTenant } of tables) {
    const rights = isTenant ? tenantRights(name) : INSTALLATION_TABLES.get(name);
    if (!rights) throw new Error(`table ${name} is neither a tenant's nor listed as the installation's`);
    await sql`revoke all on ${sql(name)} from ${role}`;
    await sql.unsafe(`grant ${rights} on ${quoted(name)} to ${quoted(appRole)}`);
    if (isTenant) await secureTenantTable(sql, name);
    if (APPEND_ONLY.has(name)) await refuseChanges(sql, name);
  }
  await fixPublished(sql);
  await keepRevocations(sql);
  await addLookups(sql, appRole);
  await addSearches(sql, appRole);
  await lockChains(sql, appRole);
  await findEnvelopeKeys(sql, appRole);
  await queueForLog(sql);
  await queueForSearch(sql);
  await queueRecords(sql);
  await bindChanges(sql, appRole);
  await guardRetention(sql, appRole);
  await guardStaging(sql);
}

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

function tenantRights(table: string): string {
  return APPEND_ONLY.has(table) ? "select, insert" : "select, insert, update, delete";
}

async function secureTenantTable(sql: Sql, name: string): Promise<void> {
  const table = quoted(name);
  const own = "organization_id = nullif(current_setting('app.organization_id', true), '')::uuid";
  await sql.unsafe(`
    alter table ${table} enable row level security;
    alter table ${table} force row level security;
    drop policy if exists tenant on ${table};
    create policy tenant on ${table} using (${own}) with check (${own});`);
  if (!LOOKED_UP.includes(name)) return;
  await sql.unsafe(`
    drop policy if exists lookup on ${table};
    create policy lookup on ${table} for select to current_user using (true);`);
}

async function refuseChanges(sql: Sql, name: string): Promise<void> {
  const table = quoted(name);
  await sql.unsafe(`
    create or replace function refuse_change() returns trigger language plpgsql as $$
    begin
      if current_user = (select tableowner from pg_tables where schemaname = 'public' and tablename = tg_table_name)
      then
        return case when tg_op = 'DELETE' then old else new end;
      end if;
      raise exception '% is append-only', tg_table_name using errcode = 'insufficient_privilege';
    end $$;
    drop trigger if exists append_only on ${table};
    create trigger append_only before update or delete on ${table} for each row execute function refuse_change();
    drop trigger if exists append_only_truncate on ${table};
    create trigger append_only_truncate before truncate on ${table} for each statement
      execute function refuse_change();`);
}

/**
 * Whoever writes evidence, by whatever way: its hash goes under an event. Once for all rows of a statement: for each
 * alone it took longer than writing the row.
 */
async function queueRecords(sql: Sql): Promise<void> {
  for (const [table, key] of Object.entries(RECORD_TABLES)) {
    const name = quoted(table);
    const columns = await sql<{ name: string }[]>`
      select attname as name from pg_attribute where attrelid = ${table}::regclass and attnum > 0 and not attisdropped`;
    const has = (column: string) => columns.some((one) => one.name === column);
    const envelope = [
      has("envelope_id") && "new_row.envelope_id",
      has("recipient_id")
        ? "(select r.envelope_id from public.recipients r where r.id = new_row.recipient_id)"
        : has("document_id") &&
          "(select d.envelope_id from public.documents d where d.id = new_row.document_id)",
    ].filter((part) => part !== false);
    await sql.unsafe(`
      create or replace function ${quoted(`queue_${table}`)}() returns trigger language plpgsql as $$
      begin
        insert into public.records_pending (organization_id, table_name, row_key, envelope_id, queued_at)
          select new_row.organization_id, tg_table_name, ${key.map((column) => `new_row.${quoted(column)}::text`).join(" || '/' || ")},
            ${envelope.length === 0 ? "null" : `coalesce(${envelope.join(", ")})`}, now()
          from new_rows new_row;
        return null;
      end $$;
      drop trigger if exists queue_record on ${name};
      create trigger queue_record after insert on ${name} referencing new table as new_rows for each statement
        execute function ${quoted(`queue_${table}`)}();`);
  }
}

/** A notice that people may have agreed to stays as it was: only a draft changes or goes. */
async function fixPublished(sql: Sql): Promise<void> {
  await sql.unsafe(`
    create or replace function refuse_published() returns trigger language plpgsql as $$
    begin
      if old.published_at is not null
        and current_user <> (select tableowner from pg_tables where schemaname = 'public' and tablename = tg_table_name)
      then
        raise exception '% keeps what was published', tg_table_name using errcode = 'insufficient_privilege';
      end if;
      return case when tg_op = 'DELETE' then old else new end;
    end $$;
    drop trigger if exists keep_published on consent_notices;
    create trigger keep_published before update or delete on consent_notices
      for each row execute function refuse_published();`);
}

/** A serial number that was used stays that certificate's, and what was revoked stays revoked, as it was. */
async function keepRevocations(sql: Sql): Promise<void> {
  await sql.unsafe(`
    create or replace function refuse_other_issue() returns trigger language plpgsql as $$
    begin
      if (to_jsonb(new) - '{revoked_at,revocation_reason,invalid_since}'::text[]
          is distinct from to_jsonb(old) - '{revoked_at,revocation_reason,invalid_since}'::text[]
          or old.revoked_at is not null and new is distinct from old)
        and current_user <> (select tableowner from pg_tables where schemaname = 'public' and tablename = tg_table_name)
      then
        raise exception '% keeps what was issued and revoked', tg_table_name using errcode = 'insufficient_privilege';
      end if;
      return new;
    end $$;
    drop trigger if exists keep_issued on issued_serials;
    create trigger keep_issued before update on issued_serials for each row
      when (old.certificate_sha256 is not null or old.revoked_at is not null) execute function refuse_other_issue();`);
}

/**
 * Where a chain ends, under its lock, and which revision each document of its envelope is at. The last link is found from the end of the index, whatever the planner thinks of
 * the table's size: reading a whole chain to find it costs more with every event. The lock comes in a statement of its
 * own, so that what is read is what was written before it was given.
 */
async function lockChains(sql: Sql, appRole: string): Promise<void> {
  await sql.unsafe(`
    drop function if exists lock_chain(uuid);
    create function lock_chain(chain uuid)
    returns table (last_sequence integer, last_hash bytea, chain_key bytea, revisions jsonb)
    language plpgsql volatile set search_path = public
    set enable_sort = off set enable_bitmapscan = off set enable_seqscan = off as $$
    begin
      perform pg_advisory_xact_lock(hashtextextended(chain::text, 7));
      return query select e.sequence, e.hash, (select k.wrapped_key from chain_keys k where k.chain_id = chain),
          (select jsonb_object_agg(d.id, (select max(r.number) from document_revisions r where r.document_id = d.id))
            from documents d where d.envelope_id = chain and d.removed_at is null)
        from (select) one left join lateral (
          select a.sequence, a.hash from audit_events a where a.chain_id = chain order by a.sequence desc limit 1
        ) e on true;
    end $$;
    revoke all on function lock_chain from public;
    grant execute on function lock_chain to ${quoted(appRole)};`);
}

/** What takes a transaction otherwise, in one trip: every file that is opened asks for its envelope's key. */
async function findEnvelopeKeys(sql: Sql, appRole: string): Promise<void> {
  await sql.unsafe(`
    create or replace function find_envelope_key(organization uuid, envelope uuid)
    returns table (wrapped bytea) language plpgsql volatile set search_path = public as $$
    declare before text := coalesce(current_setting('app.organization_id', true), '');
    begin
      perform set_config('app.organization_id', organization::text, true);
      return query select k.wrapped_key from envelope_keys k
        where k.envelope_id = envelope and k.organization_id = organization;
      perform set_config('app.organization_id', before, true);
    end $$;
    revoke all on function find_envelope_key from public;
    grant execute on function find_envelope_key to ${quoted(appRole)};`);
}

/** Whoever writes an event, by whatever way: it goes to the log. */
async function queueForLog(sql: Sql): Promise<void> {
  await sql.unsafe(`
    create or replace function queue_for_log() returns trigger language plpgsql as $$
    begin
      insert into public.log_pending (event_id, chain_id, sequence, event_hash)
        values (new.id, new.chain_id, new.sequence, new.hash);
      return null;
    end $$;
    drop trigger if exists queue_for_log on audit_events;
    create trigger queue_for_log after insert on audit_events for each row execute function queue_for_log();`);
}

/**
 * Searches that an index can serve. Under row-level security the planner tests the organization first and `like`
 * after it, row by row; here the organization is a condition among others, taken from the same setting.
 */
async function addSearches(sql: Sql, appRole: string): Promise<void> {
  // Another set of arguments would make another function beside the earlier one.
  await sql.unsafe(`drop function if exists
    find_certificates(text, text, text, timestamptz, timestamptz, uuid, integer);
    drop function if exists
    find_certificates(text, text, text, timestamptz, timestamptz, timestamptz, timestamptz, uuid, integer);`);
  await sql.unsafe(`
    create or replace function find_certificates(
      pattern text, wanted_kind text, wanted_status text, ends_from timestamptz, ends_until timestamptz,
      at timestamptz, before_at timestamptz, before_id uuid, how_many integer
    ) returns table (source text, id uuid) language plpgsql stable security definer set search_path = public as $$
    declare
      -- Asked of one certificate at a time, by the small index of those that were: joined, a million are read through.
      revoked constant text := 'coalesce((select true from issued_serials i where i.authority_id = c.authority_id'
        || ' and i.serial = c.serial and i.revoked_at is not null), false)';
      -- A few are gathered first: found from their side, they need no walk past all others.
      few constant boolean := wanted_status = 'revoked'
        and (select count(*) from (select from issued_serials i where i.revoked_at is not null limit 2001) r) <= 2000;
      gathered constant text := '(c.authority_id, c.serial) in (select i.authority_id, i.serial from issued_serials i'
        || ' where i.revoked_at is not null offset 0)';
      said constant text := 'exists (select from certificate_statuses s where s.organization_id = $1'
        || ' and s.sha256 = c.sha256 and s.revoked_at is ';
      lost constant text := said || 'not null)';
      -- What vouches for itself is revoked by nobody.
      good constant text := '(' || said || 'null and s.holds_until > $4) or c.subject = c.issuer)';
      own constant text := case wanted_status
        when 'valid' then ' and c.not_after > $4 and not ' || revoked
        when 'expired' then ' and c.not_after <= $4'
        when 'revoked' then ' and ' || case when few then gathered else revoked end
        when 'unknown' then ' and false'
        else '' end;
      others constant text := case wanted_status
        when 'valid' then ' and c.not_after > $4 and ' || good || ' and not ' || lost
        when 'expired' then ' and c.not_after <= $4'
        when 'revoked' then ' and ' || lost
        when 'unknown' then ' and c.not_after > $4 and not ' || good || ' and not ' || lost
        else '' end;
      conditions constant text := case when pattern = '%%' then '' else ' and c.search_text like $2' end
        || case when ends_from is null then '' else ' and c.not_after >= $8' end
        -- What has ended is not put on record: the walk from the newest begins where something can be found.
        || case when ends_until is null then '' else ' and c.not_after < $9 and c.created_at < $9' end
        || case when before_at is null then '' else ' and (c.created_at, c.id) < ($5, $6)' end
        -- Few days hold few certificates: gathered first, they need no walk past all newer ones.
        || case when ends_until - ends_from <= interval '92 days' then ' offset 0' else '' end;
      template constant text := '(select %L::text as source, f.id, f.created_at from (select c.id, c.created_at from %s'
        || ' where %s) f order by f.created_at desc, f.id desc limit $7)';
      mine constant text := 'c.organization_id = $1';
      parts text[] := '{}';
    begin
      if wanted_kind is null or wanted_kind in ('signer', 'seal') then
        if wanted_status in ('valid', 'revoked') then
          parts := parts || format(template, 'stored', 'certificates c',
            mine || ' and c.authority_id is not null' || own
              || case when wanted_kind is null then '' else ' and c.kind = $3' end || conditions);
        end if;
        parts := parts || format(template, 'stored', 'certificates c',
          mine || case when wanted_status in ('valid', 'revoked', 'unknown')
              then ' and c.authority_id is null' || others else own end
            || case when wanted_kind is null then '' else ' and c.kind = $3' end || conditions);
      end if;
      if wanted_kind is null or wanted_kind = 'presented' then
        parts := parts || format(template, 'presented', '(select p.id, p.at as created_at, p.organization_id,'
          || ' p.not_after, p.search_text, p.sha256, p.subject, p.issuer from presented_certificates p) c',
          mine || others || conditions);
      end if;
      if wanted_kind is null or wanted_kind in ('anchor', 'chain') then
        parts := parts || format(template, 'registered', 'registered_certificates c',
          mine || ' and c.removed_at is null' || others
            || case when wanted_kind is null then '' else ' and c.use = $3' end || conditions);
      end if;
      -- Those of the installation are everybody's: they come when somebody looks for them.
      if wanted_kind = 'authority' or (wanted_kind is null and pattern <> '%%') then
        parts := parts || format(template, 'authority', '(select a.id, a.created_at, a.not_after, a.serial,'
          || ' a.issuer_id as authority_id, lower(concat_ws(chr(10), a.subject, a.issuer, a.serial,'
          || ' a.certificate_sha256)) as search_text from authorities a) c', 'true' || own || conditions);
      end if;
      return query execute 'select u.source, u.id from (' || array_to_string(parts, ' union all ')
        || ') u order by u.created_at desc, u.id desc limit $7'
        using current_setting('app.organization_id')::uuid, pattern, wanted_kind, at, before_at, before_id, how_many,
          ends_from, ends_until;
    end $$;`);
  await sql.unsafe(`
    create or replace function find_envelopes(
      query text, owners uuid[], states text[], due_before timestamptz, awaited_email text, folder uuid, tag text,
      at timestamptz, at_id uuid, is_newer boolean, how_many integer, is_scheduled boolean, shared_with uuid,
      senders uuid[], template uuid, changed_from timestamptz, changed_until timestamptz, document_class uuid,
      signature_kind text, only_held boolean, at_least numeric, at_most numeric, is_filed_away boolean,
      shared_folders uuid[]
    ) returns setof uuid language plpgsql stable security definer set search_path = public
    -- A page is found sooner than another process is started.
    set max_parallel_workers_per_gather = 0 as $$
    declare
      way constant text := case when is_newer then ' asc' else ' desc' end;
      ordered constant text := ' order by e.changed_at' || way || ', e.id' || way || ' limit $11';
      own constant text := case when owners is null then ''
        when array_length(owners, 1) = 1 then ' and e.owner_id = $3[1]' else ' and e.owner_id = any($3)' end;
      shared constant text := ' and ((e.reader_ids <> ''{}'' and e.reader_ids @> array[$12])'
        || ' or (e.helper_ids <> ''{}'' and e.helper_ids @> array[$12])'
        || case when shared_folders is null then '' else ' or e.folder_id = any($21)' end || ')';
      -- Few wait for one person: found from their side, they need no walk past all others.
      awaited constant text := ' and e.id in (select r.envelope_id from recipients r where r.organization_id = $1'
        || ' and r.email = $6 and r.host_id is null and r.state in (''notified'', ''viewed'', ''consented''))';
      joined constant text := case when query is null then '' else ' join envelope_texts t on t.envelope_id = e.id' end;
      worded constant text := case when query is null then '' else ' and t.words @@ $2::tsquery' end;
      found constant text := 'select e.id, e.changed_at from envelopes e' || joined
        || ' where e.organization_id = $1 and e.deleted_at is null and not e.is_template' || worded
        || case when states is null then '' when array_length(states, 1) = 1 then ' and e.state = $4[1]'
             else ' and e.state = any($4)' end
        || case when due_before is null then '' else ' and e.expires_at < $5' end
        || case when awaited_email is null then '' else awaited end
        || case when is_scheduled then ' and e.scheduled_at is not null' else '' end
        || case when folder is null then '' else ' and e.folder_id = $7' end
        || case when tag is null then '' else ' and e.tags @> array[$8]' end
        || case when senders is null then '' when array_length(senders, 1) = 1 then ' and e.owner_id = $13[1]'
             else ' and e.owner_id = any($13)' end
        || case when template is null then '' else ' and e.template_id = $14' end
        || case when changed_from is null then '' else ' and e.changed_at >= $15' end
        || case when changed_until is null then '' else ' and e.changed_at < $16' end
        || case when document_class is null then '' else ' and e.class_id = $17' end
        || case when signature_kind is null then ''
             else ' and e.signature_kind = $18' || case when signature_kind = 'here' then ''
               else ' and e.signature_kind <> ''here''' end end
        || case when only_held then ' and e.held_since is not null' else '' end
        || case when at_least is null and at_most is null then '' else ' and e.id in (select a.envelope_id from'
             || ' envelope_texts a where a.organization_id = $1 and a.amount between coalesce($19, a.amount)'
             || ' and coalesce($20, a.amount))' end
        || case when is_filed_away is null then '' when is_filed_away then ' and e.filed_away_at is not null'
             else ' and e.filed_away_at is null' end
        || case when at is null then '' when is_newer then ' and (e.changed_at, e.id) > ($9, $10)'
             else ' and (e.changed_at, e.id) < ($9, $10)' end;
      -- Few are shared with one: gathered first, they need no walk past all others.
      gathered constant text := '(select * from (' || found || shared || ' offset 0) e' || ordered || ')';
      whole constant text := 'select e.id, e.changed_at from ('
        || case when awaited_email is not null then '(select * from (' || found || ' offset 0) e' || ordered || ')'
             when shared_with is null then found || own || ordered
             when owners is null then gathered
             else '(' || found || own || ordered || ') union all ' || gathered end
        || ') e' || ordered;
      -- How many have words that are only begun, nobody knows before: what stands in many is among the newest, which are
      -- looked through first. Not where something else narrows the list: then the newest may be far apart.
      looked constant integer := greatest(500, 2 * how_many);
      is_plain constant boolean := query is not null and due_before is null and awaited_email is null
        and folder is null and tag is null and not is_scheduled and senders is null and template is null
        and changed_from is null and changed_until is null and document_class is null and signature_kind is null
        and not only_held and at_least is null and at_most is null;
      newest constant text := replace(replace(replace(whole, joined, ''), worded, ''), ' limit $11', ' limit ' || looked);
      ids uuid[] := '{}';
    begin
      if is_plain then
        execute 'select array_agg(e.id order by e.changed_at' || way || ', e.id' || way || ') from (select e.* from ('
          || newest || ') e join envelope_texts t on t.envelope_id = e.id where ts_match_vq(t.words, $2::tsquery)'
          || ordered || ') e'
          into ids
          using current_setting('app.organization_id')::uuid, query, owners, states, due_before, awaited_email, folder, tag,
            at, at_id, how_many, shared_with, senders, template, changed_from, changed_until, document_class,
            signature_kind, at_least, at_most, shared_folders;
        if cardinality(ids) = how_many then
          return query select * from unnest(ids);
          return;
        end if;
      end if;
      return query execute 'select e.id from (' || whole || ') e' || ordered
        using current_setting('app.organization_id')::uuid, query, owners, states, due_before, awaited_email, folder, tag,
          at, at_id, how_many, shared_with, senders, template, changed_from, changed_until, document_class,
          signature_kind, at_least, at_most, shared_folders;
    end $$;
    revoke all on function find_envelopes from public;
    grant execute on function find_envelopes to ${quoted(appRole)};`);
  await addFormSearches(sql, appRole);
  await sql.unsafe(
    `revoke all on function find_certificates from public; grant execute on function find_certificates to ${quoted(appRole)};`,
  );
}

/** The forms library, in order of titles; and what there is of subjects and kinds, a value at a time from the index. */
async function addFormSearches(sql: Sql, appRole: string): Promise<void> {
  await sql.unsafe(`
    create or replace function find_forms(
      query text, place text, wanted_subject text, wanted_kind text, at text, at_id uuid, is_back boolean,
      how_many integer
    ) returns setof uuid language plpgsql stable security definer set search_path = public as $$
    declare
      way constant text := case when is_back then ' desc' else ' asc' end;
    begin
      return query execute
        'select f.id from library_forms f where f.organization_id = $1'
        || case when query is null then '' else ' and f.words @@ $2::tsquery' end
        || case when place is null then '' else ' and f.jurisdiction = $3' end
        || case when wanted_subject is null then '' else ' and f.subject = $4' end
        || case when wanted_kind is null then '' else ' and f.kind = $5' end
        || case when at is null then '' when is_back then ' and (f.sort_title, f.id) < ($6, $7)'
             else ' and (f.sort_title, f.id) > ($6, $7)' end
        || ' order by f.sort_title' || way || ', f.id' || way || ' limit $8'
        using current_setting('app.organization_id')::uuid, query, place, wanted_subject, wanted_kind, at, at_id,
          how_many;
    end $$;
    create or replace function form_facets(wanted text, how_many integer)
    returns setof text language plpgsql stable security definer set search_path = public as $$
    declare
      field constant text := case wanted when 'subject' then 'subject' when 'kind' then 'kind' else 'jurisdiction' end;
    begin
      return query execute format(
        'with recursive found as (
          select min(f.%1$I) as one from library_forms f where f.organization_id = $1
          union all
          select (select min(f.%1$I) from library_forms f where f.organization_id = $1 and f.%1$I > found.one)
          from found where found.one is not null
        ) select one from found where one is not null limit $2', field)
        using current_setting('app.organization_id')::uuid, how_many;
    end $$;
    revoke all on function find_forms, form_facets from public;
    grant execute on function find_forms, form_facets to ${quoted(appRole)};`);
}

/** Whoever changes an envelope, by whatever way: it is read again for searches. */
async function queueForSearch(sql: Sql): Promise<void> {
  await sql.unsafe(`
    create or replace function queue_for_search() returns trigger language plpgsql as $$
    begin
      insert into public.search_pending (organization_id, envelope_id, queued_at)
        select distinct n.organization_id, n.id, now() from new_rows n
        on conflict (envelope_id) do update set queued_at = excluded.queued_at;
      return null;
    end $$;
    drop trigger if exists queue_for_search_insert on envelopes;
    create trigger queue_for_search_insert after insert on envelopes referencing new table as new_rows
      for each statement execute function queue_for_search();
    drop trigger if exists queue_for_search_update on envelopes;
    create trigger queue_for_search_update after update on envelopes referencing new table as new_rows
      for each statement execute function queue_for_search();`);
}

/** The questions that must be asked before an organization is known, or across all of them. */
async function addLookups(sql: Sql, appRole: string): Promise<void> {
  await sql.unsafe(`
    create or replace function find_recipient_token(token_hash bytea)
    returns table (organization_id uuid, recipient_id uuid, ended_at timestamptz)
    language sql stable security definer set search_path = public as $$
      select t.organization_id, t.recipient_id, t.ended_at from recipient_tokens t where t.token_sha256 = token_hash
    $$;
    create or replace function find_mail_return(token_hash bytea)
    returns table (organization_id uuid, sent_at timestamptz)
    language sql stable security definer set search_path = public as $$
      select r.organization_id, r.sent_at from mail_returns r where r.token_sha256 = token_hash
    $$;
    create or replace function find_hand_over(code_hash bytea) returns table (organization_id uuid, id uuid)
    language sql stable security definer set search_path = public as $$
      select h.organization_id, h.id from hand_overs h where h.code_sha256 = code_hash
    $$;
    create or replace function find_hold_notice(token_hash bytea)
    returns table (organization_id uuid, custodian_id uuid)
    language sql stable security definer set search_path = public as $$
      select t.organization_id, t.custodian_id from hold_notice_tokens t where t.token_sha256 = token_hash
    $$;
    create or replace function find_short_id(printed text) returns table (organization_id uuid, id uuid)
    language sql stable security definer set search_path = public as $$
      select e.organization_id, e.id from envelopes e
      where e.short_id = printed and e.state <> 'draft' and not e.is_template
    $$;
    create or replace function find_kiosk(token_hash bytea) returns table (organization_id uuid, id uuid)
    language sql stable security definer set search_path = public as $$
      select k.organization_id, k.id from kiosk_sessions k where k.token_sha256 = token_hash
    $$;
    create or replace function find_public_link(link_token text) returns table (organization_id uuid, id uuid)
    language sql stable security definer set search_path = public as $$
      select l.organization_id, l.id from public_links l where l.token = link_token
    $$;
    drop function if exists find_memberships(uuid);
    create or replace function find_memberships(account uuid)
    returns table (organization_id uuid, organization_name text, staging_of uuid, member_id uuid, role text, leads uuid[],
      reads_folders uuid[], acts_folders uuid[])
    language sql stable security definer set search_path = public as $$
      select m.organization_id, o.name, o.staging_of, m.id, m.role,
        case when m.leads_team then array(select t.id from members t where t.team_id = m.team_id
          and t.organization_id = m.organization_id and t.id <> m.id) else '{}' end,
        array(select f.id from folders f where f.removed_at is null and f.team_id = m.team_id
          and f.organization_id = m.organization_id
          and f.access = 'read'),
        array(select f.id from folders f where f.removed_at is null and f.team_id = m.team_id
          and f.organization_id = m.organization_id
          and f.access = 'act')
      from members m
      join organizations o on o.organization_id = m.organization_id
      where m.account_id = account and m.removed_at is null order by m.created_at, m.id
    $$;
    create or replace function find_key_calendar(token_hash bytea) returns setof uuid
    language sql stable security definer set search_path = public as $$
      select p.organization_id from key_policies p where p.calendar_sha256 = token_hash
    $$;
    create or replace function find_trust_lists()
    returns table (id uuid, organization_id uuid, offered_by text)
    language sql stable security definer set search_path = public as $$
      select t.id, t.organization_id, o.name from trust_lists t
      join organizations o on o.organization_id = t.organization_id
      where t.removed_at is null and t.is_offered order by o.name, t.name, t.id limit 200
    $$;
    create or replace function find_program(program uuid) returns setof uuid
    language sql stable security definer set search_path = public as $$
      select p.organization_id from programs p where p.id = program
    $$;
    create or replace function find_program_token(token_hash bytea)
    returns table (organization_id uuid, program_id uuid)
    language sql stable security definer set search_path = public as $$
      select t.organization_id, t.program_id from program_tokens t where t.token_sha256 = token_hash
    $$;
    create or replace function find_staging() returns table (organization_id uuid, created_at timestamptz)
    language sql stable security definer set search_path = public as $$
      select o.organization_id, o.created_at from organizations o
      where o.staging_of = nullif(current_setting('app.organization_id', true), '')::uuid
    $$;
    create or replace function find_api_key(key_hash bytea) returns setof uuid
    language sql stable security definer set search_path = public as $$
      select k.organization_id from api_keys k where k.key_sha256 = key_hash
    $$;
    create or replace function find_running_bulk_jobs() returns setof uuid
    language sql stable security definer set search_path = public as $$
      select distinct j.organization_id from bulk_jobs j where j.state = 'running' order by 1
    $$;
    create or replace function find_search_pending() returns setof uuid
    language sql stable security definer set search_path = public as $$
      select distinct p.organization_id from search_pending p order by 1
    $$;
    create or replace function list_organizations() returns setof uuid
    language sql stable security definer set search_path = public as $$
      select organization_id from organizations order by organization_id
    $$;
    drop function if exists find_stray_evidence();
    create function find_stray_evidence() returns table (table_name text, id uuid)
    language sql stable security definer set search_path = public as $$
      select 'audit_openings', o.event_id from audit_openings o
      left join audit_events e on e.id = o.event_id
      where e.id is null or e.organization_id <> o.organization_id
      union all
      select 'chain_keys', k.chain_id from chain_keys k
      where not exists (
        select from audit_events e where e.chain_id = k.chain_id and e.organization_id = k.organization_id
      )
      union all
      select 'audit_events', e.id from audit_events e
      where not exists (select from organizations g where g.organization_id = e.organization_id)
      limit 1000
    $$;`);
  for (const name of [
    "find_recipient_token(bytea)",
    "find_mail_return(bytea)",
    "find_hand_over(bytea)",
    "find_hold_notice(bytea)",
    "find_short_id(text)",
    "find_kiosk(bytea)",
    "find_public_link(text)",
    "find_memberships(uuid)",
    "list_organizations()",
    "find_running_bulk_jobs()",
    "find_search_pending()",
    "find_stray_evidence()",
    "find_key_calendar(bytea)",
    "find_trust_lists()",
    "find_program(uuid)",
    "find_api_key(bytea)",
    "find_staging()",
    "find_program_token(bytea)",
  ]) {
    await sql.unsafe(
      `revoke all on function ${name} from public; grant execute on function ${name} to ${quoted(appRole)};`,
    );
  }
}

/** What was tried out never becomes real, nor the other way round. */
async function guardStaging(sql: Sql): Promise<void> {
  await sql.unsafe(`
    create or replace function guard_staging() returns trigger language plpgsql as $$
    begin
      if new.staging_of is distinct from old.staging_of then
        raise exception 'a workspace for trials stays one' using errcode = 'insufficient_privilege';
      end if;
      return new;
    end $$;
    drop trigger if exists guard_staging on organizations;
    create trigger guard_staging before update on organizations for each row execute function guard_staging();`);
}

/**
 * What destruction asks for, said once more where no code can forget it: no key of a held envelope goes, none comes
 * back, and what is evidence is erased only for an envelope that two people let through and whose key is gone.
 */
async function guardRetention(sql: Sql, appRole: string): Promise<void> {
  await sql.unsafe(`
    create or replace function guard_envelope_key() returns trigger language plpgsql as $$
    begin
      if tg_op = 'DELETE' then
        raise exception 'the key of an envelope leaves its record' using errcode = 'insufficient_privilege';
      end if;
      if old.wrapped_key is null then
        raise exception 'a destroyed key stays destroyed' using errcode = 'insufficient_privilege';
      end if;
      if new.wrapped_key is null and exists (
        select from public.envelopes e where e.id = old.envelope_id and e.held_since is not null
      ) then
        raise exception 'envelope % is under a legal hold', old.envelope_id using errcode = 'insufficient_privilege';
      end if;
      return new;
    end $$;
    drop trigger if exists guard_envelope_key on envelope_keys;
    create trigger guard_envelope_key before update or delete on envelope_keys for each row
      execute function guard_envelope_key();

    drop function if exists forget_people(uuid);
    create function forget_people(envelope uuid) returns integer[]
    language plpgsql security definer set search_path = public as $$
    declare
      own uuid := current_setting('app.organization_id')::uuid;
      opened integer[];
    begin
      if not exists (
        select from purges p
        join destructions d on d.id = p.destruction_id and d.approved_by <> p.reviewed_by
        join envelopes e on e.id = p.envelope_id and e.held_since is null and e.purged_at is not null
        join envelope_keys k on k.envelope_id = p.envelope_id and k.destroyed_at is not null
        where p.envelope_id = envelope and p.state = 'purging' and p.organization_id = own
      ) then
        raise exception 'envelope % is not to be forgotten', envelope using errcode = 'insufficient_privilege';
      end if;
      -- Mails about the envelope that were read in the outbox: the organization's chain says so.
      select coalesce(array_agg(e.sequence order by e.sequence), '{}') into opened from audit_events e
        where e.organization_id = own and e.chain_id = own and e.type = 'outbox.opened'
        and split_part(e.body::json -> 'data' ->> 'message', '.', 1) in (
          select a.id::text from audit_events a where a.chain_id = envelope
        );
      delete from audit_openings o using audit_events e
        where e.id = o.event_id and o.organization_id = own and e.organization_id = own
        and (e.chain_id = envelope or (e.chain_id = own and e.sequence = any(opened)));
      update chain_keys set wrapped_key = null where chain_id = envelope and organization_id = own;
      delete from marks m using recipients r
        where r.id = m.recipient_id and r.envelope_id = envelope and m.organization_id = own;
      delete from certificate_captures c where c.envelope_id = envelope and c.organization_id = own;
      delete from certificate_statuses s using presented_certificates c
        where s.sha256 = c.sha256 and s.organization_id = own and c.envelope_id = envelope and c.organization_id = own
        and not exists (select from presented_certificates o
          where o.sha256 = c.sha256 and o.organization_id = own and o.envelope_id <> envelope);
      delete from presented_certificates c where c.envelope_id = envelope and c.organization_id = own;
      delete from certificate_checks c where c.envelope_id = envelope and c.organization_id = own;
      delete from consent_acts a where a.envelope_id = envelope and a.organization_id = own;
      delete from identity_results i where i.envelope_id = envelope and i.organization_id = own;
      delete from certificates c
        where c.envelope_id = envelope and c.kind = 'signer' and c.organization_id = own;
      return opened;
    end $$;
    revoke all on function forget_people from public;
    grant execute on function forget_people to ${quoted(appRole)};`);
}
