import { availableParallelism } from "node:os";
import { type Sandbox, sandboxError, type Tasks } from "#lib/ports/sandbox.ts";
import type { StartIsolate } from "./isolate.ts";
import { type Job, PoolMember } from "./pool-member.ts";

export interface SandboxSettings {
  /** A module that calls `serveTasks`; run as it is by Node, TypeScript too. */
  readonly entry: URL;
  /** How many tasks run at once; one fewer than there are processors unless given. */
  readonly size?: number;
  /** Wall time of a task. */
  readonly timeoutMs?: number;
  /** Memory one isolate may hold: heap, buffers and WebAssembly together. */
  readonly memoryBytes?: number;
  /** How many tasks may wait. */
  readonly maxQueued?: number;
}

export const MEMORY_BYTES = 768 * 1024 ** 2;
const TIMEOUT_MS = 30_000;
const MAX_QUEUED = 1_000;

/** Isolates that are started when there is work and used again, except after a job that broke or bloated them. */
export function pool<T extends Tasks>(start: StartIsolate, settings: SandboxSettings): Sandbox<T> {
  const { timeoutMs = TIMEOUT_MS, memoryBytes = MEMORY_BYTES, maxQueued = MAX_QUEUED } = settings;
  const size = settings.size ?? Math.max(1, availableParallelism() - 1);
  const queue: Job[] = [];
  const members = new Set<PoolMember>();
  const idle = new Set<PoolMember>();
  let isClosed = false;

  const forget = (member: PoolMember) => {
    members.delete(member);
    idle.delete(member);
    runNext();
  };
  const addMember = (): PoolMember => {
    const fresh = new PoolMember(start, memoryBytes, forget);
    members.add(fresh);
    return fresh;
  };
  const takeMember = (): PoolMember | undefined => {
    const [known] = idle;
    if (known) idle.delete(known);
    if (known || members.size >= size) return known;
    return addMember();
  };
  const runNext = (): void => {
    while (queue.length > 0 && !isClosed) {
      const member = takeMember();
      if (!member) return;
      void runOn(member, queue.shift()!);
    }
  };
  const runOn = async (member: PoolMember, job: Job): Promise<void> => {
    await member.perform(job, () => void runOn(addMember(), job));
    if (await member.isReusable()) idle.add(member);
    runNext();
  };

  return {
    run: (task, input, options = {}) =>
      new Promise((resolve, reject) => {
        if (isClosed) throw sandboxError("crashed", "the sandbox is closed");
        if (queue.length >= maxQueued) throw sandboxError("busy", `${queue.length} tasks wait already`);
        const { transfer = [], timeoutMs: ownMs = timeoutMs } = options;
        queue.push({ task, input, transfer, timeoutMs: ownMs, resolve: resolve as Job["resolve"], reject });
        runNext();
      }),
    async close() {
      isClosed = true;
      for (const job of queue.splice(0)) job.reject(sandboxError("crashed", "the sandbox was closed"));
      for (const member of members) member.end();
    },
  };
}
