import { listenToEvents } from "#lib/audit/listen-events.ts";
import type { Runtime } from "#lib/runtime.ts";

/** For as long as a revocation might go unheard, when the connection that tells of it breaks. */
const KEEP_MS = 30_000;
const MOST = 2_000;

interface Shelf<T> {
  readonly answers: Map<string, { readonly answer: T; readonly until: number }>;
  /** Goes up with every revocation: what was read before one says too little. */
  generation: number;
  readonly ready: Promise<unknown>;
}

const shelves = new WeakMap<object, Shelf<unknown>>();

/**
 * Answers about certificates that were found a moment ago, kept in this process until any certificate is revoked.
 *
 * @param find is asked when there is none; null is not kept.
 */
export async function answerAtHand<T>(
  runtime: Runtime,
  name: string,
  find: () => Promise<T | null>,
): Promise<T | null> {
  const shelf = shelfOf(runtime) as Shelf<T>;
  await shelf.ready;
  const now = runtime.now().getTime();
  const known = shelf.answers.get(name);
  if (known && known.until > now) return known.answer;
  const { generation } = shelf;
  const answer = await find();
  if (answer === null || shelf.generation !== generation) return answer;
  const [oldest] = shelf.answers.keys();
  if (shelf.answers.size >= MOST && oldest !== undefined) shelf.answers.delete(oldest);
  shelf.answers.set(name, { answer, until: now + KEEP_MS });
  return answer;
}

/** What this process revokes it knows at once; others are told. */
export function forgetAnswers(runtime: Runtime): void {
  const shelf = shelves.get(runtime.database);
  if (!shelf) return;
  shelf.generation++;
  shelf.answers.clear();
}

function shelfOf(runtime: Runtime): Shelf<unknown> {
  const known = shelves.get(runtime.database);
  if (known) return known;
  const ready = listenToEvents(runtime, ({ type }) => {
    if (type === "certificate.revoked") forgetAnswers(runtime);
  });
  const shelf: Shelf<unknown> = { answers: new Map(), generation: 0, ready };
  shelves.set(runtime.database, shelf);
  ready.catch(() => shelves.delete(runtime.database));
  return shelf;
}
