import type { KeyObject } from "node:crypto";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import { concatBytes } from "#lib/bytes.ts";
import { keysError } from "#lib/ports/keys.ts";
import type { SigningBatch, SigningOutcomes, SigningPair } from "./signing-thread.ts";

// Node's own thread pool is handed one operation at a time, and handing over takes as long as signing does.

/** One message to sign, and with what. */
export interface SigningTask extends SigningPair {
  readonly message: Uint8Array;
}

interface Waiting {
  readonly task: SigningTask;
  resolve(signature: Uint8Array | null): void;
  reject(error: unknown): void;
}

interface Thread {
  readonly worker: Worker;
  /** What it is at, and what it does next; empty when it waits. */
  readonly batches: (readonly Waiting[])[];
  /** The keys it has, the earliest given first. */
  readonly keys: Map<number, SigningPair>;
}

const MOST_THREADS = Math.min(4, availableParallelism());
const BATCH = 8;
/** So that a thread goes on while what it has signed is taken over. */
const MOST_BATCHES = 2;
/** Waking a thread takes about as long as one signature. */
const LEAST = 3;
const MOST_KEYS = 4;
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
    setImmediate(handOut);
  });
}

function handOut(): void {
  isHandingOut = false;
  while (waiting.length > 0) {
    const thread = freest();
    if (!thread) return;
    const idle = [...threads].filter(({ batches }) => batches.length === 0).length;
    const free = idle + MOST_THREADS - threads.size;
    const share = Math.max(LEAST, Math.ceil(waiting.length / Math.max(1, free)));
    const batch = waiting.splice(0, Math.min(BATCH, share));
    thread.batches.push(batch);
    thread.worker.ref();
    thread.worker.postMessage(batchFor(thread, batch));
  }
}

/** Who waits, else a new one, else who has least to do. */
function freest(): Thread | null {
  const [first] = [...threads].sort((one, other) => one.batches.length - other.batches.length);
  if (first?.batches.length === 0) return first;
  if (threads.size < MOST_THREADS) return startThread();
  return first && first.batches.length < MOST_BATCHES ? first : null;
}

function batchFor({ keys }: Thread, batch: readonly Waiting[]): SigningBatch {
  const pairs = batch.map(({ task }) => numberOf(task));
  const given: [number, SigningPair][] = [];
  for (const [index, number] of pairs.entries()) {
    if (keys.has(number)) continue;
    const { privateKey, publicKey, hash } = batch[index]!.task;
    keys.set(number, { privateKey, publicKey, hash });
    given.push([number, { privateKey, publicKey, hash }]);
  }
  const inUse = new Set(pairs);
  const forgotten = [...keys.keys()]
    .filter((number) => !inUse.has(number))
    .slice(0, Math.max(0, keys.size - MOST_KEYS));
  for (const number of forgotten) keys.delete(number);
  let end = 0;
  return {
    ...{ given, forgotten, pairs },
    ends: batch.map(({ task }) => (end += task.message.length)),
    messages: concatBytes(batch.map(({ task }) => task.message)),
  };
}

const numbers = new WeakMap<
  KeyObject,
  { readonly publicKey: KeyObject; readonly hash: string; readonly number: number }[]
>();
let lastNumber = 0;

/** The same for the same key, used the same way. */
function numberOf({ privateKey, publicKey, hash }: SigningPair): number {
  const ofKey = numbers.get(privateKey) ?? [];
  const known = ofKey.find((one) => one.publicKey === publicKey && one.hash === hash);
  if (known) return known.number;
  const number = ++lastNumber;
  numbers.set(privateKey, [...ofKey, { publicKey, hash, number }]);
  return number;
}

function startThread(): Thread {
  const apart = { env: {}, argv: [], execArgv: [], name: "signing" };
  const worker = new Worker(new URL("./signing-thread.ts", import.meta.url), apart);
  const thread: Thread = { worker, batches: [], keys: new Map() };
  threads.add(thread);
  worker.on("message", (outcomes: SigningOutcomes) => {
    const done = thread.batches.shift();
    if (thread.batches.length === 0) worker.unref();
    for (const [index, one] of (done ?? []).entries()) settle(one, outcomes, index);
    handOut();
  });
  const end = (why: unknown) => {
    if (!threads.delete(thread)) return;
    for (const one of thread.batches.flat())
      one.reject(keysError("unavailable", "a signing thread ended", { cause: why }));
    handOut();
  };
  worker.on("error", end);
  worker.on("exit", end);
  return thread;
}

function settle(
  { resolve, reject }: Waiting,
  { ends, signatures, failures }: SigningOutcomes,
  index: number,
): void {
  const failed = failures[index];
  const signature = signatures.subarray(ends[index - 1] ?? 0, ends[index]);
  if (failed !== undefined) reject(keysError("unavailable", failed));
  else resolve(signature.length > 0 ? signature : null);
}
