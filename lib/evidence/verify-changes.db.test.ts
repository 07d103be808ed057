import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import { appendOnlyTables } from "#db/security.ts";
import { type TestOrganization, testProduct } from "#db/testing.ts";
import { appendEvent } from "#lib/audit/append-event.ts";
import { CHANGING_TABLES } from "#lib/audit/core/changing-tables.ts";
import { RECORD_TABLES } from "#lib/audit/core/record-tables.ts";
import { TABLES_APART } from "#lib/audit/core/tables-apart.ts";
import { sealRecords } from "#lib/audit/seal-records.ts";
import { type Context, createContext, inTransaction } from "#lib/context.ts";
import { placeHold } from "#lib/retention/place-hold.ts";
import { completed, readyPackage } from "./testing-package.ts";
import {
  asForger,
  type Column,
  columnsIn,
  dropChecks,
  dropUniqueness,
  EDITS,
  tampered as tamper,
  VALUES,
} from "./testing-tamper.ts";
import { verifyLog } from "./verify-log.ts";

// Every column of every table of evidence that changes by design, edited by a superuser with triggers and keys off.

const product = testProduct({ runsJobs: true });
const TABLES = Object.keys(CHANGING_TABLES);

let organization: TestOrganization;
let other: TestOrganization;
let owner: Context;
let system: Context;
const columns = new Map<string, Column[]>();

const admin = () => product().admin;
const systemOf = (one: TestOrganization) =>
  createContext(product().runtime, {
    organizationId: one.id,
    actor: { kind: "system", job: "test" } as const,
  });
const findings = async () => {
  const rules = { held: [], anchors: null, acceptsForeignStamps: false };
  return (await verifyLog(product().runtime, rules)).findings;
};
const tampered = (table: string, statement: string) => tamper(admin(), table, statement, findings);

beforeAll(async () => {
  const { newOrganization } = product();
  [organization, other] = [await newOrganization(), await newOrganization()];
  owner = await organization.member("owner");
  system = systemOf(organization);
  await readyPackage(owner, await completed(owner));
  for (const table of TABLES) {
    columns.set(table, await columnsIn(admin(), table));
    await dropChecks(admin(), table);
    // What this organization has no row of gets one, by the types of its columns.
    const [bound] = await admin().unsafe(
      `select 1 from ${table} where ${CHANGING_TABLES[table]!.since ?? "organization_id"} is not null
        and organization_id = '${organization.id}'`,
    );
    if (bound) continue;
    const names = columns.get(table)!.map(({ name }) => name);
    const values = columns
      .get(table)!
      .map(({ name, type }) => (name === "organization_id" ? `'${organization.id}'` : VALUES[type]!));
    await asForger(admin(), `insert into ${table} (${names.join(", ")}) values (${values.join(", ")})`);
  }
  await sealRecords(systemOf(other), { afterMs: 0 });
  await sealRecords(system, { afterMs: 0 });
}, 180_000);

test("every table there is has its place: added to, bound at each change, of the log, or apart with a reason", async () => {
  const rows = await admin()`select relname::text as name from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') order by 1`;
  const apart = Object.values(TABLES_APART).flat();
  const placed = [...appendOnlyTables(), ...TABLES, ...apart];
  expect(placed.toSorted()).toEqual(rows.map(({ name }) => name as string));
  expect(Object.keys(RECORD_TABLES).filter((table) => TABLES.includes(table))).toEqual([]);
});

test("each is looked at by the primary key it has", async () => {
  for (const [table, { key }] of Object.entries(CHANGING_TABLES)) {
    const [found] = await admin()`select array_agg(a.attname::text order by k.at) as key from pg_index i,
      unnest(i.indkey) with ordinality as k(number, at), pg_attribute a
      where i.indrelid = ${`public.${table}`}::regclass and i.indisprimary and a.attrelid = i.indrelid
        and a.attnum = k.number`;
    expect([table, found!.key]).toEqual([table, key]);
  }
});

