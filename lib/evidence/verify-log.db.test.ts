import { generateKeyPairSync, sign } from "node:crypto";
import type postgres from "postgres";
import { beforeAll, describe, expect, test } from "vitest";
import { testProduct } from "#db/testing.ts";
import { appendEvent } from "#lib/audit/append-event.ts";
import { linkHash } from "#lib/audit/core/chain.ts";
import { checkpointText, parseCheckpoint } from "#lib/audit/core/checkpoint.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { CompactRange, leafHash } from "#lib/audit/core/merkle.ts";
import { eventMac } from "#lib/audit/core/sealed-openings.ts";
import { ecdsaKeyId, formatNote, parseNote } from "#lib/audit/core/signed-note.ts";
import { trailKeys } from "#lib/audit/open-values.ts";
import { publishedCheckpoint } from "#lib/audit/published-log.ts";
import { sequenceLog } from "#lib/audit/sequence-log.ts";
import { checkpointEvent, signCheckpoint } from "#lib/audit/sign-checkpoint.ts";
import { concatBytes, fromUtf8, sha256 } from "#lib/bytes.ts";
import { type Context, createContext, inTransaction } from "#lib/context.ts";
import { createEnvelope } from "#lib/envelopes/create-envelope.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { trustAnchorOf } from "#lib/pki/core/validation/path.ts";
import { describeLog } from "./core/describe-log.ts";
import type { LogReport } from "./core/log-report.ts";
import { verifyLog } from "./verify-log.ts";

// What the owner of the database does to the evidence, with every right there is, and what comes of it.

const product = testProduct();
type Sql = postgres.TransactionSql;

let ctx: Context;
let envelopeId: EnvelopeId;
let otherOrganization: string;
/** An event that names nobody. */
let namelessId: string;
/** What a witness has kept: a checkpoint from before anything was done, and the root's certificate. */
let witnessed: { readonly name: string; readonly text: string };
let rootDer: Uint8Array;

beforeAll(async () => {
  const { newOrganization, runtime, admin } = product();
  otherOrganization = (await newOrganization()).id;
  ctx = await (await newOrganization()).member("owner");
  envelopeId = await createEnvelope(ctx, { title: "Lease of Ana Ruiz" });
  const append = (index: number) =>
    inTransaction(ctx, (ctx) =>
      appendEvent(ctx, { type: "envelope.edited", envelopeId, data: { index, by: personal("Ana Ruiz") } }),
    );
  // A full tile and a part of one; three checkpoints on the way.
  for (let index = 1; index < 300; index++) {
    const { id } = await append(index);
    if (index % 100 === 0) await checkpointEvent(runtime, id);
  }
  const actor = { kind: "system", job: "test" } as const;
  const system = createContext(runtime, { organizationId: ctx.organizationId, actor });
  const { id } = await inTransaction(system, (ctx) =>
    appendEvent(ctx, { type: "envelope.edited", envelopeId, data: { index: 300 } }),
  );
  namelessId = id;
  await checkpointEvent(runtime, id);
  const newest = await publishedCheckpoint(runtime);
  witnessed = { name: "checkpoint.txt", text: newest!.note };
  rootDer = new Uint8Array(
    (await admin`select certificate_der from authorities where kind = 'root'`)[0]!.certificate_der as Buffer,
  );
}, 180_000);

const held = () => [witnessed];
const report = (runtime = product().runtime, kept = held()) =>
  verifyLog(runtime, {
    held: kept,
    anchors: [trustAnchorOf(rootDer)],
    acceptsForeignStamps: false,
  });

/** Does it as superuser with triggers and foreign keys off, looks, and puts every table back as it was. */
async function tampered(
  tamper: (sql: Sql) => Promise<unknown>,
  kept = held(),
  look = () => report(product().runtime, kept),
): Promise<LogReport> {
  const { admin } = product();
  for (const table of TABLES) await admin.unsafe(`create table kept_${table} as table ${table}`);
  try {
    await admin.begin(async (sql) => {
      await sql`set local session_replication_role = replica`;
      await tamper(sql);
    });
    return await look();
  } finally {
    await admin.begin(async (sql) => {
      await sql`set local session_replication_role = replica`;
      for (const table of TABLES) {
        const columns = (await writtenColumns(table)).join(", ");
        const place = `${table} (${columns}) ${table === "log_pending" ? "overriding system value" : ""}`;
        await sql.unsafe(
          `delete from ${table}; insert into ${place} select ${columns} from kept_${table}; drop table kept_${table}`,
        );
      }
    });
  }
}

