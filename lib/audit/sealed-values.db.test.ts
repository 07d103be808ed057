import { beforeAll, expect, test } from "vitest";
import { REQUEST, testProduct } from "#db/testing.ts";
import { toHex } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { createEnvelope } from "#lib/envelopes/create-envelope.ts";
import { type EnvelopeId, type EventId, uuidV7 } from "#lib/ids.ts";
import { appendEvent, beginChains } from "./append-event.ts";
import { personal } from "./core/commitment.ts";
import { readOpenings } from "./open-values.ts";
import { readChain } from "./read-chain.ts";

const product = testProduct();
let ctx: Context;
let envelopeId: EnvelopeId;

const append = (by: Context, to: EnvelopeId | null, name: string) =>
  inTransaction(by, (ctx) =>
    appendEvent(ctx, { type: "envelope.edited", envelopeId: to, data: { by: personal(name) } }),
  );
const newId = () => uuidV7(Date.now(), product().runtime.random(10)) as EnvelopeId;

beforeAll(async () => {
  ctx = await (await product().newOrganization()).member("owner");
  envelopeId = await createEnvelope(ctx, { title: "Lease of Ana Ruiz" });
  await append(ctx, envelopeId, "Ana Ruiz");
  await append(ctx, null, "Ana Ruiz");
});

test("what a superuser reads of the trail names nobody, in no encoding", async () => {
  const { admin } = product();
  const tables = await admin`select c.relname as name from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname ~ '^(audit|chain|workspace|log|record)'`;
  expect(tables.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["audit_events", "audit_openings", "chain_keys", "workspace_keys", "log_leaves"]),
  );
  const { name, email } = ctx.actor as { name: string; email: string };
  const words = ["Ana Ruiz", name, email, REQUEST.ip, REQUEST.userAgent];
  for (const { name: table } of tables) {
    const rows = await admin.unsafe(`select t::text as row from "${table}" t`);
    const text = rows.map(({ row }) => row as string).join("\n");
    for (const word of words)
      for (const form of [word, Buffer.from(word).toString("hex"), Buffer.from(word).toString("base64")])
        expect(text.includes(form), `${word} in ${table}`).toBe(false);
  }
  const [sealed] = await admin`select count(*)::int as count from audit_openings`;
  expect(sealed!.count).toBe(3);
  // What a superuser does not read, a member does.
  const { entries } = await readChain(ctx, envelopeId);
  expect(entries[1]).toMatchObject({ actor: { name, email, ...REQUEST }, data: { by: "Ana Ruiz" } });
});

test("an event with five values is one row of values", async () => {
  const { id } = await append(ctx, envelopeId, "Ben Okafor");
  const rows = await product().admin`select * from audit_openings where event_id = ${id}`;
  expect(rows).toHaveLength(1);
  const opened = await inTransaction(ctx, (ctx) => readOpenings(ctx, [id]));
  expect(
    opened
      .get(id)!
      .map(({ path }) => path)
      .toSorted(),
  ).toEqual([...["actor.email", "actor.ip", "actor.name", "actor.userAgent", "data.by"]]);
});

test("with the chain's key destroyed, a copy of the values opens no more; what comes after is readable", async () => {
  const { admin } = product();
  const gone = await createEnvelope(ctx, { title: "Lease of Cleo Park" });
  const copy =
    await admin`select * from audit_openings where event_id in (select id from audit_events where chain_id = ${gone})`;
  expect((await readChain(ctx, gone)).entries[0]!.data).toEqual({ title: "Lease of Cleo Park" });
  await admin`update chain_keys set wrapped_key = null where chain_id = ${gone}`;
  expect(copy).toHaveLength(1);
  await append(ctx, gone, "Dana Wolf");
  const { entries, brokenAt } = await readChain(ctx, gone);
  expect(brokenAt).toBeNull();
  expect(entries[0]).toMatchObject({ actor: { name: null, ip: null }, data: { title: null } });
  expect(entries[1]!.data).toEqual({ by: "Dana Wolf" });
});