test("untouched, everything holds, and each row is bound by an event", async () => {
  expect(await findings()).toEqual([]);
  for (const table of TABLES) {
    const [row] = await admin().unsafe(`select count(*)::int as bound from row_versions
      where table_name = '${table}' and organization_id = '${organization.id}'`);
    expect([table, row!.bound > 0]).toEqual([table, true]);
  }
});

describe.each(TABLES)("of %s", (table) => {
  const { key, since } = CHANGING_TABLES[table]!;
  const oneRow = `ctid = (select ctid from ${table} where organization_id = '$own'
    and ${since ?? "organization_id"} is not null limit 1)`;
  const own = (statement: string) => statement.replaceAll("$own", organization.id);

  test("an edit of every column is found", async () => {
    for (const { name, type } of columns.get(table)!) {
      if (CHANGING_TABLES[table]!.apart?.includes(name)) continue;
      const edit = EDITS[type];
      expect([name, typeof edit], `no edit for ${type}`).toEqual([name, "function"]);
      const values = [name === "organization_id" ? `'${other.id}'` : edit!(name)];
      if (name === since) values.push("null");
      for (const value of values) {
        const { count, found } = await tampered(
          table,
          own(`update ${table} set ${name} = ${value} where ${oneRow}`),
        );
        expect(count, name).toBe(1);
        expect(
          found.map((one) => one.table),
          `${table}.${name}`,
        ).toContain(table);
        expect(found[0]!.sentence.length).toBeGreaterThan(20);
      }
    }
  });

  test("a deleted row, and one put in, are found", async () => {
    const gone = await tampered(table, own(`delete from ${table} where ${oneRow}`));
    expect(gone.found.map((one) => one.table)).toContain(table);
    const names = columns.get(table)!.map(({ name }) => name);
    // One whose key is only the organization's is put in for another.
    const isByOrganization = key.includes("organization_id");
    const copied = columns
      .get(table)!
      .map(({ name, type }) =>
        name === "organization_id"
          ? isByOrganization
            ? `'${other.id}'`
            : name
          : key.includes(name) && !isByOrganization
            ? EDITS[type]!(name)
            : name,
      );
    await dropUniqueness(admin(), table);
    const more = await tampered(
      table,
      own(
        `insert into ${table} (${names.join(", ")}) select ${copied.join(", ")} from ${table} where ${oneRow}`,
      ),
    );
    expect(more.count).toBe(1);
    expect(more.found.map((one) => one.table)).toContain(table);
  });
});

describe("of what is kept of the states of rows", () => {
  test("an edit of every column, a deletion and an insertion are found", async () => {
    const one = `ctid = (select ctid from row_versions where organization_id = '${organization.id}' limit 1)`;
    await dropChecks(admin(), "row_versions");
    for (const { name, type } of await columnsIn(admin(), "row_versions")) {
      const value = name === "organization_id" ? `'${other.id}'` : EDITS[type]!(name);
      const { count, found } = await tampered(
        "row_versions",
        `update row_versions set ${name} = ${value} where ${one}`,
      );
      expect(count).toBe(1);
      expect(
        found.map(({ table }) => table),
        name,
      ).toContain("row_versions");
    }
    const gone = await tampered("row_versions", `delete from row_versions where ${one}`);
    expect(gone.found.map(({ table }) => table)).toContain("row_versions");
    const all = await tampered("row_versions", "delete from row_versions");
    expect(all.found.map(({ fault }) => fault)).toContain("deleted");
    const more = await tampered(
      "row_versions",
      `insert into row_versions select organization_id, table_name, row_key, version + 1, columns, row_sha256, event_id
        from row_versions where ${one}`,
    );
    expect(more.found.map(({ table }) => table)).toContain("row_versions");
  });

  test("a row and its newest state changed to fit each other are found by the event", async () => {
    const holdId = await placeHold(owner, {
      ...{
        matter: "Ruiz v. Harbour",
        reason: "Letter of 3 May",
        scope: "title",
        query: "nowhere to be found",
      },
    });
    expect(await findings()).toEqual([]);
    const forge = `update legal_holds set matter = 'Another' where id = '${holdId}';
      update row_versions v set row_sha256 = decode(h.row_sha256, 'hex') from hash_legal_holds(array['${holdId}']) h
        where v.row_key = h.row_key and v.table_name = 'legal_holds'`;
    await admin().unsafe("create table kept_versions as table row_versions");
    const { found } = await tampered("legal_holds", forge);
    await asForger(
      admin(),
      "delete from row_versions; insert into row_versions select * from kept_versions; drop table kept_versions",
    );
    expect(found.map(({ table }) => table)).toEqual(["row_versions"]);
    expect(await findings()).toEqual([]);
  });
});