/** Without those the database computes from others. */
async function writtenColumns(table: string): Promise<string[]> {
  const columns = await product().admin`select column_name from information_schema.columns
    where table_schema = 'public' and table_name = ${table} and is_generated = 'NEVER'`;
  return columns.map(({ column_name }) => column_name as string);
}

const TABLES = [
  "audit_events",
  "audit_openings",
  "chain_keys",
  "workspace_keys",
  "log_pending",
  "log_leaves",
  "log_tiles",
  "log_checkpoints",
  "authorities",
];

const sentencesOf = ({ findings }: LogReport) => findings.map(({ sentence }) => sentence);

test("untouched, everything holds, under a checkpoint from outside and a root from outside", async () => {
  const found = await report();
  expect(sentencesOf(found)).toEqual([]);
  expect(found).toMatchObject({ size: 301, eventCount: 301, waitingCount: 0, checkpointCount: 3 });
  expect(found.newest!.size).toBe(301);
  expect(found.stampedAt).toBeInstanceOf(Date);
  expect(describeLog(found)).toMatch(/^The audit log holds: nothing in it was altered/);
});

test("what is being written meanwhile is no fault", async () => {
  let isOver = false;
  const writing = (async () => {
    while (!isOver) {
      await createEnvelope(ctx, { title: "Meanwhile" });
      await sequenceLog(product().runtime);
      await signCheckpoint(product().runtime);
    }
  })();
  for (let round = 0; round < 4; round++) expect(sentencesOf(await report())).toEqual([]);
  isOver = true;
  await writing;
});

/** How each column of evidence is altered, in one row that is neither first nor last. */
const EVENT = "where chain_id = '$envelope' and sequence = 7";
const eventAt = (sequence: number) =>
  `(select id from audit_events where chain_id = '$envelope' and sequence = ${sequence})`;
const OPENING = `where event_id = ${eventAt(7)}`;
const CHAIN = "where chain_id = '$envelope'";
const WORKSPACE = "where organization_id = '$own'";
const LEAF = "where leaf_index = 42";
const TILE = "where level = 0 and tile_index = 0";
const POINT = "where size = (select size from log_checkpoints order by size limit 1)";
const flip = (column: string) => `set_byte(${column}, 5, get_byte(${column}, 5) # 1)`;
const EDITS: Readonly<Record<string, Readonly<Record<string, readonly [string, string]>>>> = {
  audit_events: {
    organization_id: ["'$other'", EVENT],
    id: ["gen_random_uuid()", EVENT],
    chain_id: ["gen_random_uuid()", EVENT],
    envelope_id: ["null", EVENT],
    sequence: ["7000", EVENT],
    type: ["'envelope.voided'", EVENT],
    body: [`replace(body, '"index":7', '"index":9')`, EVENT],
    hash: [flip("hash"), EVENT],
    occurred_at: ["occurred_at + interval '1 microsecond'", EVENT],
    mac: ["set_byte(mac, 3, get_byte(mac, 3) # 1)", EVENT],
  },
  audit_openings: {
    organization_id: ["'$other'", OPENING],
    event_id: ["gen_random_uuid()", OPENING],
    sealed: [flip("sealed"), OPENING],
    address_mark: [flip("address_mark"), OPENING],
  },
  chain_keys: {
    organization_id: ["'$other'", CHAIN],
    chain_id: ["gen_random_uuid()", CHAIN],
    wrapped_key: [flip("wrapped_key"), CHAIN],
  },
  workspace_keys: {
    organization_id: ["'$other'", WORKSPACE],
    wrapped_key: [flip("wrapped_key"), WORKSPACE],
  },
  log_leaves: {
    leaf_index: ["100000", LEAF],
    event_id: ["gen_random_uuid()", LEAF],
    chain_id: ["gen_random_uuid()", LEAF],
    sequence: ["sequence + 1", LEAF],
    event_hash: [flip("event_hash"), LEAF],
  },
  log_tiles: {
    level: ["5", TILE],
    tile_index: ["9", TILE],
    hashes: [flip("hashes"), TILE],
    root: [flip("root"), TILE],
  },
  log_checkpoints: {
    size: ["size + 1", POINT],
    note: ["replace(note, E'\\n10', E'\\n11')", POINT],
    timestamp_token: [flip("timestamp_token"), POINT],
  },
};
const filled = (sql: string) =>
  sql
    .replaceAll("$envelope", envelopeId)
    .replaceAll("$other", otherOrganization)
    .replaceAll("$own", ctx.organizationId);

