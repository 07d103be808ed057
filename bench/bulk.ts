import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import postgres from "postgres";
import { migrateDatabase } from "#db/migrate.ts";
import { fromUtf8 } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { policyOf } from "#lib/envelopes/authentication/policy.ts";
import { saveEnvelopes } from "#lib/envelopes/bulk/save-envelopes.ts";
import { type JobRow, loadJob, markRows, saveRows } from "#lib/envelopes/bulk/store.ts";
import { uploadTable } from "#lib/envelopes/bulk/upload-table.ts";
import type { DelimitedRow } from "#lib/envelopes/core/bulk/delimited.ts";
import { openTable } from "#lib/envelopes/core/bulk/read-table.ts";
import { type EnvelopeId, uuidV7 } from "#lib/ids.ts";
import { startPostgres } from "../bin/postgres.mjs";
import { bulkDraft } from "./bulk-draft.ts";
import { median, table } from "./figures.ts";
import { openBenchRuntime, openSender } from "./signing-bench.ts";

// From a row of CSV to a durable envelope: its person, fields, documents, events with their links and openings, and the
// job that prepares it; against the same rows of the same tables by plain multi-row inserts into the same PostgreSQL.

const LEAST = 0.5;
const MOST_GROWTH_MB = 64;
const ROWS = 100_000;
/** What a job sends in a second at the most it may, 600 a minute: one transaction, as in the product. */
const BATCH = 10;
const ROUND = 4_000;
const ROUNDS = 5;
const offsets = new WeakMap<object, number>();
const rate = (count: number, ms: number) => Math.round((count / ms) * 1_000);

const folder = mkdtempSync(path.join(tmpdir(), "whereof-bench-"));
// With fsync, as in production: a commit that is not on disk is none.
const server = await startPostgres({ folder });
try {
  const { adminUrl, appUrl } = server;
  const app = new URL(appUrl);
  await migrateDatabase({ adminUrl, appRole: app.username, appPassword: app.password });
  const runtime = await openBenchRuntime(folder, appUrl);
  const admin = postgres(adminUrl, { max: 2, onnotice: () => {} });
  const plain = postgres(appUrl, { max: 1, onnotice: () => {} });
  const { ctx } = await openSender(runtime);
  const source = await bulkDraft(ctx);
  async function* one() {
    yield fromUtf8("Name,Email,Rent\nAna Ruiz,ana@example.com,1\n");
  }
  const jobId = await uploadTable(
    ctx,
    { source: { kind: "draft", id: source }, fileName: "bench.csv" },
    one(),
  );
  const job = await inTransaction(ctx, (ctx) => loadJob(ctx, jobId));
  let number = 1;
  const take = (ctx: Context, rows: Iterable<DelimitedRow>) => bySql(ctx, job, rows, () => ++number);

  await compare();
  await grow();
  await Promise.all([admin.end(), plain.end()]);
  await runtime.close();

  async function compare(): Promise<void> {
    const [ours, theirs]: [number[], number[]] = [[], []];
    let count = 0;
    for (let round = -1; round < ROUNDS; round++) {
      const bytes = csvOf(ROUND, (round + 1) * ROUND);
      let startedAt = performance.now();
      const ids = await take(ctx, skipHeader(openTable(bytes).rows));
      const taken = performance.now() - startedAt;
      const written = await readBack(ids);
      startedAt = performance.now();
      for (let start = 0; start < ROUND; start += BATCH)
        await insertPlainly(written, ids.slice(start, start + BATCH));
      const plainly = performance.now() - startedAt;
      count = written.reduce((sum, { rows }) => sum + rows.length, 0) / ROUND;
      // The first round warms both up.
      if (round < 0) continue;
      ours.push(taken);
      theirs.push(plainly);
    }
    const ratio = median(theirs) / median(ours);
    console.log(
      `A row of CSV to a durable envelope, ${BATCH} in a transaction, ${count.toFixed(1)} rows of tables each:`,
    );
    table([
      ["", "rows/s", ""],
      ["the product", `${rate(ROUND, median(ours)).toLocaleString("en")}`, ""],
      [
        "plain multi-row inserts of the same",
        `${rate(ROUND, median(theirs)).toLocaleString("en")}`,
        `${ratio.toFixed(2)} × (at least ${LEAST} ×: ${ratio >= LEAST ? "kept" : "MISSED"})`,
      ],
    ]);
  }

  async function grow(): Promise<void> {
    const bytes = csvOf(ROWS, 1_000_000);
    globalThis.gc?.();
    const before = process.memoryUsage().rss;
    const heldBefore = held();
    let most = before;
    const sampling = setInterval(() => {
      most = Math.max(most, process.memoryUsage().rss);
    }, 50);
    const startedAt = performance.now();
    const made = await take(ctx, skipHeader(openTable(bytes).rows));
    const taken = performance.now() - startedAt;
    clearInterval(sampling);
    const grown = (most - before) / 2 ** 20;
    globalThis.gc?.();
    const kept = (held() - heldBefore) / 2 ** 20;
    const [{ count }] =
      (await admin`select count(*)::int as count from envelopes where state = 'sent'`) as never as [
        { count: number },
      ];
    console.log(
      `${ROWS.toLocaleString("en")} rows of one file of ${(bytes.length / 2 ** 20).toFixed(1)} MB:`,
    );
    table([
      ["", "", ""],
      ["envelopes made", made.length.toLocaleString("en"), `${count.toLocaleString("en")} in the database`],
      ["rows/s", rate(ROWS, taken).toLocaleString("en"), ""],
      [
        "growth of the process",
        `${grown.toFixed(0)} MB`,
        `at most ${MOST_GROWTH_MB} MB: ${grown <= MOST_GROWTH_MB ? "kept" : "MISSED"}`,
      ],
      ["of it held at the end, garbage collected", `${kept.toFixed(0)} MB`, ""],
    ]);
  }

  function held(): number {
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  }

  /** Everything that was written for these envelopes, table by table, taken out again by the owner of the tables. */
  async function readBack(ids: readonly EnvelopeId[]) {
    const own = (column: string) => admin`${admin(column)} = any(${[...ids] as string[]})`;
    const events = admin`(select id from audit_events where ${own("chain_id")})`;
    const documents = admin`(select id from documents where ${own("envelope_id")})`;
    const fields = admin`(select id from fields where ${own("envelope_id")})`;
    const ofDocument = admin`(select envelope_id from documents d where d.id = t.document_id)`;
    const ofField = admin`(select envelope_id from fields f where f.id = t.field_id)`;
    const ofEvent = admin`(select chain_id from audit_events a where a.id = t.event_id)`;
    const ofJob = admin`(select chain_id from audit_events a where a.id = (t.data ->> 'eventId')::uuid)`;
    const wanted = [
      { name: "envelopes", where: own("id"), by: admin`t.id` },
      { name: "documents", where: own("envelope_id"), by: admin`t.envelope_id` },
      { name: "document_revisions", where: admin`document_id in ${documents}`, by: ofDocument },
      { name: "recipients", where: own("envelope_id"), by: admin`t.envelope_id` },
      { name: "fields", where: own("envelope_id"), by: admin`t.envelope_id` },
      { name: "field_values", where: admin`field_id in ${fields}`, by: ofField },
      { name: "audit_events", where: own("chain_id"), by: admin`t.chain_id, t.sequence` },
      { name: "audit_openings", where: admin`event_id in ${events}`, by: ofEvent },
      { name: "chain_keys", where: own("chain_id"), by: admin`t.chain_id` },
      { name: "bulk_rows", where: own("id"), by: admin`t.id` },
      {
        name: "pgboss.job",
        where: admin`(data ->> 'eventId')::uuid in ${events} and name = 'event'`,
        by: ofJob,
      },
    ];
    const read = [];
    for (const { name, where, by } of wanted) {
      const rows =
        (await admin`select * from ${admin(name)} t where ${where} order by ${by}`) as unknown as Record<
          string,
          unknown
        >[];
      read.push({ name, rows });
    }
    for (const { name, where } of wanted.toReversed()) await admin`delete from ${admin(name)} where ${where}`;
    return read;
  }

  async function insertPlainly(
    tables: readonly { readonly name: string; readonly rows: readonly Record<string, unknown>[] }[],
    ids: readonly EnvelopeId[],
  ): Promise<void> {
    const share = ids.length / ROUND;
    const at = offsets.get(tables) ?? 0;
    offsets.set(tables, at + share);
    await plain.begin(async (sql) => {
      await sql`select set_config('app.organization_id', ${ctx.organizationId}, true)`;
      for (const { name, rows } of tables) {
        const some = rows.slice(Math.round(rows.length * at), Math.round(rows.length * (at + share)));
        const generated = ["actor_id", "about_id", "search_text"];
        const columns = Object.keys(some[0]!).filter((column) => !generated.includes(column));
        // A statement takes 65,534 values at most.
        const most = Math.floor(60_000 / columns.length);
        for (let start = 0; start < some.length; start += most) {
          const part = some.slice(start, start + most) as Record<string, never>[];
          await sql`insert into ${sql(name)} ${sql(part, columns)}`;
        }
      }
    });
  }
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}

