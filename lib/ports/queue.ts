import type { Connection } from "#db/client.ts";

export type JobData = Readonly<Record<string, string>>;

/** A transaction, or the database, and what is done once it is committed. */
export interface Adder {
  readonly connection: Connection;
  readonly afterCommit?: (() => void)[];
}

/** Work for later, and only if the transaction it is written in commits. */
export interface JobQueue {
  /**
   * Adds a job in the caller's transaction.
   *
   * @param delaySeconds not before that long from now. @param id a UUID: a job of this id is added once.
   * @param isBackground taken when nothing else waits.
   */
  add(
    adder: Adder,
    queue: "event" | "follower",
    data: JobData,
    options?: { readonly delaySeconds?: number; readonly id?: string; readonly isBackground?: boolean },
  ): Promise<void>;
  /** Adds many jobs of a queue at once, in the caller's transaction; they are taken when nothing else waits. */
  addAll(adder: Adder, queue: "event", data: readonly JobData[]): Promise<void>;
  /**
   * Takes jobs one by one, several at a time, until the queue is stopped. A job whose handler throws comes back
   * later, again and again with growing pauses; every job may come more than once.
   */
  work(queue: "event" | "follower", handle: (data: JobData) => Promise<void>): Promise<void>;
  /** Lets jobs under way end, then lets go of the database. */
  stop(): Promise<void>;
}
