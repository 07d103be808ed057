import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { keysError } from "#lib/ports/keys.ts";
import type { SigningOutcome, SigningTask } from "./signing-thread.ts";

// Node's own thread pool is handed one operation at a time, and handing over takes as long as signing does.

interface Waiting {
  readonly task: SigningTask;
  resolve(signature: Uint8Array | null): void;
  reject(error: unknown): void;
}

interface Thread {
  readonly worker: Worker;
  /** What it is at; empty when it waits. */
  batch: readonly Waiting[];
}

const MOST_THREADS = Math.min(4, availableParallelism());
const BATCH = 16;
const waiting: Waiting[] = [];
const threads = new Set<Thread>();
let isHandingOut = false;

/**
 * Signs with a curve's key and verifies the signature, in a thread beside others: several messages take less time
 * together than one after the other. The threads share the key with this one; it is not written out.
 *
 * @returns DER; null when the signature does not verify
 * @throws keys/unavailable
 */
export function signInThread(task: SigningTask): Promise<Uint8Array | null> {
  return new Promise((resolve, reject) => {
    waiting.push({ task, resolve, reject });
    if (isHandingOut) return;
    isHandingOut = true;
    queueMicrotask(handOut);
  });
}

function handOut(): void {
  isHandingOut = false;
  while (waiting.length > 0) {
    const idle = [...threads].filter(({ batch }) => batch.length === 0);
    const thread = idle[0] ?? (threads.size < MOST_THREADS ? startThread() : null);
    if (!thread) return;
    const free = idle.length + MOST_THREADS - threads.size;
    thread.batch = waiting.splice(0, Math.min(BATCH, Math.ceil(waiting.length / Math.max(1, free))));
    thread.worker.ref();
    thread.worker.postMessage(thread.batch.map(({ task }) => task));
  }
}

function startThread(): Thread {
  const worker = new Worker(new URL("./signing-thread.ts", import.meta.url));
  const thread: Thread = { worker, batch: [] };
  threads.add(thread);
  worker.on("message", (outcomes: readonly SigningOutcome[]) => {
    const done = thread.batch;
    thread.batch = [];
    worker.unref();
    for (const [index, one] of done.entries()) settle(one, outcomes[index]!);
    handOut();
  });
  const end = (why: unknown) => {
    if (!threads.delete(thread)) return;
    for (const one of thread.batch)
      one.reject(keysError("unavailable", "a signing thread ended", { cause: why }));
    handOut();
  };
  worker.on("error", end);
  worker.on("exit", end);
  return thread;
}

function settle({ resolve, reject }: Waiting, outcome: SigningOutcome): void {
  if (outcome !== null && "failed" in outcome) reject(keysError("unavailable", outcome.failed));
  else resolve(outcome);
}
