import { sql } from "drizzle-orm";
import { fromDrizzle, PgBoss } from "pg-boss";
import type { JobQueue } from "#lib/ports/queue.ts";

export interface BossSettings {
  readonly url: string;
  readonly role: string | null;
  readonly maxConnections: number;
  /** Runs maintenance and schedules; one kind of process does. */
  readonly supervises: boolean;
  readonly onError: (error: unknown) => void;
}

/** The queue on PostgreSQL: jobs are rows of the transaction that adds them. */
export interface BossQueue extends JobQueue {
  readonly boss: PgBoss;
  start(): Promise<void>;
  stop(): Promise<void>;
}

export function bossQueue(settings: BossSettings): BossQueue {
  const boss = new PgBoss({
    connectionString: settings.url,
    ...(settings.role ? { options: `-c role=${settings.role}` } : {}),
    application_name: "whereof-queue",
    max: settings.maxConnections,
    migrate: false,
    createSchema: false,
    supervise: settings.supervises,
    schedule: false,
    reindex: false,
    useListenNotify: settings.supervises,
  });
  boss.on("error", settings.onError);
  let started: Promise<unknown> | null = null;
  const start = async () => {
    started ??= boss.start();
    await started;
  };
  return {
    boss,
    start,
    async add(connection, queue, data, options = {}) {
      await start();
      await boss.send(queue, data, {
        db: fromDrizzle(connection as Parameters<typeof fromDrizzle>[0], sql),
        ...(options.delaySeconds ? { startAfter: options.delaySeconds } : {}),
        ...(options.id ? { id: options.id } : {}),
      });
    },
    async stop() {
      if (started) await boss.stop({ graceful: true, close: true, timeout: 10_000 });
    },
  };
}
