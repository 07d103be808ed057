import { requirePermission } from "#lib/authorize.ts";
import type { Context } from "#lib/context.ts";
import { type BackupRun, loadRuns, loadRunsOf } from "./store.ts";

const LISTED = 60;

export type RunView = Pick<
  BackupRun,
  "id" | "kind" | "startedAt" | "finishedAt" | "name" | "refusal" | "facts"
>;

export interface BackupsView {
  /** Whether the operator has named a place. */
  readonly isOn: boolean;
  readonly lastBackup: RunView | null;
  readonly lastDrill: RunView | null;
  /** The newest first. */
  readonly runs: readonly RunView[];
}

/** Backups of the installation and restore drills. What a drill found wrong stands in the worker's log in full. */
export async function listBackups(ctx: Context): Promise<BackupsView> {
  requirePermission(ctx, "log.read");
  const { db } = ctx.runtime.database;
  const [runs, backups, drills] = await Promise.all([
    loadRuns(db, LISTED),
    loadRunsOf(db, "backup", 1),
    loadRunsOf(db, "drill", 1),
  ]);
  return {
    isOn: ctx.runtime.config.backupDir !== null,
    ...{ lastBackup: backups[0] ?? null, lastDrill: drills[0] ?? null, runs },
  };
}
