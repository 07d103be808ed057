import { Worker } from "node:worker_threads";
import type { Sandbox, Tasks } from "#lib/ports/sandbox.ts";
import type { StartIsolate } from "./isolate.ts";
import { MEMORY_BYTES, pool, type SandboxSettings } from "./pool.ts";

/**
 * A thread that reaches V8's own limit takes the whole process with it when a single large allocation does it
 * (measured: a growing Map). So that limit is out of reach, and the pool's watch ends the thread before.
 */
const HARD_LIMIT_FACTOR = 4;

/**
 * A sandbox of worker threads: quick to start, and buffers can be moved instead of copied. It holds what may take
 * too long or too much by accident. For hostile bytes take `processes`: a thread shares this process's fate.
 */
export function threads<T extends Tasks>(settings: SandboxSettings): Sandbox<T> {
  return pool(startThread(settings), settings);
}

function startThread({ entry, memoryBytes = MEMORY_BYTES }: SandboxSettings): StartIsolate {
  return (onEvent) => {
    const maxOldGenerationSizeMb = Math.ceil((memoryBytes * HARD_LIMIT_FACTOR) / 1024 ** 2);
    // No environment and no arguments: what a task needs is in its input.
    const apart = { env: {}, argv: [], execArgv: [], resourceLimits: { maxOldGenerationSizeMb } };
    const worker = new Worker(entry, apart);
    let failure: (Error & { code?: string }) | null = null;
    worker.on("message", onEvent);
    worker.on("error", (error: Error) => {
      failure = error;
    });
    worker.on("exit", (code) => {
      const cause = failure ?? new Error(`the thread ended with ${code}`);
      onEvent({ is: "ended", isOutOfMemory: failure?.code === "ERR_WORKER_OUT_OF_MEMORY", cause });
    });

    return {
      send: (request, transfer) => worker.postMessage(request, transfer),
      async heldBytes() {
        const statistics = await worker.getHeapStatistics().catch(() => null);
        return statistics ? statistics.used_heap_size + statistics.external_memory : 0;
      },
      setIdle: (isIdle) => (isIdle ? worker.unref() : worker.ref()),
      // Not waited for: a thread inside native code ends only when that returns.
      end: () => void worker.terminate(),
    };
  };
}
