import { defineErrors } from "#lib/errors.ts";

/** What can be done in a sandbox: names and handlers, whose inputs and outputs survive structured clone. */
export type Tasks = { readonly [name: string]: (input: never) => unknown };

export interface TaskOptions {
  /** Wall time of this task, once it has begun; the sandbox's own limit unless given. */
  readonly timeoutMs?: number;
  /** Buffers within the input that may be moved instead of copied; the caller cannot use them afterwards. */
  readonly transfer?: readonly ArrayBuffer[];
}

/**
 * Runs what touches hostile bytes apart from us, with limits on time and memory: `sandbox.run("parse", { handle })`.
 * Tasks wait their turn; each has its place to itself while it runs.
 */
export interface Sandbox<T extends Tasks = Tasks> {
  /**
   * Does one task.
   *
   * @throws what the task throws: an AppError with its kind, code and message, any other error as an Error with
   *   name, message and stack; sandbox/timed-out, sandbox/out-of-memory, sandbox/crashed; sandbox/busy when too
   *   many wait already
   */
  run<Name extends keyof T & string>(
    task: Name,
    input: Parameters<T[Name]>[0],
    options?: TaskOptions,
  ): Promise<Awaited<ReturnType<T[Name]>>>;
  /** Ends every task; those under way are refused as crashed. */
  close(): Promise<void>;
}

export const sandboxError = defineErrors("sandbox", {
  busy: "unavailable",
  crashed: "unavailable",
  "out-of-memory": "too-large",
  "timed-out": "too-large",
});
