import type { Connection } from "#db/client.ts";
import { equalBytes, fromUtf8, sha256 } from "#lib/bytes.ts";
import { AppError } from "#lib/errors.ts";
import type { EventId } from "#lib/ids.ts";
import type { WorkerRuntime } from "#lib/runtime.ts";
import { type Checkpoint, checkpointText, parseCheckpoint } from "./core/checkpoint.ts";
import { ecdsaKeyId, formatNote, noteSigner, parseNote } from "./core/signed-note.ts";
import { auditError } from "./errors.ts";
import {
  type CheckpointRow,
  leafIndexOf,
  loadStatus,
  lockLog,
  logSize,
  newestCheckpoint,
  saveCheckpoint,
  saveStatus,
  treeAt,
} from "./log-store.ts";
import { sequenceLog } from "./sequence-log.ts";

const EVERY_MS = 3_600_000;
const MAX_RACES = 10;

/** What happens by the clock: events get their place, and what is new a checkpoint within the hour. */
export async function keepLog(runtime: WorkerRuntime): Promise<void> {
  const { db } = runtime.database;
  await sequenceLog(runtime);
  const { checkpointedAt, waitingFor } = await loadStatus(db);
  const sinceMs = checkpointedAt ? runtime.now().getTime() - checkpointedAt.getTime() : EVERY_MS;
  // A clock that was set back must not keep the next checkpoint waiting.
  if (waitingFor !== null || sinceMs < 0 || sinceMs >= EVERY_MS) await signCheckpoint(runtime);
}

/** Sees to it that an event is under a checkpoint; does nothing when it is. */
export async function checkpointEvent(runtime: WorkerRuntime, eventId: EventId): Promise<void> {
  const { db } = runtime.database;
  for (let races = 0; races < MAX_RACES; races++) {
    await sequenceLog(runtime);
    const [index, newest] = [await leafIndexOf(db, eventId), await newestCheckpoint(db)];
    if (index === null) throw auditError("not-found", `event ${eventId} is not in the log`);
    if (newest && index < newest.size) return;
    await signCheckpoint(runtime);
  }
}

/**
 * Signs and time-stamps a checkpoint of all leaves there are, when there are more than the last one covers. While a
 * key or the time-stamping authority is away, that is on record and nothing is published.
 *
 * @throws audit/log-broken when the log no longer begins as the last checkpoint says; what `ports/keys` and
 *   `ports/timestamps` throw
 */
export async function signCheckpoint(runtime: WorkerRuntime): Promise<void> {
  const { db } = runtime.database;
  try {
    const previous = await newestCheckpoint(db);
    const size = await logSize(db);
    const root = await nextRoot(db, previous, size);
    if (!root) return await noteWaiting(runtime, null);
    const note = await signedNote(runtime, { previous, size, root });
    const timestampToken = await runtime.timestamps.token(sha256(fromUtf8(note)));
    await db.transaction(async (transaction) => {
      await lockLog(transaction);
      // Another process was first: its checkpoint stands, this one was shown to nobody.
      if ((await newestCheckpoint(transaction))?.size !== previous?.size) return;
      await saveCheckpoint(transaction, { size, note, timestampToken });
      await saveStatus(transaction, { waitingFor: null, waitingSince: null, checkpointedAt: runtime.now() });
    });
  } catch (error) {
    await noteWaiting(runtime, error instanceof AppError ? error.code : "internal");
    throw error;
  }
}

/** The root to sign; null when nothing is new. A log that does not grow from its last checkpoint is never signed. */
async function nextRoot(
  db: Connection,
  previous: CheckpointRow | null,
  size: number,
): Promise<Uint8Array | null> {
  if (previous) {
    const { root } = parseCheckpoint(parseNote(previous.note).text);
    const before = size >= previous.size ? await treeAt(db, previous.size) : null;
    if (!before || !equalBytes(before.root(), root))
      throw auditError("log-broken", `the log no longer begins with the ${previous.size} leaves it had`);
  }
  if (size === (previous?.size ?? 0)) return null;
  const tree = await treeAt(db, size);
  if (!tree) throw auditError("log-broken", `leaves below ${size} are missing`);
  return tree.root();
}

interface NextCheckpoint {
  readonly previous: CheckpointRow | null;
  readonly size: number;
  readonly root: Uint8Array;
}

async function signedNote(runtime: WorkerRuntime, { previous, size, root }: NextCheckpoint): Promise<string> {
  const { log } = await runtime.authorities();
  // The name of a log never changes, whatever becomes of its address.
  const origin = previous
    ? parseCheckpoint(parseNote(previous.note).text).origin
    : originOf(runtime.config.baseUrl);
  const previousSha256 = previous ? sha256(fromUtf8(previous.note)) : null;
  const checkpoint: Checkpoint = { origin, size, root, previousSha256 };
  const text = checkpointText(checkpoint);
  const { publicKey } = log.key;
  const signature = await log.key.sign(fromUtf8(text));
  const note = { text, signatures: [{ name: origin, keyId: ecdsaKeyId(publicKey), signature }] };
  if (!noteSigner(note, [{ name: origin, publicKey }]))
    throw new Error("the key of the log made a signature that does not verify");
  return formatNote(note);
}

/** `https://sign.example.com/` → `sign.example.com/log`: without scheme and port, as tlog-checkpoint asks for. */
export function originOf(baseUrl: string): string {
  const { hostname, pathname } = new URL(baseUrl);
  return `${hostname}${pathname.replace(/\/+$/, "")}/log`;
}

async function noteWaiting(runtime: WorkerRuntime, waitingFor: string | null): Promise<void> {
  const { db } = runtime.database;
  const status = await loadStatus(db);
  if (status.waitingFor === waitingFor) return;
  await saveStatus(db, { waitingFor, waitingSince: waitingFor ? runtime.now() : null });
}