test("there is an edit below for every column of every table of evidence", async () => {
  for (const table of Object.keys(EDITS)) {
    expect((await writtenColumns(table)).toSorted(), table).toEqual(Object.keys(EDITS[table]!).toSorted());
  }
});

describe.each(Object.entries(EDITS))("an edit of %s", (table, columns) => {
  test.each(Object.entries(columns))("in column %s is found and named", async (column, [value, where]) => {
    const { findings } = await tampered(async (sql) => {
      const changed = await sql.unsafe(filled(`update ${table} set ${column} = ${value} ${where}`));
      expect(changed.count).toBe(1);
    });
    expect(findings.length).toBeGreaterThan(0);
    const named = findings.filter((one) => one.column === column || one.sentence.includes(column));
    expect(named.map(({ sentence }) => sentence)).not.toEqual([]);
  });
});

/** Every event of the envelope from one number on, hashed anew in a row: what a careful forger does. */
async function rechain(sql: Sql, from: number): Promise<void> {
  const rows = await sql`select id, sequence, body, hash from audit_events where chain_id = ${envelopeId}
    and sequence >= ${from - 1} order by sequence`;
  let previous = new Uint8Array(rows[0]!.hash as Buffer);
  for (const { id, sequence, body } of rows.slice(1)) {
    const text = JSON.stringify({
      ...(JSON.parse(body as string) as object),
      sequence,
      previous: Buffer.from(previous).toString("hex"),
    });
    previous = new Uint8Array(linkHash(previous, text));
    const mac = Buffer.from(eventMac(await trailKeys(ctx), previous));
    await sql`update audit_events set body = ${text}, hash = ${Buffer.from(previous)}, mac = ${mac}
      where id = ${id as string}`;
  }
}

/** The log's own tables made to fit whatever the events are now. */
async function relog(sql: Sql): Promise<{ size: number; root: Uint8Array }> {
  await sql`delete from log_leaves where event_id not in (select id from audit_events)`;
  await sql`update log_leaves l set event_hash = e.hash, sequence = e.sequence from audit_events e where e.id = l.event_id`;
  await sql`create temporary table renumbered on commit drop as
    select event_id, row_number() over (order by leaf_index) - 1 as leaf_index from log_leaves`;
  await sql`alter table log_leaves drop constraint log_leaves_pkey`;
  await sql`update log_leaves l set leaf_index = r.leaf_index from renumbered r where r.event_id = l.event_id`;
  await sql`alter table log_leaves add primary key (leaf_index)`;
  const leaves = await sql`select event_hash from log_leaves order by leaf_index`;
  const hashes = leaves.map(({ event_hash }) => leafHash(new Uint8Array(event_hash as Buffer)));
  const rootOf = (some: readonly Uint8Array[]) => {
    const tree = new CompactRange();
    for (const hash of some) tree.append(hash);
    return tree.root();
  };
  await sql`delete from log_tiles`;
  for (let index = 0; (index + 1) * 256 <= hashes.length; index++) {
    const some = hashes.slice(index * 256, (index + 1) * 256);
    await sql`insert into log_tiles values (0, ${index}, ${Buffer.from(concatBytes(some))}, ${Buffer.from(rootOf(some))})`;
  }
  return { size: hashes.length, root: rootOf(hashes) };
}

/** Checkpoints of a forger who has the log's key and the time-stamping authority at their command. */
async function recheckpoint(sql: Sql, { size, root }: { size: number; root: Uint8Array }): Promise<void> {
  const { runtime } = product();
  const { log } = await runtime.authorities();
  const { origin } = parseCheckpoint(parseNote(witnessed.text).text);
  const text = checkpointText({ origin, size, root, previousSha256: null });
  const signature = await log.key.sign(fromUtf8(text));
  const note = formatNote({
    text,
    signatures: [{ name: origin, keyId: ecdsaKeyId(log.key.publicKey), signature }],
  });
  const token = await runtime.timestamps.token(sha256(fromUtf8(note)));
  await sql`delete from log_checkpoints`;
  await sql`insert into log_checkpoints values (${size}, ${note}, ${Buffer.from(token)})`;
}

