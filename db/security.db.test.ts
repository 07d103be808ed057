import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { testProduct } from "./testing.ts";

const product = testProduct();
let app: postgres.Sql;
beforeAll(() => {
  app = postgres(product().settings.DATABASE_URL!, { max: 1, onnotice: () => {} });
});
afterAll(() => app.end());

/** Queries as the product's role, for an organization or for none, with everything undone afterwards. */
async function as<T>(
  organizationId: string | null,
  work: (sql: postgres.TransactionSql) => Promise<T>,
): Promise<T> {
  const undo = new Error("undo");
  let result: T;
  await app
    .begin(async (sql) => {
      if (organizationId) await sql`select set_config('app.organization_id', ${organizationId}, true)`;
      result = await work(sql);
      throw undo;
    })
    .catch((error) => {
      if (error !== undo) throw error;
    });
  return result!;
}

async function organizationWithEvent() {
  const { newOrganization, admin } = product();
  const organization = await newOrganization();
  await organization.member("owner");
  const [id, eventId] = [crypto.randomUUID(), crypto.randomUUID()];
  await admin`insert into envelopes (organization_id, id, short_id, owner_id, title, state, level, created_at, changed_at)
    select organization_id, ${id}, ${id.slice(0, 12)}, id, 'Lease', 'draft', 'B-LTA', now(), now()
    from members where organization_id = ${organization.id}`;
  await admin`insert into audit_events (organization_id, id, chain_id, envelope_id, sequence, type, body, hash, occurred_at, mac)
    values (${organization.id}, ${eventId}, ${id}, ${id}, 0, 'envelope.created', '{}', ${Buffer.alloc(32)}, now(), ${Buffer.alloc(16)})`;
  return { ...organization, envelopeId: id, eventId };
}

test("the product's role owns nothing and passes no barrier", async () => {
  const [role] =
    await app`select rolsuper, rolbypassrls, rolcreaterole, rolcreatedb from pg_roles where rolname = current_user`;
  expect(role).toEqual({ rolsuper: false, rolbypassrls: false, rolcreaterole: false, rolcreatedb: false });
  const owned = await app`select relname from pg_class where pg_get_userbyid(relowner) = current_user`;
  expect(owned).toHaveLength(0);
  await expect(app`create table mine (id int)`).rejects.toThrow(/permission denied/);
});

test("every table with an organization_id is under row-level security", async () => {
  const open = await product().admin`
    select c.relname from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attname = 'organization_id'
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
      and not (c.relrowsecurity and c.relforcerowsecurity and exists (select from pg_policy p where p.polrelid = c.oid))`;
  expect(open.map(({ relname }) => relname)).toEqual([]);
});

test("a query that forgot the organization reads only its own rows, and without one reads nothing", async () => {
  const [mine, theirs] = [await organizationWithEvent(), await organizationWithEvent()];
  const tables = ["envelopes", "audit_events", "members", "organizations"];
  for (const table of tables) {
    const seen = await as(mine.id, (sql) => sql`select organization_id from ${sql(table)}`);
    expect(new Set(seen.map((row) => row.organization_id)), table).toEqual(new Set([mine.id]));
    expect(await as(null, (sql) => sql`select * from ${sql(table)}`), table).toHaveLength(0);
  }
  const stolen = await as(mine.id, (sql) => sql`select * from envelopes where id = ${theirs.envelopeId}`);
  expect(stolen).toHaveLength(0);
});

test("nothing of another organization can be changed, taken or planted", async () => {
  const [mine, theirs] = [await organizationWithEvent(), await organizationWithEvent()];
  const changed = await as(
    mine.id,
    (sql) => sql`update envelopes set title = 'taken' where id = ${theirs.envelopeId}`,
  );
  expect(changed.count).toBe(0);
  const deleted = await as(mine.id, (sql) => sql`delete from envelopes where id = ${theirs.envelopeId}`);
  expect(deleted.count).toBe(0);
  const planted = as(
    mine.id,
    (sql) => sql`update envelopes set organization_id = ${theirs.id} where id = ${mine.envelopeId}`,
  );
  await expect(planted).rejects.toThrow(/row-level security/);
});

test("evidence cannot be changed, deleted or emptied by the product's role", async () => {
  const mine = await organizationWithEvent();
  const attempts = [
    (sql: postgres.TransactionSql) => sql`update audit_events set body = '{}' where id = ${mine.eventId}`,
    (sql: postgres.TransactionSql) => sql`delete from audit_events where id = ${mine.eventId}`,
    (sql: postgres.TransactionSql) => sql`truncate audit_events`,
    (sql: postgres.TransactionSql) => sql`update document_revisions set sha256 = ''`,
    (sql: postgres.TransactionSql) => sql`delete from certificates`,
    (sql: postgres.TransactionSql) => sql`update audit_openings set sealed = ''`,
    (sql: postgres.TransactionSql) => sql`delete from audit_openings`,
    (sql: postgres.TransactionSql) => sql`update chain_keys set wrapped_key = null`,
    (sql: postgres.TransactionSql) => sql`delete from chain_keys`,
    (sql: postgres.TransactionSql) => sql`update workspace_keys set wrapped_key = ''`,
    (sql: postgres.TransactionSql) => sql`delete from workspace_keys`,
    (sql: postgres.TransactionSql) => sql`update log_leaves set event_hash = ''`,
    (sql: postgres.TransactionSql) => sql`delete from log_leaves`,
    (sql: postgres.TransactionSql) => sql`delete from log_tiles`,
    (sql: postgres.TransactionSql) => sql`update log_checkpoints set note = ''`,
    (sql: postgres.TransactionSql) => sql`truncate log_checkpoints`,
    (sql: postgres.TransactionSql) => sql`alter table audit_events disable trigger all`,
    (sql: postgres.TransactionSql) => sql`drop trigger queue_for_log on audit_events`,
    (sql: postgres.TransactionSql) => sql`drop policy tenant on audit_events`,
  ];
  for (const attempt of attempts)
    await expect(as(mine.id, attempt)).rejects.toThrow(/permission denied|must be owner/);
});

test("a right granted by mistake still meets the trigger", async () => {
  const { admin } = product();
  const mine = await organizationWithEvent();
  await admin`grant update, delete on audit_events to whereof_app`;
  try {
    const change = as(mine.id, (sql) => sql`update audit_events set body = '{}' where id = ${mine.eventId}`);
    await expect(change).rejects.toThrow(/append-only/);
    const removal = as(mine.id, (sql) => sql`delete from audit_events where id = ${mine.eventId}`);
    await expect(removal).rejects.toThrow(/append-only/);
  } finally {
    await admin`revoke update, delete on audit_events from whereof_app`;
  }
});
