import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { migrateDatabase } from "#db/migrate.ts";
import { startPostgres } from "../bin/postgres.mjs";
import { signatureMemory } from "./signature-memory.ts";
import { signatureRounds } from "./signature-rounds.ts";
import { openBenchRuntime, openSender, type ReadyEnvelope } from "./signing-bench.ts";

// Adding one signature to a PDF, against what nobody can do without: reading, hashing and writing as many bytes,
// and one raw signature. Each size has a process of its own, which finds the documents as a worker does that has
// just started.

const SIZES = [
  { megabytes: 1, rounds: 9 },
  { megabytes: 10, rounds: 5 },
  { megabytes: 100, rounds: 5 },
] as const;

type Prepared = Readonly<Record<number, readonly ReadyEnvelope[]>>;

const [part, at, url, size] = process.argv.slice(2) as [string?, string?, string?, string?];
if (part === undefined) await main();
else await measure(part, at!, url!, Number(size));

async function main(): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), "whereof-bench-"));
  const postgres = await startPostgres({ folder, throwAway: true });
  const go = (...args: string[]) => {
    const command = ["--expose-gc", import.meta.filename, ...args];
    const { status } = spawnSync(process.execPath, command, { stdio: "inherit" });
    if (status !== 0) throw new Error(`${args[0]} broke (${status})`);
  };
  try {
    const { adminUrl, appUrl } = postgres;
    const app = new URL(appUrl);
    await migrateDatabase({ adminUrl, appRole: app.username, appPassword: app.password });
    go("prepare", folder, appUrl);
    for (const { megabytes } of SIZES) go("rounds", folder, appUrl, String(megabytes));
    go("memory", folder, appUrl);
  } finally {
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(part: string, folder: string, databaseUrl: string, megabytes: number): Promise<void> {
  const list = path.join(folder, "prepared.json");
  if (part === "prepare") {
    writeFileSync(list, JSON.stringify(await prepare(folder, databaseUrl)));
    return;
  }
  const prepared = JSON.parse(readFileSync(list, "utf8")) as Prepared;
  if (part === "rounds") await signatureRounds(folder, databaseUrl, megabytes, prepared[megabytes]!.slice(1));
  else await signatureMemory(folder, databaseUrl, 100, prepared[1]![0]!, prepared[100]![0]!);
}

/** For each size an envelope for the measure of memory, one to warm up with, and one for each round. */
async function prepare(folder: string, databaseUrl: string): Promise<Prepared> {
  const runtime = await openBenchRuntime(folder, databaseUrl);
  const sender = await openSender(runtime);
  const prepared: Record<number, ReadyEnvelope[]> = {};
  for (const { megabytes, rounds } of SIZES) {
    prepared[megabytes] = [];
    for (let count = 0; count < rounds + 2; count++)
      prepared[megabytes].push(await sender.readyToSign(megabytes));
  }
  await runtime.close();
  return prepared;
}
