import { beforeAll, describe, expect, test } from "vitest";
import { appendOnlyTables } from "#db/security.ts";
import { type TestOrganization, testProduct } from "#db/testing.ts";
import { RECORD_TABLES } from "#lib/audit/core/record-tables.ts";
import { sealRecords } from "#lib/audit/seal-records.ts";
import { checkpointEvent } from "#lib/audit/sign-checkpoint.ts";
import { type Context, createContext } from "#lib/context.ts";
import { completed, readyPackage } from "./testing-package.ts";
import {
  type Column,
  columnsIn,
  dropChecks,
  dropUniqueness,
  EDITS,
  tampered as tamper,
  VALUES,
} from "./testing-tamper.ts";
import { verifyLog } from "./verify-log.ts";

// Every column of every table of evidence beside the log's own, edited by a superuser with triggers and keys off.

const product = testProduct({ runsJobs: true });
const TABLES = [...Object.keys(RECORD_TABLES), "record_seals"];
/** Those of the log, whose columns `verify-log.db.test.ts` edits one by one. */
const OF_THE_LOG = [
  ...["audit_events", "audit_openings", "chain_keys", "workspace_keys"],
  ...["log_leaves", "log_tiles", "log_checkpoints"],
  // Whose states are edited one by one in `verify-changes.db.test.ts`.
  "row_versions",
];

let organization: TestOrganization;
let other: TestOrganization;
let system: Context;
const columns = new Map<string, Column[]>();

const admin = () => product().admin;
const findings = async () => {
  const { findings } = await verifyLog(product().runtime, {
    held: [],
    anchors: null,
    acceptsForeignStamps: false,
  });
  return findings;
};

beforeAll(async () => {
  const { newOrganization, runtime } = product();
  [organization, other] = [await newOrganization(), await newOrganization()];
  const actor = { kind: "system", job: "test" } as const;
  system = createContext(runtime, { organizationId: organization.id, actor });
  const owner = await organization.member("owner");
  const envelopeId = await completed(owner);
  await readyPackage(owner, envelopeId);
  for (const table of TABLES) columns.set(table, await columnsIn(admin(), table));
  // What this envelope has no row of gets one, by the types of its columns.
  for (const table of Object.keys(RECORD_TABLES)) {
    await dropChecks(admin(), table);
    const [{ found }] = (await admin().unsafe(`select count(*)::int as found from ${table}`)) as unknown as [
      { found: number },
    ];
    if (found > 0) continue;
    const names = columns.get(table)!.map(({ name }) => name);
    const values = columns
      .get(table)!
      .map((column) => (column.name === "organization_id" ? `'${organization.id}'` : VALUES[column.type]!));
    await admin().begin(async (sql) => {
      await sql`set local session_replication_role = replica`;
      await sql.unsafe(`alter table ${table} enable always trigger queue_record`);
      await sql.unsafe(`insert into ${table} (${names.join(", ")}) values (${values.join(", ")})`);
      await sql.unsafe(`alter table ${table} enable trigger queue_record`);
    });
  }
  await sealRecords(system, { afterMs: 0 });
  const [event] =
    await admin()`select id from audit_events where type = 'records.sealed' order by sequence desc limit 1`;
  await checkpointEvent(runtime, event!.id);
}, 180_000);

/** Does it, looks, and puts the table back. */
const tampered = (table: string, statement: string) => tamper(admin(), table, statement, findings);

test("every table that is only ever added to is looked at, with the primary key it has", async () => {
  expect([...TABLES, ...OF_THE_LOG].toSorted()).toEqual(appendOnlyTables().toSorted());
  for (const [table, key] of Object.entries(RECORD_TABLES)) {
    const [found] = await admin()`select array_agg(a.attname::text order by k.at) as key from pg_index i,
      unnest(i.indkey) with ordinality as k(number, at), pg_attribute a
      where i.indrelid = ${`public.${table}`}::regclass and i.indisprimary and a.attrelid = i.indrelid
        and a.attnum = k.number`;
    expect([table, found!.key]).toEqual([table, key]);
  }
});

test("untouched, everything holds, and each row is under an event", async () => {
  expect(await findings()).toEqual([]);
  for (const table of Object.keys(RECORD_TABLES)) {
    const [row] = await admin().unsafe(`select (select count(*)::int from ${table}) as rows,
      (select count(*)::int from record_seals where table_name = '${table}') as seals`);
    expect([table, row!.seals]).toEqual([table, row!.rows]);
    expect(row!.rows).toBeGreaterThan(0);
  }
});

describe.each(TABLES)("of %s", (table) => {
  const oneRow = `ctid = (select ctid from ${table} limit 1)`;

  test("an edit of every column is found", async () => {
    for (const { name, type } of columns.get(table)!) {
      const edit = EDITS[type];
      expect([name, typeof edit], `no edit for ${type}`).toEqual([name, "function"]);
      const value = name === "organization_id" ? `'${other.id}'` : edit!(name);
      const { count, found } = await tampered(
        table,
        `update ${table} set ${name} = ${value} where ${oneRow}`,
      );
      expect(count, name).toBe(1);
      expect(
        found.map((one) => one.table),
        `${table}.${name}`,
      ).toContain(table);
      expect(found[0]!.sentence.length).toBeGreaterThan(20);
    }
  });

  test("a deleted row, and one put in, are found", async () => {
    const gone = await tampered(table, `delete from ${table} where ${oneRow}`);
    expect(gone.found.map((one) => one.table)).toContain(table);
    const names = columns.get(table)!.map(({ name }) => name);
    const key = table === "record_seals" ? ["row_key"] : RECORD_TABLES[table]!;
    const copied = columns
      .get(table)!
      .map(({ name, type }) => (key.includes(name) ? EDITS[type]!(name) : name));
    await dropUniqueness(admin(), table);
    const more = await tampered(
      table,
      `insert into ${table} (${names.join(", ")}) select ${copied.join(", ")} from ${table} where ${oneRow}`,
    );
    expect(more.count).toBe(1);
    expect(more.found.map((one) => one.table)).toContain(table);
  });
});

test("a row and its seal changed to fit each other are found by the event", async () => {
  const found = await (async () => {
    await admin()`create table kept_seals as table record_seals`;
    await admin()`create table kept_artifacts as table artifacts`;
    try {
      await admin().begin(async (sql) => {
        await sql`set local session_replication_role = replica`;
        await sql`update artifacts set sha256 = repeat('a', 64)`;
        await sql`update record_seals set row_sha256 = sha256('whatever it takes') where table_name = 'artifacts'`;
      });
      return await findings();
    } finally {
      await admin().begin(async (sql) => {
        await sql`set local session_replication_role = replica`;
        await sql`delete from record_seals`;
        await sql`insert into record_seals select * from kept_seals`;
        await sql`delete from artifacts`;
        await sql`insert into artifacts select * from kept_artifacts`;
      });
      await admin()`drop table kept_seals, kept_artifacts`;
    }
  })();
  expect(found.map(({ table }) => table)).toContain("record_seals");
});

test("what waits for its seal is no fault, and a row that was taken out of the queue is one", async () => {
  const id = crypto.randomUUID();
  await admin()`insert into key_scripts ${admin()({ ...(await admin()`select * from key_scripts limit 1`)[0]!, id, version: 9 } as never)}`;
  expect(await findings()).toEqual([]);
  await admin()`delete from records_pending`;
  expect((await findings()).map(({ table }) => table)).toEqual(["key_scripts"]);
  await admin()`alter table key_scripts disable trigger append_only`;
  await admin()`delete from key_scripts where id = ${id}`;
  await admin()`alter table key_scripts enable trigger append_only`;
});
