import { sql } from "drizzle-orm";
import { fromBase64, toBase64Url } from "#lib/bytes.ts";
import { uuidV7 } from "#lib/ids.ts";
import type { Runtime, WorkerRuntime } from "#lib/runtime.ts";

// The web process holds no key. What has to be signed while somebody waits goes to the workers and back over
// PostgreSQL's notifications, which hold 8,000 bytes; nothing is stored. The first answer counts.

const PATIENCE_MS = 4_000;
const MAX_WAITING = 200;
const MAX_PAYLOAD = 7_900;

interface Waiting {
  readonly waiting: Map<string, (answer: Uint8Array) => void>;
  readonly ready: Promise<unknown>;
}

export interface WorkerDesk {
  /**
   * Has a worker answer.
   *
   * @returns null when no worker did in time, or too many wait already; `tooLong` for a question that does not fit
   */
  ask(runtime: Runtime, question: Uint8Array): Promise<Uint8Array | null | "tooLong">;
  /** Answers, in a worker, what web processes ask; until the database is closed. */
  serve(runtime: WorkerRuntime): Promise<void>;
}

/**
 * @param name of its channels. @param answer must not throw. @param tooLong is sent in place of an answer that does
 *   not fit.
 */
export function workerDesk(
  name: string,
  answer: (runtime: WorkerRuntime, question: Uint8Array) => Promise<Uint8Array>,
  tooLong: Uint8Array,
): WorkerDesk {
  const [asked, answered] = [`${name}_asked`, `${name}_answered`];
  const desks = new WeakMap<object, Waiting>();
  const deskOf = ({ database }: Runtime): Waiting => {
    const known = desks.get(database);
    if (known) return known;
    const waiting: Waiting["waiting"] = new Map();
    const ready = database.listen(answered, (payload) => {
      const [id = "", text = ""] = payload.split(" ");
      waiting.get(id)?.(fromBase64(text));
    });
    const desk = { waiting, ready };
    desks.set(database, desk);
    ready.catch(() => desks.delete(database));
    return desk;
  };
  const reply = async (runtime: WorkerRuntime, payload: string): Promise<void> => {
    const [id = "", question = ""] = payload.split(" ");
    const text = `${id} ${toBase64Url(await answer(runtime, fromBase64(question)))}`;
    const fits = text.length <= MAX_PAYLOAD ? text : `${id} ${toBase64Url(tooLong)}`;
    await runtime.database.db.execute(sql`select pg_notify(${answered}, ${fits})`);
  };
  return {
    async ask(runtime, question) {
      const desk = deskOf(runtime);
      if (desk.waiting.size >= MAX_WAITING) return null;
      await desk.ready;
      const id = uuidV7(runtime.now().getTime(), runtime.random(10));
      const payload = `${id} ${toBase64Url(question)}`;
      if (payload.length > MAX_PAYLOAD) return "tooLong";
      let timer: NodeJS.Timeout | undefined;
      try {
        return await new Promise<Uint8Array | null>((resolve, reject) => {
          desk.waiting.set(id, resolve);
          timer = setTimeout(() => resolve(null), PATIENCE_MS);
          runtime.database.db.execute(sql`select pg_notify(${asked}, ${payload})`).catch(reject);
        });
      } finally {
        clearTimeout(timer);
        desk.waiting.delete(id);
      }
    },
    async serve(runtime) {
      await runtime.database.listen(asked, (payload) => {
        reply(runtime, payload).catch((error: unknown) => runtime.log.error({ err: error }, `${name} desk`));
      });
    },
  };
}
