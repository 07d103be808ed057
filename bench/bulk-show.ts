import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import postgres from "postgres";
import { migrateDatabase } from "#db/migrate.ts";
import { fromUtf8 } from "#lib/bytes.ts";
import { listJobRowsOf } from "#lib/envelopes/bulk/get-job.ts";
import { startJob } from "#lib/envelopes/bulk/run-job.ts";
import { uploadTable } from "#lib/envelopes/bulk/upload-table.ts";
import { startPostgres } from "../bin/postgres.mjs";
import { bulkDraft } from "./bulk-draft.ts";
import { openBenchRuntime, openSender } from "./signing-bench.ts";

// A bulk job of many rows, 37 of them bad, sent by real workers that are killed with SIGKILL in the middle. Usage:
//   node bench/bulk-show.ts [rows] [invitations per minute]
// Every envelope is prepared, certified and mailed; what is counted is mails.

const ROWS = Number(process.argv[2] ?? 10_000);
const PER_MINUTE = Number(process.argv[3] ?? 600);
const BAD = 37;
const KILLS_AT = [0.2, 0.5, 0.8];
const root = path.join(import.meta.dirname, "..");

const folder = mkdtempSync(path.join(tmpdir(), "whereof-show-"));
const server = await startPostgres({ folder });
let worker: ChildProcess | null = null;
try {
  const { adminUrl, appUrl } = server;
  const app = new URL(appUrl);
  await migrateDatabase({ adminUrl, appRole: app.username, appPassword: app.password });
  const runtime = await openBenchRuntime(folder, appUrl);
  const admin = postgres(adminUrl, { max: 2, onnotice: () => {} });
  const { ctx } = await openSender(runtime);
  const source = await bulkDraft(ctx);
  async function* file() {
    yield fromUtf8(`\ufeffName;E-Mail;Rent\r\n${lines().join("")}`);
  }
  const uploadedAt = performance.now();
  const jobId = await uploadTable(
    ctx,
    { source: { kind: "draft", id: source }, fileName: "people.csv" },
    file(),
  );
  console.log(`${ROWS} rows read and checked in ${((performance.now() - uploadedAt) / 1_000).toFixed(1)} s`);
  const wrong = await listJobRowsOf(ctx, { jobId, after: 0, limit: 100, states: ["wrong"] });
  const codes = Map.groupBy(wrong, ({ problems }) => problems[0]!.code);
  console.log(
    `bad rows: ${wrong.length} (${[...codes].map(([code, rows]) => `${code} ${rows.length}`).join(", ")})`,
  );
  await startJob(ctx, { jobId, perMinute: PER_MINUTE });

  const startWorker = () => {
    const env = {
      ...{ PATH: process.env.PATH, NODE_ENV: "test", DATABASE_URL: appUrl, DATABASE_ADMIN_URL: adminUrl },
      ...{ DATA_DIR: folder, SIGNATURE_LEVEL: "B-B", LOG_LEVEL: "error" },
      NEXTAUTH_SECRET: "not used: nobody signs in here".padEnd(40, "."),
    };
    worker = spawn(process.execPath, ["worker/main.ts"], {
      cwd: root,
      env: env as never,
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
  };
  startWorker();
  const good = ROWS - wrong.length;
  let [kills, told] = [0, 0];
  for (let isOver = false; !isOver; await pause(250)) {
    const [row] = await admin`select count(*)::int as done from bulk_sends where done_at is not null`;
    const done: number = row!.done;
    if (Math.floor(done / 500) > told) {
      told = Math.floor(done / 500);
      console.log(`  ${done} of ${good}`);
    }
    if (kills < KILLS_AT.length && done >= good * KILLS_AT[kills]!) {
      worker!.kill("SIGKILL");
      kills++;
      console.log(`kill -9 number ${kills} after ${done} mails`);
      startWorker();
    }
    isOver = done >= good;
  }

  const gone = await admin<{ at: Date }[]>`select done_at as at from bulk_sends order by done_at`;
  const mails = await admin<{ to: string; count: number }[]>`
    select to_address as to, count(*)::int as count from outbox_mails where subject not like 'Reminder%' group by 1`;
  const envelopes = await admin<{ email: string; count: number }[]>`
    select r.email, count(*)::int as count from recipients r join envelopes e on e.id = r.envelope_id
    where e.state = 'sent' group by 1`;
  const chains = await admin<{ broken: number }[]>`
    select count(*)::int as broken from (select chain_id from audit_events where type = 'envelope.sent'
      group by chain_id having count(*) <> 1) c`;
  const times = gone.map(({ at }) => at.getTime());
  console.log(`invitations sent: ${times.length} of ${good} good rows, killed ${kills} times`);
  console.log(
    `addresses mailed: ${mails.length}, more than once: ${mails.filter(({ count }) => count > 1).length}`,
  );
  console.log(
    `envelopes: ${envelopes.length}, of one address more than once: ${envelopes.filter(({ count }) => count > 1).length}`,
  );
  console.log(
    `lost: ${good - envelopes.length} envelopes, ${good - mails.length} mails; trails sent twice: ${chains[0]!.broken}`,
  );
  console.log(`most in any 60 seconds: ${mostInWindow(times)} (throttle ${PER_MINUTE})`);
  histogram(times);
  await admin.end();
  await runtime.close();
} finally {
  (worker as ChildProcess | null)?.kill("SIGKILL");
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}

function lines(): string[] {
  const bad = new Set(Array.from({ length: BAD }, (_, index) => Math.floor(((index + 0.5) * ROWS) / BAD)));
  let kind = 0;
  return Array.from({ length: ROWS }, (_, index) => {
    const [name, email] = [`Person ${index}`, `person.${index}@example.com`];
    if (!bad.has(index)) return `${name};${email};${1_000 + (index % 900)}\r\n`;
    switch (kind++ % 5) {
      case 0:
        return `;${email};1000\r\n`;
      case 1:
        return `${name};${name} at example;1000\r\n`;
      case 2:
        return `${name};${email}, other.${email};1000\r\n`;
      case 3:
        return `${name};${email};a lot\r\n`;
      default:
        return `${name};"${email}\nBcc: all@example.com";1000\r\n`;
    }
  });
}

function mostInWindow(times: readonly number[]): number {
  let [most, start] = [0, 0];
  for (let end = 0; end < times.length; end++) {
    while (times[end]! - times[start]! >= 60_000) start++;
    most = Math.max(most, end - start + 1);
  }
  return most;
}

function histogram(times: readonly number[]): void {
  const perSecond = new Map<number, number>();
  for (const time of times) {
    const second = Math.floor((time - times[0]!) / 1_000);
    perSecond.set(second, (perSecond.get(second) ?? 0) + 1);
  }
  const seconds = Math.floor((times.at(-1)! - times[0]!) / 1_000) + 1;
  const counts = Map.groupBy(
    Array.from({ length: seconds }, (_, second) => perSecond.get(second) ?? 0),
    (count) => count,
  );
  console.log(`invitations in a second: in how many of ${seconds} seconds`);
  for (const [count, all] of [...counts].toSorted(([a], [b]) => a - b))
    console.log(
      `  ${String(count).padStart(3)}  ${String(all.length).padStart(5)}  ${"#".repeat(Math.ceil((all.length / seconds) * 60))}`,
    );
}
