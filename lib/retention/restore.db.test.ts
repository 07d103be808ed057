import { cpSync, rmSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { jobsLeft, refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { sequenceLog } from "#lib/audit/sequence-log.ts";
import { signCheckpoint } from "#lib/audit/sign-checkpoint.ts";
import { download } from "#lib/evidence/download.ts";
import { verifyLog } from "#lib/evidence/verify-log.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { placeHold } from "./place-hold.ts";
import { purgeEnvelope } from "./purge-envelope.ts";
import { repeatDestructions } from "./repeat-destructions.ts";
import { completedLongAgo, letThrough, office } from "./testing.ts";

// A backup of the database made before a destruction, put back after it.

const product = testProduct({ runsJobs: true });
let people: Awaited<ReturnType<typeof office>>;
let gone: EnvelopeId;
let held: EnvelopeId;
let stays: EnvelopeId;

async function eachTable(work: (table: string, columns: string) => Promise<unknown>): Promise<void> {
  const tables = await product()
    .admin`select c.relname as name, string_agg(quote_ident(a.attname), ', ') as columns
    from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname not like 'backup_%' group by 1`;
  for (const { name, columns } of tables) await work(name as string, columns as string);
}

/** Every row of every table as of one moment, as pg_dump would take it while the product works on. */
const backUp = () =>
  product().admin.begin("isolation level repeatable read", (sql) =>
    eachTable((table) => sql.unsafe(`create table backup_${table} as table ${table}`)),
  );

/** What a job still writes while rows are put back would stand among them: a product is stopped for that. */
async function restore(): Promise<void> {
  await expect.poll(() => jobsLeft(product()), { timeout: 30_000 }).toBe(0);
  await product().admin.begin(async (sql) => {
    await sql`set local session_replication_role = replica`;
    await eachTable((table, columns) =>
      sql.unsafe(
        `delete from ${table}; insert into ${table} (${columns}) overriding system value select ${columns} from backup_${table}`,
      ),
    );
  });
}

const stateOf = async (id: EnvelopeId) => {
  const [row] = await product()
    .admin`select (select wrapped_key is not null from envelope_keys where envelope_id = ${id}) as "hasKey",
    (select count(*)::int from audit_openings o join audit_events e on e.id = o.event_id where e.chain_id = ${id}) as openings,
    (select state from purges where envelope_id = ${id}) as purge`;
  return row as unknown as { hasKey: boolean; openings: number; purge: string | null };
};
const until = async (id: EnvelopeId) => {
  for (let tries = 0; tries < 100; tries++) {
    await purgeEnvelope(people.system, { envelopeId: id });
    if ((await stateOf(id)).purge === "purged") return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};

beforeAll(async () => {
  people = await office(product());
  const { sender } = people;
  gone = (await completedLongAgo(product(), sender, 8)).id;
  held = (await completedLongAgo(product(), sender, 8, "Ben Okafor")).id;
  stays = (await completedLongAgo(product(), sender, 1, "Cleo Park")).id;
}, 240_000);

describe("a backup of the database from before a destruction", () => {
  test("is put back: what was destroyed is destroyed again before anybody opens it", async () => {
    const { owner, counsel, system, organization } = people;
    const folder = path.join(product().folder, "files/org", organization.id, "envelopes", gone);
    const elsewhere = path.join(product().folder, "kept-files");
    cpSync(folder, elsewhere, { recursive: true });
    const [shortId] = await product().admin`select short_id from envelopes where id = ${held}`;
    await backUp();
    await letThrough(people, [gone, held]);
    await until(gone);
    await until(held);
    expect(await stateOf(gone)).toMatchObject({ hasKey: false, purge: "purged" });

    await restore();
    // The files from the same backup, too: with the key in the database they could be opened.
    cpSync(elsewhere, folder, { recursive: true });
    expect(await stateOf(gone)).toMatchObject({ hasKey: true, purge: null });
    const wanted = { envelopeId: gone, wanted: { kind: "audit-trail" } } as const;
    const opened = await download(owner, wanted);
    await opened.bytes.cancel();
    const query = shortId!.short_id as string;
    await placeHold(counsel, { matter: "Later claim", reason: "A writ", scope: "envelope", query });

    expect(await repeatDestructions(system)).toEqual({ again: [gone], kept: [held] });
    expect((await stateOf(gone)).hasKey).toBe(false);
    expect(await refusalOf(download(owner, wanted))).toBe("evidence/destroyed");
    await until(gone);
    expect(await stateOf(gone)).toMatchObject({ openings: 0, purge: "purged" });
    // What was not destroyed before is as it was, and what is held now is kept.
    expect((await stateOf(stays)).hasKey).toBe(true);
    expect((await stateOf(held)).hasKey).toBe(true);
    const { entries, brokenAt } = await readChain(system, null);
    expect(brokenAt).toBeNull();
    expect(entries.findLast(({ type }) => type === "database.restored")?.data).toEqual({
      destroyedAgain: 1,
      kept: 1,
    });

    // At the next start there is nothing to do, and the log of what was put back holds.
    expect(await repeatDestructions(system)).toEqual({ again: [], kept: [held] });
    await sequenceLog(product().runtime);
    await signCheckpoint(product().runtime);
    const { findings } = await verifyLog(product().runtime, {
      held: [],
      anchors: null,
      acceptsForeignStamps: false,
    });
    expect(findings).toEqual([]);
    rmSync(elsewhere, { recursive: true });
  }, 180_000);
});
