import type { BackupFacts } from "#db/schema/log.ts";
import { appendEvent } from "#lib/audit/append-event.ts";
import { concatSource, sha256Of } from "#lib/bytes.ts";
import { createContext, inTransaction } from "#lib/context.ts";
import { AppError } from "#lib/errors.ts";
import { verifyLog } from "#lib/evidence/verify-log.ts";
import { listOrganizations } from "#lib/identity/list-organizations.ts";
import { uuidV7 } from "#lib/ids.ts";
import type { BackupPlace, RestoredBackup } from "#lib/ports/backup.ts";
import type { OpenFile } from "#lib/ports/files.ts";
import type { WorkerRuntime } from "#lib/runtime.ts";
import { isDestroyed, loadKeptFiles, loadRunsOf, saveRun } from "./store.ts";

const DAY_MS = 86_400_000;
const BACKUP_EVERY_MS = DAY_MS;
const DRILL_EVERY_MS = 30 * DAY_MS;
/** What failed is tried again, and told of once more. */
const AGAIN_MS = DAY_MS / 4;
/** Copies of all rows that are kept; of each object there is one. */
const KEPT = 14;
const MOST_TOLD = 20;
const FILES_AT_ONCE = 200;

/** Backs up the installation once a day and puts a backup back on trial every thirty days, where a place is named. */
export async function keepBackups(runtime: WorkerRuntime): Promise<void> {
  const { backups: place, database } = runtime;
  if (!place) return;
  const [lastBackup, lastDrill] = await Promise.all([
    loadRunsOf(database.db, "backup", 1),
    loadRunsOf(database.db, "drill", 1),
  ]);
  if (isDue(runtime, lastBackup[0], BACKUP_EVERY_MS)) await makeBackup(runtime, place);
  if (isDue(runtime, lastDrill[0], DRILL_EVERY_MS)) await drillRestore(runtime, place);
}

function isDue(
  { now }: WorkerRuntime,
  last: { readonly finishedAt: Date; readonly refusal: string | null } | undefined,
  everyMs: number,
): boolean {
  if (!last) return true;
  const sinceMs = now().getTime() - last.finishedAt.getTime();
  // A clock that was set back must not put the next one off.
  return sinceMs < 0 || sinceMs >= (last.refusal === null ? everyMs : Math.min(everyMs, AGAIN_MS));
}

/** Copies everything now. */
export async function makeBackup(runtime: WorkerRuntime, place: BackupPlace): Promise<void> {
  const startedAt = runtime.now();
  try {
    const organizations = await listOrganizations(runtime);
    const made = await place.backUp(organizations, startedAt);
    if (!made) return;
    const { name, ...facts } = made;
    await record(runtime, { kind: "backup", startedAt, name, refusal: null, facts });
    const kept = await loadRunsOf(runtime.database.db, "backup", 200);
    const names = kept.flatMap(({ name, refusal }) => (name && refusal === null ? [name] : []));
    await place.prune(names.slice(0, KEPT));
  } catch (error) {
    await fail(runtime, { kind: "backup", startedAt, name: null }, error);
  }
}

/**
 * Puts the newest backup back beside the product: every row, which verify-log then checks as it checks the product's, and
 * every signed document, audit trail and package, whose bytes are read from the copies and hashed.
 */
export async function drillRestore(runtime: WorkerRuntime, place: BackupPlace): Promise<void> {
  const startedAt = runtime.now();
  const made = await loadRunsOf(runtime.database.db, "backup", 50);
  const newest = made.find(({ refusal }) => refusal === null);
  if (!newest?.name) return;
  const { name, facts: had } = newest;
  let restored: RestoredBackup | null = null;
  try {
    restored = await place.restore({ name, sha256: had.sha256!, rows: had.rows! });
    const report = await verifyLog(
      { database: restored.database, workspaceKeys: runtime.workspaceKeys },
      { held: [], anchors: null, acceptsForeignStamps: runtime.config.tsaUrl !== null },
    );
    const files = await compareFiles(runtime, restored);
    const findings = report.findings.slice(0, MOST_TOLD).map(({ sentence }) => sentence);
    const holds = report.findings.length === 0 && files.differing === 0;
    const facts: BackupFacts = {
      ...{ sha256: had.sha256!, rows: restored.rows, events: report.eventCount },
      ...{ ...files, findings },
    };
    const refusal = holds ? null : "backup/does-not-hold";
    await record(runtime, { kind: "drill", startedAt, name, refusal, facts });
  } catch (error) {
    await fail(runtime, { kind: "drill", startedAt, name }, error);
  } finally {
    await restored?.close();
  }
}

async function compareFiles(runtime: WorkerRuntime, { database, files }: RestoredBackup) {
  let [compared, differing] = [0, 0];
  for (const organizationId of await listOrganizations(runtime)) {
    const actor = { kind: "system", job: "restore drill" } as const;
    const ctx = createContext(runtime, { organizationId, actor });
    for (let after = ""; ; ) {
      const some = await loadKeptFiles(database.db, organizationId, after, FILES_AT_ONCE);
      for (const { fileKeys, sha256 } of some) {
        const found = await hashOf(files, fileKeys);
        if (found === sha256) compared++;
        else if (!(await inTransaction(ctx, (ctx) => isDestroyed(ctx, fileKeys[0]!)))) {
          compared++;
          differing++;
        }
      }
      after = some.at(-1)?.fileKeys[0] ?? "";
      if (some.length < FILES_AT_ONCE) break;
    }
  }
  return { compared, differing };
}

/** @returns null where it is gone, or not what was written */
async function hashOf(files: RestoredBackup["files"], fileKeys: readonly string[]): Promise<string | null> {
  const parts: OpenFile[] = [];
  try {
    for (const key of fileKeys) parts.push(await files.open(key));
    return sha256Of(concatSource(...parts));
  } catch (error) {
    if (error instanceof AppError && error.code !== "files/unavailable") return null;
    throw error;
  } finally {
    for (const part of parts) part.close();
  }
}

type Run = Omit<Parameters<typeof saveRun>[1], "id" | "finishedAt">;

async function fail(
  runtime: WorkerRuntime,
  run: Pick<Run, "kind" | "startedAt" | "name">,
  error: unknown,
): Promise<void> {
  const refusal = error instanceof AppError ? error.code : "internal";
  runtime.log.error({ err: error, code: refusal }, `${run.kind} failed; tried again in six hours`);
  await record(runtime, { ...run, refusal, facts: {} });
}

/** In every organization's chain: each has its records in it. Who keeps it is told of what failed by that. */
async function record(runtime: WorkerRuntime, run: Run): Promise<void> {
  const finishedAt = runtime.now();
  const id = uuidV7(finishedAt.getTime(), runtime.random(10));
  await saveRun(runtime.database.db, { ...run, id, finishedAt });
  const { kind, name, refusal, facts } = run;
  const done = kind === "backup" ? "backup.made" : "restore.drilled";
  for (const organizationId of await listOrganizations(runtime)) {
    const ctx = createContext(runtime, { organizationId, actor: { kind: "system", job: kind } });
    const { findings = [], ...counts } = facts;
    await inTransaction(ctx, (ctx) =>
      appendEvent(ctx, {
        type: refusal === null ? done : kind === "backup" ? "backup.failed" : "restore.failed",
        envelopeId: null,
        data: {
          ...{ run: id, name: name ?? undefined, refusal: refusal ?? undefined, ...counts },
          startedAt: run.startedAt.toISOString(),
          findings: kind === "drill" ? findings.length : undefined,
        },
      }),
    );
  }
}