const faultsOf = ({ findings }: LogReport) => new Set(findings.map(({ fault }) => fault));

describe("events", () => {
  test("a deleted event is named, with where it stood", async () => {
    const found = await tampered((sql) => sql.unsafe(filled(`delete from audit_events ${EVENT}`)));
    expect(faultsOf(found)).toContain("deleted");
    expect(sentencesOf(found).join("\n")).toMatch(/Event 7 of envelope env_[0-9a-f]{32} is missing/);
  });

  test("a deleted event whose successors were renumbered and hashed anew is found", async () => {
    const found = await tampered(async (sql) => {
      await sql.unsafe(filled(`delete from audit_events ${EVENT}`));
      await sql`alter table audit_events drop constraint audit_events_sequence`;
      await sql`update audit_events set sequence = -sequence where chain_id = ${envelopeId} and sequence > 7`;
      await sql`update audit_events set sequence = -sequence - 1 where chain_id = ${envelopeId} and sequence < 0`;
      await sql`alter table audit_events add constraint audit_events_sequence check (sequence >= 0)`;
      await rechain(sql, 7);
    });
    expect(sentencesOf(found).length).toBeGreaterThan(0);
    expect(sentencesOf(found).join("\n")).toMatch(/Event 7 of envelope \S+ was rewritten/);
  });

  test("the last event cut off is found", async () => {
    const found = await tampered(
      (sql) => sql`delete from audit_events where chain_id = ${envelopeId} and sequence = 300`,
    );
    expect(sentencesOf(found).join("\n")).toMatch(
      /Event 300 of envelope \S+ is missing, which the log holds/,
    );
  });

  test("a whole chain that is gone is found, each event by name", async () => {
    const found = await tampered((sql) => sql`delete from audit_events where chain_id = ${envelopeId}`);
    expect(found.findings.filter(({ fault }) => fault === "deleted").length).toBeGreaterThanOrEqual(301);
  });

  test("a forged event in the middle, everything after it hashed anew, is found", async () => {
    const found = await tampered(async (sql) => {
      await sql`alter table audit_events drop constraint audit_events_sequence`;
      await sql`update audit_events set sequence = -sequence - 1 where chain_id = ${envelopeId} and sequence >= 7`;
      await sql`update audit_events set sequence = -sequence where chain_id = ${envelopeId} and sequence < 0`;
      await sql.unsafe(
        filled(`insert into audit_events select organization_id, gen_random_uuid(), chain_id, envelope_id, 7, type, body, hash,
          occurred_at, mac from audit_events where chain_id = '$envelope' and sequence = 6`),
      );
      await rechain(sql, 7);
      await sql`alter table audit_events add constraint audit_events_sequence check (sequence >= 0)`;
    });
    expect(faultsOf(found)).toContain("not-logged");
    expect(faultsOf(found)).toContain("rewritten");
    expect(sentencesOf(found).join("\n")).toMatch(/Event 7 of envelope \S+ is not in the log/);
  });

  test("a rewritten event with everything after it hashed anew is found from there on", async () => {
    const found = await tampered(async (sql) => {
      await sql.unsafe(
        filled(`update audit_events set body = replace(body, '"index":7', '"index":9') ${EVENT}`),
      );
      await rechain(sql, 7);
    });
    const rewritten = found.findings.filter(({ fault }) => fault === "rewritten");
    expect(rewritten[0]!.sentence).toMatch(/^Event 7 of /);
    expect(rewritten).toHaveLength(294);
  });

  test("two events that changed places are found", async () => {
    const found = await tampered(async (sql) => {
      await sql`alter table audit_events drop constraint audit_events_position`;
      await sql`update audit_events set sequence = 15 - sequence where chain_id = ${envelopeId} and sequence in (7, 8)`;
      await sql`alter table audit_events add constraint audit_events_position unique (chain_id, sequence)`;
    });
    expect(sentencesOf(found).join("\n")).toMatch(
      /Event 7 of \S+ \S+: column sequence was altered\. It is 7; the hashed text says 8/,
    );
  });

  test("personal values that are gone, or were put in, are found; the event itself holds", async () => {
    const gone = await tampered((sql) => sql.unsafe(filled(`delete from audit_openings ${OPENING}`)));
    expect(sentencesOf(gone)).toEqual([
      expect.stringMatching(/^Event 7 of .*: its personal values are missing/),
    ]);
    const added = await tampered((sql) =>
      sql.unsafe(
        filled(`insert into audit_openings select organization_id, $nameless, sealed, address_mark
        from audit_openings ${OPENING}`).replace("$nameless", `'${namelessId}'`),
      ),
    );
    expect(sentencesOf(added)).toEqual([expect.stringMatching(/where the hashed text has none: put in/)]);
  });

  test("sealed values that changed places are found, within a chain and between two", async () => {
    const swap = (other: string) => (sql: Sql) =>
      sql.unsafe(
        filled(`update audit_openings o set sealed = s.sealed, address_mark = s.address_mark
          from audit_openings s where (o.event_id, s.event_id) in ((${eventAt(7)}, ${other}), (${other}, ${eventAt(7)}))`),
      );
    const within = await tampered(swap(eventAt(8)));
    expect(sentencesOf(within)).toEqual([
      expect.stringMatching(/^Event 7 of .*those of another event \(column sealed or event_id\)/),
      expect.stringMatching(/^Event 8 of .*those of another event \(column sealed or event_id\)/),
    ]);
    const elsewhere = await createEnvelope(ctx, { title: "Another lease" });
    const between = await tampered(
      swap(`(select id from audit_events where chain_id = '${elsewhere}' and sequence = 0)`),
    );
    expect(sentencesOf(between)).toHaveLength(2);
    // With the keys of both chains changed over as well, they open for neither.
    const keysToo = await tampered(async (sql) => {
      await swap(`(select id from audit_events where chain_id = '${elsewhere}' and sequence = 0)`)(sql);
      await sql`update chain_keys k set wrapped_key = s.wrapped_key from chain_keys s
        where (k.chain_id, s.chain_id) in ((${envelopeId}::uuid, ${elsewhere}::uuid), (${elsewhere}::uuid, ${envelopeId}::uuid))`;
    });
    expect(sentencesOf(keysToo).filter((one) => one.includes("column wrapped_key was altered"))).toHaveLength(
      2,
    );
    await sequenceLog(product().runtime);
  });

  test("a key that is gone, destroyed without a word, or put where there is none is found", async () => {
    const gone = await tampered((sql) => sql.unsafe(filled(`delete from chain_keys ${CHAIN}`)));
    expect(sentencesOf(gone)[0]).toMatch(
      /^The key of the personal values of envelope \S+ is missing: deleted/,
    );
    const destroyed = await tampered((sql) =>
      sql.unsafe(filled(`update chain_keys set wrapped_key = null ${CHAIN}`)),
    );
    expect(sentencesOf(destroyed).join("\n")).toMatch(/no event says that anybody was to be forgotten/);
    await inTransaction(ctx, (ctx) =>
      appendEvent(ctx, { type: "audit.searched", envelopeId: null, data: {} }),
    );
    await sequenceLog(product().runtime);
    const added = await tampered(
      (sql) =>
        sql`insert into chain_keys values (${ctx.organizationId}, ${ctx.organizationId}, ${Buffer.alloc(60)})`,
    );
    expect(sentencesOf(added)).toEqual([expect.stringMatching(/stands where there is none: it was put in/)]);
    const workspace = await tampered((sql) => sql.unsafe(filled(`delete from workspace_keys ${WORKSPACE}`)));
    expect(sentencesOf(workspace)).toEqual([
      expect.stringMatching(/^The key of organization \S+ is missing: deleted/),
    ]);
  });

  test("without the master key everything else is checked, and what was not is said", async () => {
    const { database } = product().runtime;
    const without = await verifyLog(
      { database, workspaceKeys: null },
      { held: held(), anchors: [trustAnchorOf(rootDer)], acceptsForeignStamps: false },
    );
    expect(sentencesOf(without)).toEqual([]);
    expect(without.unopenedCount).toBeGreaterThan(300);
    expect(describeLog(without)).toMatch(/^As far as it was checked, the audit log holds/);
    expect(describeLog(without)).toContain(
      `Not checked: the personal values of ${without.unopenedCount} events. They are sealed`,
    );
    expect((await report()).unopenedCount).toBe(0);
  });
});