function csvOf(count: number, from: number): Uint8Array {
  const lines = Array.from(
    { length: count },
    (_, index) => `"Person ${from + index}",person.${from + index}@example.com,${1_000 + (index % 900)}\r\n`,
  );
  return fromUtf8(`Name,Email,Rent\r\n${lines.join("")}`);
}

function* skipHeader(rows: Iterable<DelimitedRow>): Generator<DelimitedRow> {
  let isHeader = true;
  for (const row of rows) {
    if (!isHeader) yield row;
    isHeader = false;
  }
}

/** What the worker does with rows whose files are stored, and what the upload did with them before. */
async function bySql(
  ctx: Context,
  job: JobRow,
  rows: Iterable<DelimitedRow>,
  next: () => number,
): Promise<EnvelopeId[]> {
  const ids: EnvelopeId[] = [];
  let batch: { id: EnvelopeId; number: number; line: number; cells: readonly string[] }[] = [];
  const flush = async () => {
    const some = batch;
    batch = [];
    await inTransaction(ctx, async (ctx) => {
      await saveRows(ctx, job.id, some);
      await saveEnvelopes(ctx, job, some, await policyOf(ctx, null));
      await markRows(
        ctx,
        job.id,
        some.map(({ id }) => id),
        { state: "sent", sentAt: ctx.now() },
      );
    });
  };
  for (const { line, cells } of rows) {
    const id = uuidV7(Date.now(), ctx.runtime.random(10)) as EnvelopeId;
    ids.push(id);
    batch.push({ id, number: next(), line, cells });
    if (batch.length === BATCH) await flush();
  }
  if (batch.length > 0) await flush();
  return ids;
}
