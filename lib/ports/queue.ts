import type { Connection } from "#db/client.ts";

/** Work for later, and only if the transaction it is written in commits. */
export interface JobQueue {
  /**
   * Adds a job in the caller's transaction.
   *
   * @param delaySeconds not before that long from now. @param id a UUID: a job of this id is added once.
   */
  add(
    connection: Connection,
    queue: "event" | "follower",
    data: Readonly<Record<string, string>>,
    options?: { readonly delaySeconds?: number; readonly id?: string },
  ): Promise<void>;
}
