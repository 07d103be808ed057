import { type Job, PgBoss } from "pg-boss";
import { type Connection, executeText, type OpenDatabase } from "#db/client.ts";
import type { Adder, JobData, JobQueue } from "#lib/ports/queue.ts";

export interface BossSettings {
  readonly url: string;
  readonly role: string | null;
  readonly maxConnections: number;
  /** To tell that there are jobs, and to hear of it. */
  readonly database: Pick<OpenDatabase, "listen" | "notify">;
  /** Takes jobs and looks after the queue's tables; else jobs are only added. */
  readonly runsJobs: boolean;
  readonly onError: (error: unknown) => void;
}

const LOOPS = 6;
/** A lot is ticked off together, so that a slow job holds the others of its lot back. */
const BATCH = 3;
/** A queue's name is said here once a job of it is committed. */
const CHANNEL = "whereof_jobs";
/** Below all others: somebody who sends one envelope does not wait for a bulk job's thousands. */
const BACKGROUND = -1;

/** The queue on PostgreSQL: jobs are rows of the transaction that adds them. */
export function bossQueue(settings: BossSettings): JobQueue {
  const boss = new PgBoss({
    connectionString: settings.url,
    // Jobs are added in their adders' transactions. Here they are only taken and ticked off, and a tick that is
    // lost with the server's power runs a job once more, which it bears: nobody need wait for the disk.
    options: `-c synchronous_commit=off${settings.role ? ` -c role=${settings.role}` : ""}`,
    application_name: "whereof-queue",
    max: settings.maxConnections,
    migrate: false,
    createSchema: false,
    supervise: settings.runsJobs,
    schedule: false,
    reindex: false,
    monitorVacuum: false,
    superviseIntervalSeconds: 10,
    monitorIntervalSeconds: 10,
  });
  boss.on("error", settings.onError);
  let started: Promise<unknown> | null = null;
  let listening: ReturnType<OpenDatabase["listen"]> | null = null;
  const start = async () => {
    started ??= boss.start();
    await started;
  };
  // Loops to be woken, by queue.
  const loops = new Map<string, string[]>();
  const listen = async () => {
    listening ??= settings.database.listen(CHANNEL, (queue) => {
      for (const id of loops.get(queue) ?? []) boss.notifyWorker(id);
    });
    await listening;
  };
  /** The job's own NOTIFY, in its transaction, would let all transactions commit one after the other. */
  const wake = (queue: string, { afterCommit }: Adder) => {
    const tell = () => settings.database.notify(CHANNEL, queue);
    if (afterCommit) afterCommit.push(tell);
    else tell();
  };
  return {
    async add(adder, queue, data, options = {}) {
      await start();
      await boss.send(queue, data, {
        db: inTransactionOf(adder.connection),
        ...(options.delaySeconds ? { startAfter: options.delaySeconds } : {}),
        ...(options.id ? { id: options.id } : {}),
        ...(options.isBackground ? { priority: BACKGROUND } : {}),
      });
      if (!options.delaySeconds) wake(queue, adder);
    },
    async addAll(adder, queue, data) {
      if (data.length === 0) return;
      await start();
      const db = inTransactionOf(adder.connection);
      await boss.insert(
        queue,
        data.map((one) => ({ data: one, priority: BACKGROUND })),
        { db },
      );
      wake(queue, adder);
    },
    async work(queue, handle) {
      await start();
      await listen();
      const options = {
        batchSize: BATCH,
        burstWhenBatchFull: true,
        // For what came back, was to wait, or was added by a process that died before it said so.
        pollingIntervalSeconds: 2,
        perJobResults: true as const,
      };
      const take = (jobs: Job<JobData>[]) =>
        Promise.all(
          jobs.map(async ({ id, data }) => {
            try {
              await handle(data);
              return { id, status: "completed" as const };
            } catch (error) {
              // Kept with the job: Drizzle quotes values of a query that failed, and a link is one.
              const [message] = (error instanceof Error ? error.message : String(error)).split("\nparams: ");
              return { id, status: "failed" as const, output: { message } };
            }
          }),
        );
      loops.set(
        queue,
        await Promise.all(Array.from({ length: LOOPS }, () => boss.work(queue, options, take))),
      );
    },
    async stop() {
      if (started) await boss.stop({ graceful: true, close: true, timeout: 10_000 });
    },
  };
}

/** The statement that adds a job is long and always the same: parsed and planned once for each connection. */
const inTransactionOf = (connection: Connection) => ({
  executeSql: async (text: string, values: unknown[] = []) => ({
    rows: [...(await executeText(connection, text, values))],
  }),
});