describe("what is changed with all triggers on", () => {
  const hold = () =>
    placeHold(owner, {
      ...{ matter: "Okafor v. Harbour", reason: "Letter of 4 May", scope: "title", query: "nothing like it" },
    });

  test("by a superuser, is found, and the event that left the row is named", async () => {
    const id = await hold();
    await admin()`update legal_holds set released_at = now(), released_by = placed_by, release_asked_at = now(),
      release_asked_by = placed_by, release_reason = 'settled' where id = ${id}`;
    const [finding, ...more] = await findings();
    expect(more).toEqual([]);
    expect(finding).toMatchObject({
      fault: "altered",
      table: "legal_holds",
      organizationId: organization.id,
    });
    expect(finding!.sentence).toMatch(
      new RegExp(`^Row ${id} of legal_holds is not as Event \\d+ of organization \\S+ left it: altered past`),
    );
    await admin()`update legal_holds set released_at = null, released_by = null, release_asked_at = null,
      release_asked_by = null, release_reason = null where id = ${id}`;
    expect(await findings()).toEqual([]);
  });

  test("by the product itself without an event, is refused, and goes on with one", async () => {
    const id = await hold();
    const change = (ctx: Context) =>
      ctx.connection.execute(sql`update legal_holds set notice = 'Keep everything.' where id = ${id}::uuid`);
    await expect(inTransaction(owner, change)).rejects.toMatchObject({
      ...{ code: "42501", message: "no event tells of a change of legal_holds" },
    });
    const data = { hold: id };
    const told = (ctx: Context) => appendEvent(ctx, { type: "hold-notice.written", envelopeId: null, data });
    // After the event is too late for it.
    await expect(
      inTransaction(owner, async (ctx) => {
        await told(ctx);
        await change(ctx);
      }),
    ).rejects.toMatchObject({ code: "42501" });
    await inTransaction(owner, async (ctx) => {
      await change(ctx);
      await told(ctx);
    });
    expect(await findings()).toEqual([]);
  });

  test("in a quiet step of the work waits for the clock, and is bound from then on", async () => {
    const review = crypto.randomUUID();
    const quiet = (note: string) =>
      inTransaction(system, (ctx) =>
        ctx.connection.execute(
          sql`insert into key_reviews (organization_id, id, kind, due_at, created_at)
            values (${organization.id}, ${review}::uuid, 'key-review', now(), now())
            on conflict (id) do update set note = ${note}`,
        ),
      );
    await quiet("");
    await quiet("Looked at.");
    expect(await findings()).toEqual([]);
    await sealRecords(system, { afterMs: 0 });
    expect(await findings()).toEqual([]);
    const { found } = await tampered(
      "key_reviews",
      `update key_reviews set note = 'Not looked at.' where id = '${review}'`,
    );
    expect(found.map(({ table }) => table)).toEqual(["key_reviews"]);
    // Only the product's own steps wait: a superuser's are found at once.
    await admin()`delete from key_reviews where id = ${review}`;
    expect((await findings()).map(({ fault, table }) => `${fault} ${table}`)).toEqual([
      "deleted key_reviews",
    ]);
  });
});