describe("the log", () => {
  test("a deleted leaf is found, and its event", async () => {
    const found = await tampered((sql) => sql.unsafe(`delete from log_leaves ${LEAF}`));
    expect(sentencesOf(found).join("\n")).toMatch(/Leaf 42 is missing[\s\S]*is not in the log/);
  });

  test("two leaves that changed places are found", async () => {
    const found = await tampered(async (sql) => {
      await sql`alter table log_leaves drop constraint log_leaves_pkey`;
      await sql`update log_leaves set leaf_index = 85 - leaf_index where leaf_index in (42, 43)`;
      await sql`alter table log_leaves add primary key (leaf_index)`;
    });
    expect(faultsOf(found)).toContain("reordered");
    expect(faultsOf(found)).toContain("altered");
  });

  test("a leaf put in at the end is found", async () => {
    const found = await tampered(
      (sql) => sql`insert into log_leaves select max(leaf_index) + 1, gen_random_uuid(), gen_random_uuid(), 0,
        ${Buffer.alloc(32, 1)} from log_leaves`,
    );
    expect(sentencesOf(found).join("\n")).toMatch(/Event 0 of envelope \S+ is missing/);
  });

  test("a deleted tile is found", async () => {
    const found = await tampered((sql) => sql`delete from log_tiles`);
    expect(sentencesOf(found).join("\n")).toMatch(/Tile 0 of level 0 is missing/);
  });

  test("a checkpoint deleted between others is found, and the last one by whoever holds it", async () => {
    const between = await tampered(
      (sql) =>
        sql`delete from log_checkpoints where size = (select size from log_checkpoints order by size offset 1 limit 1)`,
      [],
    );
    expect(faultsOf(between)).toContain("deleted");
    const last = (sql: Sql) =>
      sql`delete from log_checkpoints where note = ${witnessed.text} or size > (select size from log_checkpoints where note = ${witnessed.text})`;
    expect(sentencesOf(await tampered(last)).join("\n")).toMatch(
      /was published \(checkpoint\.txt\) and is no longer there/,
    );
  });

  test("a row that waits for its place and is altered or made up is found", async () => {
    await createEnvelope(ctx, { title: "Waiting" });
    const altered = await tampered((sql) =>
      sql.unsafe(`update log_pending set event_hash = ${flip("event_hash")}`),
    );
    expect(faultsOf(altered)).toContain("rewritten");
    const taken = await tampered((sql) => sql`delete from log_pending`);
    expect(faultsOf(taken)).toContain("not-logged");
    const madeUp = await tampered(
      (sql) => sql`insert into log_pending (event_id, chain_id, sequence, event_hash)
        values (gen_random_uuid(), gen_random_uuid(), 0, ${Buffer.alloc(32)})`,
    );
    expect(sentencesOf(madeUp).join("\n")).toMatch(/waits for its place in the log and is missing/);
    await sequenceLog(product().runtime);
  });
});

