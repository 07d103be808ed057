import { AppError } from "#lib/errors.ts";
import { sandboxError } from "#lib/ports/sandbox.ts";
import type { Isolate, IsolateEvent, Request, StartIsolate } from "./isolate.ts";

export interface Job extends Request {
  readonly transfer: readonly ArrayBuffer[];
  readonly timeoutMs: number;
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Of its memory, what an isolate may still hold when it is given the next job. Most of that is free for the job: what
 * drew pages keeps some 350 MB that its allocator uses again (measured, after 60 pages: 60 MB of it in use).
 */
const REUSABLE_SHARE = 2 / 3;
/** From starting an isolate to its first sign of life. */
const START_TIMEOUT_MS = 30_000;
const WATCH_EVERY_MS = 50;

/** One isolate of a pool: does a job at a time and is ended when one breaks its limits. */
export class PoolMember {
  readonly #isolate: Isolate;
  readonly #memoryBytes: number;
  readonly #onGone: (member: PoolMember) => void;
  #listen: (event: IsolateEvent) => void = () => {};
  #isReady = false;
  #isGone = false;
  #isFresh = true;

  constructor(start: StartIsolate, memoryBytes: number, onGone: (member: PoolMember) => void) {
    this.#memoryBytes = memoryBytes;
    this.#onGone = onGone;
    this.#isolate = start((event) => {
      if (event.is === "ready") this.#isReady = true;
      this.#listen(event);
      if (event.is === "ended") this.end();
    });
  }

  /**
   * Answers the job; resolves when the isolate has done with it.
   *
   * @param doAgain called instead of an answer, before this isolate ends, when the memory that ran out was not this job's
   *   alone: earlier ones had left something behind.
   */
  perform(job: Job, doAgain: () => void): Promise<void> {
    const isBlamed = this.#isFresh || job.transfer.length > 0;
    this.#isFresh = false;
    return new Promise((finish) => {
      let clock: NodeJS.Timeout | undefined;
      let isSettled = false;
      const settle = (answer: () => void) => {
        isSettled = true;
        clearTimeout(clock);
        clearInterval(watch);
        this.#listen = () => {};
        answer();
        finish();
      };
      const refuse = (name: "timed-out" | "out-of-memory", why: string) => {
        const isOthers = name === "out-of-memory" && !isBlamed;
        settle(isOthers ? doAgain : () => job.reject(sandboxError(name, `task ${job.task} ${why}`)));
        this.end();
      };
      const allow = (ms: number) => {
        clearTimeout(clock);
        clock = setTimeout(() => refuse("timed-out", `took more than ${ms} ms`), ms);
      };
      const watch = setInterval(async () => {
        const heldBytes = await this.#isolate.heldBytes();
        const isOver = heldBytes > this.#memoryBytes && !isSettled;
        if (isOver) refuse("out-of-memory", `held ${heldBytes} bytes of ${this.#memoryBytes}`);
      }, WATCH_EVERY_MS);

      this.#listen = (event) => {
        if (event.is === "ready") allow(job.timeoutMs);
        else if (event.is === "ended" && event.isOutOfMemory && !isBlamed) settle(doAgain);
        else settle(() => answerJob(job, event));
      };
      allow(this.#isReady ? job.timeoutMs : START_TIMEOUT_MS + job.timeoutMs);
      this.#isolate.setIdle(false);
      try {
        this.#isolate.send({ task: job.task, input: job.input }, job.transfer);
      } catch (error) {
        settle(() => job.reject(error));
      }
    });
  }

  /** Whether another job may follow; one that grew so much that the next could not run in it is ended. */
  async isReusable(): Promise<boolean> {
    if (!this.#isGone && (await this.#isolate.heldBytes()) > this.#memoryBytes * REUSABLE_SHARE) this.end();
    if (!this.#isGone) this.#isolate.setIdle(true);
    return !this.#isGone;
  }

  end(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#isolate.setIdle(true);
    this.#isolate.end();
    this.#onGone(this);
  }
}

type Answer = Exclude<IsolateEvent, { is: "ready" }>;

function answerJob(job: Job, answer: Answer): void {
  if (answer.is === "done") job.resolve(answer.output);
  else job.reject(errorOf(job.task, answer));
}

function errorOf(task: string, answer: Exclude<Answer, { is: "done" }>): Error {
  if (answer.is === "refused") return new AppError(answer.kind, answer.code, answer.message);
  if (answer.is === "failed") {
    const { name, message, stack } = answer;
    return Object.assign(new Error(message), { name, stack });
  }
  const name = answer.isOutOfMemory ? "out-of-memory" : "crashed";
  return sandboxError(name, `task ${task} ended its isolate`, { cause: answer.cause });
}