test("the product's own role takes no key away and puts none in another's place", async () => {
  for (const statement of [
    `update chain_keys set wrapped_key = null where chain_id = '${envelopeId}'`,
    `delete from chain_keys where chain_id = '${envelopeId}'`,
    "update workspace_keys set wrapped_key = ''",
  ]) {
    const attempt = product().admin.begin(async (sql) => {
      await sql`set local role whereof_app`;
      await sql`select set_config('app.organization_id', ${ctx.organizationId}, true)`;
      await sql.unsafe(statement);
    });
    await expect(attempt).rejects.toThrow(/permission denied/);
  }
});

test("an altered key stops the next event instead of sealing what nobody can open", async () => {
  const { admin } = product();
  const other = await createEnvelope(ctx, { title: "Altered" });
  await admin`update chain_keys set wrapped_key = set_byte(wrapped_key, 20, get_byte(wrapped_key, 20) # 1)
    where chain_id = ${other}`;
  await expect(append(ctx, other, "Ana Ruiz")).rejects.toThrow(/is not what was stored/);
  expect((await readChain(ctx, other)).entries).toHaveLength(1);
});

test("the same address has one mark in a workspace and another in the next", async () => {
  const stranger = await (await product().newOrganization()).member("owner");
  await createEnvelope(stranger, { title: "Another" });
  const marksOf = async (id: string) => {
    const rows = await product()
      .admin`select distinct address_mark as mark from audit_openings where organization_id = ${id}`;
    return rows.map(({ mark }) => toHex(mark as Uint8Array));
  };
  const [mine, theirs] = [await marksOf(ctx.organizationId), await marksOf(stranger.organizationId)];
  expect([mine.length, theirs.length]).toEqual([1, 1]);
  expect(mine).not.toEqual(theirs);
});

test("many chains begun at once have a key each, and their values open", async () => {
  const ids = Array.from({ length: 40 }, newId);
  await inTransaction(ctx, (ctx) =>
    beginChains(
      ctx,
      ids.map((envelopeId, index) => [
        { type: "envelope.created", envelopeId, data: { title: personal(`Offer ${index}`) } },
        { type: "envelope.edited", envelopeId, data: { by: personal("Ana Ruiz") } },
      ]),
    ),
  );
  const stored = await product().admin`select wrapped_key from chain_keys where chain_id = any(${ids})`;
  expect(new Set(stored.map(({ wrapped_key }) => toHex(wrapped_key as Uint8Array))).size).toBe(40);
  for (const [index, id] of ids.entries()) {
    const { entries, brokenAt } = await readChain(ctx, id);
    expect(brokenAt).toBeNull();
    expect(entries.map(({ data }) => data)).toEqual([{ title: `Offer ${index}` }, { by: "Ana Ruiz" }]);
  }
});

test("the first event of a workspace's many writers makes one key for all", async () => {
  const fresh = await (await product().newOrganization()).member("owner");
  const ids = await Promise.all(
    Array.from({ length: 8 }, async () => {
      const id = newId();
      await append(fresh, id, "Ana Ruiz");
      return id;
    }),
  );
  const keys = await product()
    .admin`select 1 from workspace_keys where organization_id = ${fresh.organizationId}`;
  expect(keys).toHaveLength(1);
  for (const id of ids) expect((await readChain(fresh, id)).entries[0]!.data).toEqual({ by: "Ana Ruiz" });
});

test("an event that is rolled back leaves no key behind", async () => {
  const id = newId();
  let eventId: EventId | null = null;
  const undone = inTransaction(ctx, async (ctx) => {
    ({ id: eventId } = await appendEvent(ctx, { type: "envelope.created", envelopeId: id, data: {} }));
    throw new Error("undone");
  });
  await expect(undone).rejects.toThrow("undone");
  expect(eventId).not.toBeNull();
  expect(await product().admin`select 1 from chain_keys where chain_id = ${id}`).toHaveLength(0);
});
