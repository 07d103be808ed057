import { checkAlone, readLogState, saveLogCheck } from "#lib/audit/log-state.ts";
import type { WorkerRuntime } from "#lib/runtime.ts";
import { verifyLog } from "./verify-log.ts";

const DAY_MS = 86_400_000;
const MOST_KEPT = 200;

/** Checks the whole log once a day, and when a member has asked; what does not hold goes to the log of errors. */
export async function checkLogRegularly(runtime: WorkerRuntime): Promise<void> {
  const { checkWantedAt, checked } = await readLogState(runtime);
  const startedAt = runtime.now();
  const sinceMs = checked ? startedAt.getTime() - new Date(checked.checkedAt).getTime() : DAY_MS;
  // A clock that was set back must not put the next check off.
  if (checkWantedAt === null && sinceMs >= 0 && sinceMs < DAY_MS) return;
  await checkAlone(runtime, () => check(runtime, startedAt));
}

async function check(runtime: WorkerRuntime, startedAt: Date): Promise<void> {
  const acceptsForeignStamps = runtime.config.tsaUrl !== null;
  const report = await verifyLog(runtime, { held: [], anchors: null, acceptsForeignStamps });
  const { size, eventCount, checkpointCount, newest, stampedAt, findings } = report;
  await saveLogCheck(runtime, {
    checkedAt: startedAt.toISOString(),
    tookMs: runtime.now().getTime() - startedAt.getTime(),
    ...{ size, eventCount, checkpointCount, provenSize: newest?.size ?? 0 },
    stampedAt: stampedAt?.toISOString() ?? null,
    findingCount: findings.length,
    findings: findings.slice(0, MOST_KEPT),
  });
  if (findings.length === 0) return;
  const [{ fault, table, column }] = findings as [(typeof findings)[0]];
  runtime.log.error({ count: findings.length, fault, table, column }, "the audit log does not hold");
}
