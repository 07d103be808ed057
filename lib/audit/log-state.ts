import { isRefusal } from "#lib/errors.ts";
import type { Runtime } from "#lib/runtime.ts";
import { type Checkpoint, parseCheckpoint } from "./core/checkpoint.ts";
import type { LogCheckSummary } from "./core/log-check.ts";
import { parseNote } from "./core/signed-note.ts";
import {
  type CheckpointRow,
  claimCheck,
  countPending,
  loadStatus,
  logSize,
  newestCheckpoint,
  saveStatus,
} from "./log-store.ts";

/** How the log is doing, as its tables say; nothing of it is checked here. */
export interface LogState {
  /** Leaves. */
  readonly size: number;
  /** Events without a place yet. */
  readonly pendingCount: number;
  /** Null also when it cannot be read: the next check says so. */
  readonly newest: (CheckpointRow & { readonly origin: string; readonly root: Uint8Array }) | null;
  readonly waitingFor: string | null;
  readonly waitingSince: Date | null;
  readonly checkWantedAt: Date | null;
  readonly checked: LogCheckSummary | null;
}

type Database = Pick<Runtime, "database">;

export async function readLogState({ database: { db } }: Database): Promise<LogState> {
  const [status, newest] = [await loadStatus(db), await newestCheckpoint(db)];
  const { waitingFor, waitingSince, checkWantedAt, checked } = status;
  const about = newest ? readNote(newest.note) : null;
  return {
    ...{ size: await logSize(db), pendingCount: await countPending(db) },
    newest: newest && about ? { ...newest, origin: about.origin, root: about.root } : null,
    ...{ waitingFor, waitingSince, checkWantedAt, checked },
  };
}

function readNote(note: string): Checkpoint | null {
  try {
    return parseCheckpoint(parseNote(note).text);
  } catch (error) {
    if (isRefusal(error)) return null;
    throw error;
  }
}

/** Lets the next worker that comes by check the whole log. */
export async function wantLogCheck({ database, now }: Pick<Runtime, "database" | "now">): Promise<void> {
  await saveStatus(database.db, { checkWantedAt: now() });
}

/** Keeps what a check found, for members to read. It answers what was asked before it began. */
export async function saveLogCheck({ database }: Database, checked: LogCheckSummary): Promise<void> {
  const { checkWantedAt } = await loadStatus(database.db);
  const isAnswered = checkWantedAt !== null && checkWantedAt <= new Date(checked.checkedAt);
  await saveStatus(database.db, { checked, ...(isAnswered ? { checkWantedAt: null } : {}) });
}

const GIVEN_UP_MS = 2 * 3_600_000;

/** Runs a check unless another worker does. */
export async function checkAlone(
  { database, now }: Pick<Runtime, "database" | "now">,
  check: () => Promise<void>,
): Promise<void> {
  const startedAt = now();
  const staleAt = new Date(startedAt.getTime() - GIVEN_UP_MS);
  if (!(await claimCheck(database.db, startedAt, staleAt))) return;
  try {
    await check();
  } finally {
    await saveStatus(database.db, { checkStartedAt: null });
  }
}
