import { hash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import postgres from "postgres";
import { migrateDatabase } from "#db/migrate.ts";
import { appendEvent } from "#lib/audit/append-event.ts";
import { canonicalJson } from "#lib/audit/core/canonical-json.ts";
import { CHAIN_START, firstBreak, type Link, linkHash } from "#lib/audit/core/chain.ts";
import { TreeCheck } from "#lib/audit/core/check-tree.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { leafHash } from "#lib/audit/core/merkle.ts";
import { verifyConsistency, verifyInclusion } from "#lib/audit/core/proofs.ts";
import { announce } from "#lib/audit/listen-events.ts";
import { proveEvent, proveGrowth } from "#lib/audit/prove-event.ts";
import { keepLog } from "#lib/audit/sign-checkpoint.ts";
import { saveEvent } from "#lib/audit/store.ts";
import { concatBytes, sha256, toHex } from "#lib/bytes.ts";
import { type Context, createContext, inTransaction } from "#lib/context.ts";
import { createEnvelope } from "#lib/envelopes/create-envelope.ts";
import { verifyLog } from "#lib/evidence/verify-log.ts";
import { createOrganization } from "#lib/identity/create-organization.ts";
import { type EnvelopeId, type EventId, uuidV7 } from "#lib/ids.ts";
import type { WorkerRuntime } from "#lib/runtime.ts";
import { startPostgres } from "../bin/postgres.mjs";
import { median, ms, quantile, table } from "./figures.ts";
import { openBenchRuntime } from "./signing-bench.ts";

// The audit log against what nobody can do without: SHA-256 of the same bytes, and inserts of the same rows into the
// same PostgreSQL. And what a proof costs in a log of ten million events.

const LEAST = 0.5;
const CHAIN_EVENTS = 100_000;
const ROUNDS = 7;
const APPENDS = 800;
const LEAVES = 10_000_000;
const PROOFS = 300;

const perSecond = (count: number, takenMs: number) => Math.round((count / takenMs) * 1_000);
const rate = (value: number) => `${value.toLocaleString("en")}/s`;
const atLeast = (value: number) =>
  `${value.toFixed(2)} × (at least ${LEAST} ×: ${value >= LEAST ? "kept" : "MISSED"})`;
const timed = (work: () => void): number => {
  const startedAt = performance.now();
  work();
  return performance.now() - startedAt;
};

verifyChains();
const folder = mkdtempSync(path.join(tmpdir(), "whereof-bench-"));
// With fsync, as in production: a commit that is not on disk is none.
const server = await startPostgres({ folder });
try {
  const { adminUrl, appUrl } = server;
  const app = new URL(appUrl);
  await migrateDatabase({ adminUrl, appRole: app.username, appPassword: app.password });
  const runtime = await openBenchRuntime(folder, appUrl);
  const admin = postgres(adminUrl, { max: 8, onnotice: () => {} });
  await appendEvents(runtime, admin);
  await checkEverything(runtime);
  await proveInTenMillion(runtime, admin);
  await admin.end();
  await runtime.close();
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}

/** A chain as the product writes it: about 650 bytes an event. */
function chainOf(count: number): Link[] {
  const commitment = toHex(sha256(Uint8Array.of(1)));
  const links: Link[] = [];
  let previous: Uint8Array = CHAIN_START;
  for (let sequence = 0; sequence < count; sequence++) {
    const body = canonicalJson({
      actor: {
        id: uuidV7(sequence, new Uint8Array(10)),
        ip: { commitment },
        kind: "recipient",
        userAgent: { commitment },
      },
      at: new Date(sequence * 1_000).toISOString(),
      data: { document: uuidV7(1, new Uint8Array(10)), page: sequence % 9 },
      ...{ envelope: uuidV7(2, new Uint8Array(10)), id: uuidV7(sequence, new Uint8Array(10)) },
      ...{ organization: uuidV7(3, new Uint8Array(10)), previous: toHex(previous), sequence },
      ...{ type: "document.viewed", version: 1 },
    });
    const linked = linkHash(previous, body);
    links.push({ sequence, body, hash: linked });
    previous = linked;
  }
  return links;
}

function verifyChains(): void {
  const links = chainOf(CHAIN_EVENTS);
  const bytes = links.map(({ body }, at) =>
    concatBytes([Uint8Array.of(2), at === 0 ? CHAIN_START : links[at - 1]!.hash, Buffer.from(body)]),
  );
  const size = bytes.reduce((sum, { length }) => sum + length, 0);
  const [floor, ours]: [number[], number[]] = [[], []];
  for (let round = 0; round <= ROUNDS; round++) {
    const raw = timed(() => {
      for (const each of bytes) hash("sha256", each, "buffer");
    });
    const checked = timed(() => {
      if (firstBreak(links) !== null) throw new Error("the chain does not hold");
    });
    if (round === 0) continue;
    floor.push(raw);
    ours.push(checked);
  }
  console.log(
    `\n  Checking a chain: ${CHAIN_EVENTS.toLocaleString("en")} events, ${Math.round(size / CHAIN_EVENTS)} bytes each, median of ${ROUNDS}`,
  );
  const [raw, checked] = [median(floor), median(ours)];
  table([
    ["", "events", "against the floor"],
    ["SHA-256 of the same bytes (floor)", rate(perSecond(CHAIN_EVENTS, raw)), ""],
    ["chain checked, link by link", rate(perSecond(CHAIN_EVENTS, checked)), atLeast(raw / checked)],
  ]);
}

/** An owner with envelopes of their own. */
async function openOwner(runtime: WorkerRuntime) {
  const who = { name: "Olivia Owner", email: "owner@example.com" };
  const password = Buffer.from(runtime.random(24)).toString("base64url");
  const request = { ip: "127.0.0.1", userAgent: "whereof bench" };
  const created = await createOrganization(
    { runtime, request },
    { ...who, organizationName: "Bench", password },
  );
  await runtime.authorities();
  const { organizationId, memberId, accountId } = created;
  const actor = { kind: "member", role: "owner", memberId, accountId, ...who } as const;
  return createContext(runtime, { organizationId, actor, request });
}

/** In `writers` lines at once, each one after the other; milliseconds in all. */
async function inLines(
  writers: number,
  work: (line: number, index: number) => Promise<unknown>,
): Promise<number> {
  const startedAt = performance.now();
  await Promise.all(
    Array.from({ length: writers }, async (_, line) => {
      for (let index = 0; index < APPENDS / writers; index++) await work(line, index);
    }),
  );
  return performance.now() - startedAt;
}

/** Of what one event's personal values are sealed into. */
async function sealedSize(owner: Context, admin: postgres.Sql): Promise<number> {
  const envelopeId = await createEnvelope(owner, { title: "Lease" });
  const data = { index: 0, by: personal("Ana Ruiz") };
  const { id } = await inTransaction(owner, (ctx) =>
    appendEvent(ctx, { type: "envelope.edited", envelopeId, data }),
  );
  const [row] = await admin`select octet_length(sealed) as size from audit_openings where event_id = ${id}`;
  return row!.size as number;
}

async function appendEvents(runtime: WorkerRuntime, admin: postgres.Sql): Promise<void> {
  const owner = await openOwner(runtime);
  const { organizationId } = owner;
  await admin`create table bare (like audit_events including all)`;
  await admin`create table bare_openings (like audit_openings including all)`;
  const [body, at] = [chainOf(1)[0]!.body, new Date()];
  const [sealed, mark] = [Buffer.alloc(await sealedSize(owner, admin)), Buffer.alloc(16)];
  const newRow = (chainId: EnvelopeId, sequence: number) => {
    const id = uuidV7(Date.now(), runtime.random(10)) as EventId;
    const hash = new Uint8Array(32);
    // A chain of its own each: nothing is linked.
    return {
      id,
      chainId: id,
      envelopeId: chainId,
      sequence,
      type: "envelope.edited",
      body,
      hash,
      occurredAt: at,
      mac: new Uint8Array(16),
    };
  };
  const works: Readonly<Record<string, (envelopeId: EnvelopeId, index: number) => Promise<unknown>>> = {
    bare: (envelopeId, index) =>
      admin.begin(async (sql) => {
        const { id } = newRow(envelopeId, index);
        await sql`insert into bare values (${organizationId}, ${id}, ${id}, ${envelopeId}, ${index}, 'envelope.edited',
          ${body}, ${Buffer.alloc(32)}, ${at}, ${mark})`;
        await sql`insert into bare_openings values (${organizationId}, ${id}, ${sealed}, ${mark})`;
      }),
    outbox: (envelopeId, index) =>
      inTransaction(owner, async (ctx) => {
        const row = newRow(envelopeId, index);
        saveEvent(ctx, { row, opened: { sealed, addressMark: mark }, newKey: null });
        const job = { organizationId, eventId: row.id, type: row.type };
        await runtime.queue.add(ctx, "event", job);
        announce(ctx, { organizationId, envelopeId, type: row.type });
      }),
    append: (envelopeId, index) =>
      inTransaction(owner, (ctx) =>
        appendEvent(ctx, { type: "envelope.edited", envelopeId, data: { index, by: personal("Ana Ruiz") } }),
      ),
    // One that others react to: with the job of its followers.
    followed: (envelopeId, index) =>
      inTransaction(owner, (ctx) =>
        appendEvent(ctx, {
          type: "recipient.reminded",
          envelopeId,
          data: { index, by: personal("Ana Ruiz") },
        }),
      ),
  };
  const taken: Record<string, number[]> = { bare: [], outbox: [], append: [], followed: [] };
  for (const writers of [1, 8]) {
    const envelopes: EnvelopeId[] = [];
    for (let line = 0; line < writers; line++)
      envelopes.push(await createEnvelope(owner, { title: "Lease" }));
    const rounds: Record<string, number[]> = { bare: [], outbox: [], append: [], followed: [] };
    for (let round = 0; round < 4; round++)
      for (const [name, work] of Object.entries(works)) {
        const takenMs = await inLines(writers, (line, index) => work(envelopes[line]!, index));
        if (round > 0) rounds[name]!.push(takenMs);
      }
    for (const name of Object.keys(works)) taken[name]!.push(median(rounds[name]!));
  }
  const rates = (name: string) => taken[name]!.map((takenMs) => rate(perSecond(APPENDS, takenMs)));
  const against = (floor: string, name = "append") =>
    taken[name]!.map((takenMs, at) => atLeast(taken[floor]![at]! / takenMs));
  console.log(`\n  Appending events: ${APPENDS} transactions, median of 3, PostgreSQL with fsync`);
  table([
    ["", "one writer", "8 writers"],
    ["bare inserts of the same rows (1)", ...rates("bare")],
    ["the same as the outbox: with job and notices, not linked (2)", ...rates("outbox")],
    ["appendEvent", ...rates("append")],
    ["appendEvent against (1)", ...against("bare")],
    ["appendEvent against (2)", ...against("outbox")],
    ["appendEvent, one with followers", ...rates("followed")],
    ["the same against (1)", ...against("bare", "followed")],
    ["the same against (2)", ...against("outbox", "followed")],
  ]);
  await admin`delete from log_pending where event_id = chain_id`;
  await admin`delete from audit_openings using audit_events where id = event_id and id = chain_id`;
  await admin`delete from audit_events where id = chain_id`;
}

async function checkEverything(runtime: WorkerRuntime): Promise<void> {
  const sequencedAt = performance.now();
  await keepLog(runtime);
  const sequencedMs = performance.now() - sequencedAt;
  const startedAt = performance.now();
  const { eventCount, findings } = await verifyLog(runtime, {
    held: [],
    anchors: null,
    acceptsForeignStamps: false,
  });
  const checkedMs = performance.now() - startedAt;
  if (findings.length > 0) throw new Error(findings[0]!.sentence);
  console.log(`\n  The log of those ${eventCount.toLocaleString("en")} events`);
  table([
    ["", "events"],
    ["given their places, checkpoint signed and stamped", rate(perSecond(eventCount, sequencedMs))],
    ["verify-log: every row of every table", rate(perSecond(eventCount, checkedMs))],
  ]);
}

/** Leaves that are SHA-256 of their number; the product's own tables hold the tiles. */
async function proveInTenMillion(runtime: WorkerRuntime, admin: postgres.Sql): Promise<void> {
  await admin`truncate log_leaves, log_tiles, log_checkpoints`;
  const entryOf = (index: number) => sha256(new Uint8Array(new Float64Array([index]).buffer));
  const tree = new TreeCheck();
  const half = LEAVES / 2 + 1;
  let halfRoot: Uint8Array | null = null;
  const builtAt = performance.now();
  const ids = new Map<number, EventId>();
  for (let index = 0; index < LEAVES; index++) {
    tree.append(leafHash(entryOf(index)));
    if (tree.size === half) halfRoot = tree.root();
    if (tree.size % 262_144 === 0 || tree.size === LEAVES) {
      const tiles = tree.takeCompleted();
      for (let at = 0; at < tiles.length; at += 256)
        await admin`insert into log_tiles ${admin(
          tiles.slice(at, at + 256).map(({ level, index, hashes, root }) => ({
            ...{ level, tile_index: index, hashes: Buffer.from(hashes), root: Buffer.from(root) },
          })),
        )}`;
    }
  }
  const builtMs = performance.now() - builtAt;
  const root = tree.root();
  const asked = Array.from({ length: PROOFS }, (_, at) => Math.floor(((at + 0.5) / PROOFS) * LEAVES));
  // The leaves that are asked for, and those of the last tile, which is not full.
  const needed = new Set(asked);
  for (let index = LEAVES - (LEAVES % 256); index < LEAVES; index++) needed.add(index);
  for (const index of needed) {
    const id = uuidV7(index, runtime.random(10)) as EventId;
    ids.set(index, id);
    await admin`insert into log_leaves values (${index}, ${id}, ${id}, 0, ${Buffer.from(entryOf(index))})`;
  }
  await admin`insert into log_checkpoints values (${LEAVES}, 'synthetic', ${Buffer.alloc(1)})`;
  const [made, checked, sizes]: [number[], number[], number[]] = [[], [], []];
  for (const index of asked) {
    const startedAt = performance.now();
    const proof = await proveEvent(runtime, ids.get(index)!);
    made.push(performance.now() - startedAt);
    sizes.push(proof!.hashes.length * 32);
    checked.push(
      timed(() => {
        const leaf = leafHash(entryOf(index));
        if (!verifyInclusion({ index, size: LEAVES, leaf, root }, proof!.hashes))
          throw new Error(`the proof of leaf ${index} does not hold`);
      }),
    );
  }
  const growthAt = performance.now();
  const growth = await proveGrowth(runtime, half, LEAVES);
  const growthMs = performance.now() - growthAt;
  const claim = { firstSize: half, firstRoot: halfRoot!, secondSize: LEAVES, secondRoot: root };
  const growthCheckMs = timed(() => {
    if (!verifyConsistency(claim, growth)) throw new Error("the log did not grow");
  });
  console.log(
    `\n  Proofs in a log of ${LEAVES.toLocaleString("en")} events, from its tiles in PostgreSQL (built in ${(builtMs / 1_000).toFixed(0)} s)`,
  );
  table([
    ["", "size", "made p50", "made p95", "verified p50"],
    [
      `inclusion, ${PROOFS} leaves`,
      `${Math.max(...sizes)} bytes`,
      ...[ms(median(made)), ms(quantile(made, 0.95)), `${median(checked).toFixed(3)} ms`],
    ],
    [
      `consistency, from ${half.toLocaleString("en")}`,
      `${growth.length * 32} bytes`,
      ...[ms(growthMs), "", `${growthCheckMs.toFixed(3)} ms`],
    ],
  ]);
}
