import { sql } from "drizzle-orm";
import { beforeAll, expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { markOfAddress } from "#lib/audit/open-values.ts";
import { toHex } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { exportEvents } from "./export-events.ts";
import { searchEvents } from "./search-events.ts";

const product = testProduct();
const EVENTS = 100_000;
const PER_ENVELOPE = 50;

let owner: Context;
let sender: Context;

/** Two thousand envelopes of fifty events each, a few of them by one sender, from many addresses. */
beforeAll(async () => {
  const { admin } = product();
  const organization = await product().newOrganization();
  owner = await organization.member("owner");
  sender = await organization.member("sender");
  const idOf = (ctx: Context) => (ctx.actor.kind === "member" ? ctx.actor.memberId : "");
  const id = (kind: string, number: string) =>
    admin.unsafe(`md5('${organization.id} ${kind} ' || (${number}))::uuid`);
  await admin`insert into envelopes (organization_id, id, short_id, owner_id, title, state, level, created_at, changed_at)
    select ${organization.id}, ${id("envelope", "e")}, 'WH-' || e,
      case when e % 500 = 0 then ${idOf(sender)}::uuid else ${idOf(owner)}::uuid end,
      'Lease ' || e, 'sent', 'B-LTA', now(), now() from generate_series(1, ${EVENTS / PER_ENVELOPE}) e`;
  await admin`insert into recipients (organization_id, id, envelope_id, position, "order", role, name, email, state)
    select ${organization.id}, ${id("recipient", "e")}, ${id("envelope", "e")}, 0, 1, 'signer', 'Signer ' || e,
      'signer' || e || '@example.com', 'waiting' from generate_series(1, ${EVENTS / PER_ENVELOPE}) e`;
  await admin`alter table audit_events disable trigger queue_for_log`;
  await admin`insert into audit_events (organization_id, id, chain_id, envelope_id, sequence, type, body, hash, occurred_at, mac)
    select ${organization.id}, ${id("event", "n")}, ${id("envelope", "n / 50 + 1")}, ${id("envelope", "n / 50 + 1")}, n % 50,
      case when n = 4711 then 'consent.given' else 'field.filled' end,
      '{"actor":{"id":"' || ${id("recipient", "n / 50 + 1")} || '","kind":"recipient"},"at":"","data":{},"version":1}',
      sha256(n::text::bytea), now() - n * interval '1 second', decode(repeat('00', 16), 'hex')
    from generate_series(0, ${EVENTS - 1}) n`;
  const marks: string[] = [];
  for (let host = 0; host < 200; host++) marks.push(toHex(await markOfAddress(owner, `203.0.113.${host}`)));
  await admin`insert into audit_openings (organization_id, event_id, sealed, address_mark)
    select ${organization.id}, ${id("event", "n")}, '\\x00', decode((${marks}::text[])[1 + n / 50 % 200], 'hex')
    from generate_series(0, ${EVENTS - 1}) n`;
  await admin`analyze`;
}, 180_000);

/** Rows the database read for some work, and tables it read from one end to the other. */
async function workOf(ctx: Context, work: (ctx: Context) => Promise<unknown>) {
  return inTransaction(ctx, async (ctx) => {
    const before = await readSoFar(ctx);
    await work(ctx);
    const after = await readSoFar(ctx);
    return { scanned: after.scanned - before.scanned, fetched: after.fetched - before.fetched };
  });
}

/** Of this connection, by PostgreSQL's own count. */
async function readSoFar({ connection }: Context) {
  const [row] = await connection.execute(sql`select
      coalesce(sum(seq_tup_read), 0)::int as scanned, coalesce(sum(idx_tup_fetch), 0)::int as fetched
    from pg_stat_xact_all_tables where relname in ('audit_events', 'audit_openings', 'chain_keys')`);
  return row as { scanned: number; fetched: number };
}

const SEARCHES: Readonly<Record<string, Parameters<typeof searchEvents>[1]>> = {
  "without a filter": {},
  "by day": { from: "2020-01-01" },
  "by a common type": { group: "signing" },
  "by a rare type": { text: "consent.given" },
  "by person": { person: "signer1234@" },
  "by envelope": { envelope: "WH-1234" },
  "by address": { ip: "203.0.113.77" },
  "by title": { text: "lease 1234" },
  "by hash": { text: "7902699be42c8a8e" },
};

test.for(Object.entries(SEARCHES))("%s, a page of a hundred thousand costs little", async ([, query]) => {
  const { scanned, fetched } = await workOf(owner, async (ctx) => {
    expect((await searchEvents(ctx, query)).events.length).toBeGreaterThan(0);
  });
  expect(scanned).toBe(0);
  expect(fetched).toBeLessThan(1500);
});

test("a late page costs what the first does", async () => {
  let cursor: string | null = null;
  for (let page = 0; page < 20; page++) cursor = (await searchEvents(owner, { cursor })).olderCursor;
  const { scanned, fetched } = await workOf(owner, (ctx) => searchEvents(ctx, { cursor }));
  expect(scanned).toBe(0);
  expect(fetched).toBeLessThan(200);
});

test("so does a sender's own among everybody's", async () => {
  const { scanned, fetched } = await workOf(sender, async (ctx) => {
    expect((await searchEvents(ctx, {})).events).toHaveLength(50);
  });
  expect(scanned).toBe(0);
  expect(fetched).toBeLessThan(1500);
});

test("a file of more than fifty thousand is refused, and one of less is whole", async () => {
  expect(await refusalOf(exportEvents(owner, { form: "jsonl" }))).toBe("evidence/too-many-events");
  const day = new Date().toISOString().slice(0, 10);
  const { bytes } = await exportEvents(owner, { form: "jsonl", ip: "203.0.113.77", to: day });
  const lines = (await new Response(bytes).text()).trim().split("\n");
  expect(lines).toHaveLength(EVENTS / 200);
});