describe("everything made to fit again, keys at the forger's command", () => {
  test("an altered event, chain and log and checkpoint anew: nothing inside tells, the kept checkpoint does", async () => {
    const forge = async (sql: Sql) => {
      await sql.unsafe(
        filled(`update audit_events set body = replace(body, '"index":7', '"index":9') ${EVENT}`),
      );
      await rechain(sql, 7);
      await recheckpoint(sql, await relog(sql));
    };
    expect(sentencesOf(await tampered(forge, []))).toEqual([]);
    expect(sentencesOf(await tampered(forge))).toContainEqual(
      expect.stringMatching(/^The log is not the one that checkpoint\.txt was signed over/),
    );
  }, 180_000);

  test("the end cut off, log and checkpoint anew: the kept checkpoint tells", async () => {
    const truncate = async (sql: Sql) => {
      await sql`delete from audit_openings where event_id in
        (select id from audit_events where chain_id = ${envelopeId} and sequence > 250)`;
      await sql`delete from audit_events where chain_id = ${envelopeId} and sequence > 250`;
      await sql`delete from audit_events e using log_leaves l where l.event_id = e.id and l.leaf_index > 250`;
      await sql`delete from audit_openings where event_id not in (select id from audit_events)`;
      await sql`delete from chain_keys where chain_id not in (select chain_id from audit_events)`;
      await recheckpoint(sql, await relog(sql));
    };
    expect(sentencesOf(await tampered(truncate, []))).toEqual([]);
    expect(sentencesOf(await tampered(truncate))).toEqual([
      expect.stringMatching(/^The log was rolled back: checkpoint\.txt covers 301 leaves/),
    ]);
  }, 180_000);

  test("rolled back to an earlier checkpoint of its own: the kept one tells", async () => {
    const back = async (sql: Sql) => {
      const [first] = await sql`select size from log_checkpoints order by size limit 1`;
      await sql`delete from audit_events e using log_leaves l where l.event_id = e.id and l.leaf_index >= ${first!.size as string}`;
      await sql`delete from audit_openings where event_id not in (select id from audit_events)`;
      await sql`delete from chain_keys where chain_id not in (select chain_id from audit_events)`;
      await sql`delete from log_leaves where leaf_index >= ${first!.size as string}`;
      await sql`delete from log_checkpoints where size > ${first!.size as string}`;
      await sql`delete from log_tiles`;
    };
    expect(sentencesOf(await tampered(back, []))).toEqual([]);
    expect([...faultsOf(await tampered(back))]).toEqual(["rolled-back"]);
  });

  test("a key of the forger's own signs nothing: its certificate leads to no root that was kept", async () => {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const spki = new Uint8Array(publicKey.export({ type: "spki", format: "der" }));
    const resign = (sql: Sql) =>
      sql`select size, note from log_checkpoints order by size desc limit 1`.then(async ([row]) => {
        const { text } = parseNote(row!.note as string);
        const { origin } = parseCheckpoint(text);
        const signature = new Uint8Array(sign("sha256", fromUtf8(text), privateKey));
        const note = formatNote({ text, signatures: [{ name: origin, keyId: ecdsaKeyId(spki), signature }] });
        await sql`update log_checkpoints set note = ${note} where size = ${row!.size as string}`;
      });
    expect(faultsOf(await tampered(resign))).toContain("unsigned");
  });

  test("a checkpoint that is kept and signed by nobody known proves nothing and is said so", async () => {
    const text = witnessed.text.replace(/ [A-Za-z0-9+/]{40}/, (match) => match.toUpperCase());
    expect(faultsOf(await report(product().runtime, [{ name: "checkpoint.txt", text }]))).toContain(
      "unsigned",
    );
  });
});

