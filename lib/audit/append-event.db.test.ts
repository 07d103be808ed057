import { expect, test } from "vitest";
import { type TestProduct, testProduct } from "#db/testing.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { createEnvelope } from "#lib/envelopes/create-envelope.ts";
import { appendEvent } from "./append-event.ts";
import { personal } from "./core/commitment.ts";
import type { EventType } from "./core/events.ts";
import { listenToEvents } from "./listen-events.ts";
import { exportChain, readChain } from "./read-chain.ts";

const product = testProduct();

async function chainOf(count: number) {
  const { newOrganization } = product();
  const ctx = await (await newOrganization()).member("owner");
  const envelopeId = await createEnvelope(ctx, { title: "Lease of Ana Ruiz" });
  for (let index = 1; index < count; index++)
    await inTransaction(ctx, (ctx) =>
      appendEvent(ctx, { type: "envelope.edited", envelopeId, data: { index, by: personal("Ana Ruiz") } }),
    );
  return { ctx, envelopeId };
}

const eventAt = (sql: TestProduct["admin"], chainId: string, sequence: number) =>
  sql`select id from audit_events where chain_id = ${chainId} and sequence = ${sequence}`.then(
    ([row]) => row!.id as string,
  );

test("events follow each other and say who, when and from where", async () => {
  const { ctx, envelopeId } = await chainOf(3);
  const { entries, brokenAt } = await readChain(ctx, envelopeId);
  expect(brokenAt).toBeNull();
  expect(entries.map(({ sequence, type }) => `${sequence} ${type}`)).toEqual([
    "0 envelope.created",
    "1 envelope.edited",
    "2 envelope.edited",
  ]);
  expect(entries[0]!.actor).toMatchObject({
    kind: "member",
    role: "owner",
    name: "Olivia owner",
    ip: "203.0.113.7",
  });
  expect(entries[0]!.data).toEqual({ title: "Lease of Ana Ruiz" });
});

test("the chain itself holds no personal value, and goes on holding when one is erased", async () => {
  const { ctx, envelopeId } = await chainOf(2);
  const lines = (await exportChain(ctx, envelopeId))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { body: string });
  for (const { body } of lines) expect(body).not.toMatch(/Ana Ruiz|203\.0\.113\.7|Olivia/);
  await product()
    .admin`delete from audit_openings where event_id in (select id from audit_events where chain_id = ${envelopeId})`;
  const { entries, brokenAt } = await readChain(ctx, envelopeId);
  expect(brokenAt).toBeNull();
  expect(entries[0]!.data).toEqual({ title: null });
});

test("appended at the same moment, events still stand in one line", async () => {
  const { ctx, envelopeId } = await chainOf(1);
  await Promise.all(
    Array.from({ length: 25 }, (_, index) =>
      inTransaction(ctx, (ctx) => appendEvent(ctx, { type: "envelope.edited", envelopeId, data: { index } })),
    ),
  );
  const { entries, brokenAt } = await readChain(ctx, envelopeId);
  expect(brokenAt).toBeNull();
  expect(entries.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 26 }, (_, index) => index));
});

test("what the owner of the database alters is found at that very event", async () => {
  const { admin } = product();
  const tamperings: readonly [number, (chainId: string) => Promise<unknown>][] = [
    [
      2,
      async (chain) =>
        admin`update audit_events set body = replace(body, '"index":2', '"index":9') where id = ${await eventAt(admin, chain, 2)}`,
    ],
    [
      3,
      async (chain) =>
        admin`update audit_events set hash = ${Buffer.alloc(32, 1)} where id = ${await eventAt(admin, chain, 3)}`,
    ],
    [
      1,
      async (
        chain,
      ) => admin`delete from audit_events where id = ${await eventAt(admin, chain, 1)} and not exists (
      select from audit_openings where event_id = audit_events.id)`,
    ],
  ];
  for (const [position, tamper] of tamperings) {
    const { ctx, envelopeId } = await chainOf(5);
    await admin`delete from audit_openings where event_id in (select id from audit_events where chain_id = ${envelopeId})`;
    await tamper(envelopeId);
    expect((await readChain(ctx, envelopeId)).brokenAt).toBe(position);
  }
});

test("an event that is rolled back leaves nothing, not even a job", async () => {
  const { ctx, envelopeId } = await chainOf(1);
  const jobs = async () =>
    (await product().admin`select count(*)::int as count from pgboss.job`)[0]!.count as number;
  const before = await jobs();
  const undone = inTransaction(ctx, async (ctx) => {
    await appendEvent(ctx, { type: "envelope.edited", envelopeId, data: {} });
    throw new Error("undone");
  });
  await expect(undone).rejects.toThrow("undone");
  expect((await readChain(ctx, envelopeId)).entries).toHaveLength(1);
  expect(await jobs()).toBe(before);
});

test("who listens hears of an event once it can be read, and of none that was undone", async () => {
  const { ctx, envelopeId } = await chainOf(1);
  const heard: { type: string; sees: Promise<boolean> }[] = [];
  const stop = await listenToEvents(ctx.runtime, ({ organizationId, envelopeId: of, type }) => {
    if (organizationId !== ctx.organizationId || of !== envelopeId) return;
    const sees = readChain(ctx, envelopeId).then(({ entries }) => entries.some((one) => one.type === type));
    heard.push({ type, sees });
  });
  const append = (ctx: Context, type: EventType) => appendEvent(ctx, { type, envelopeId, data: {} });
  const undone = inTransaction(ctx, async (ctx) => {
    await append(ctx, "envelope.voided");
    throw new Error("undone");
  });
  await expect(undone).rejects.toThrow("undone");
  await inTransaction(ctx, async (ctx) => {
    // Within it, another: what it does is seen when the outer one has ended.
    await inTransaction(ctx, (ctx) => append(ctx, "envelope.edited"));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(heard.map(({ type }) => type)).not.toContain("envelope.edited");
    await append(ctx, "envelope.opened");
  });
  await expect.poll(() => heard.map(({ type }) => type)).toContain("envelope.opened");
  stop();
  const types = heard.map(({ type }) => type).filter((type) => type !== "envelope.created");
  expect(types.toSorted()).toEqual(["envelope.edited", "envelope.opened"]);
  for (const { sees } of heard) expect(await sees).toBe(true);
});