describe("an event appended as the product would", () => {
  /** @param macOf by whatever the forger has. */
  const forge = (macOf: (hash: Uint8Array) => Promise<Uint8Array>) => async (sql: Sql) => {
    const [last] =
      await sql`select * from audit_events where chain_id = ${envelopeId} order by sequence desc limit 1`;
    const sequence = (last!.sequence as number) + 1;
    const id = crypto.randomUUID();
    const previous = new Uint8Array(last!.hash as Buffer);
    const openings = { actor: {}, data: {} };
    const body = JSON.stringify({
      ...(JSON.parse(last!.body as string) as object),
      ...{ ...openings, id, sequence, previous: Buffer.from(previous).toString("hex") },
    });
    const hash = linkHash(previous, body);
    await sql`set local session_replication_role = origin`;
    await sql`insert into audit_events values (${ctx.organizationId}, ${id}, ${envelopeId}, ${envelopeId}, ${sequence},
      'envelope.edited', ${body}, ${Buffer.from(hash)}, ${last!.occurred_at as Date}, ${Buffer.from(await macOf(hash))})`;
  };
  const byDatabaseAlone = forge(async () => new Uint8Array(16));

  test("by who owns the database alone is found: only the product has the key to vouch for it", async () => {
    const found = await tampered(byDatabaseAlone);
    expect(sentencesOf(found)).toEqual([
      expect.stringMatching(
        /^Event \d+ of envelope \S+ was not written by the product, which alone has the key/,
      ),
    ]);
    expect(found.findings[0]).toMatchObject({ fault: "inserted", table: "audit_events", column: "mac" });
  });

  test("cannot be told where the master key is not at hand, and that is said; nor from one who has it", async () => {
    const { database } = product().runtime;
    const rules = { held: held(), anchors: [trustAnchorOf(rootDer)], acceptsForeignStamps: false };
    const blind = await tampered(byDatabaseAlone, held(), () =>
      verifyLog({ database, workspaceKeys: null }, rules),
    );
    expect(sentencesOf(blind)).toEqual([]);
    expect(describeLog(blind)).toContain("whether the product wrote every event itself");
    const owned = await tampered(forge(async (hash) => eventMac(await trailKeys(ctx), hash)));
    expect(sentencesOf(owned)).toEqual([]);
    expect(owned.waitingCount).toBe(1);
  });
});

test("what is no checkpoint is refused", async () => {
  const refused = report(product().runtime, [{ name: "a.txt", text: "nothing\n" }]);
  await expect(refused).rejects.toMatchObject({ code: "audit/note-malformed" });
});
