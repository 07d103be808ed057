import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { AppError, isRefusal } from "#lib/errors.ts";
import { keysError } from "#lib/ports/keys.ts";
import type { TaskName, TokenAccess, TokenReply, TokenRequest, TokenTasks } from "./protocol.ts";
import { sessionLost, TokenLost } from "./token-failures.ts";

export interface TokenLinkSettings {
  readonly module: string;
  readonly token: string;
  /** Read anew for each start of the module, so that a file with a new PIN is enough. */
  pin(): Promise<string>;
  /** What the vendor's module finds in its environment; our own settings are not its business. */
  readonly environment: Readonly<Record<string, string>>;
  /** In place of the limits below, in tests. */
  readonly answerWithinMs?: number;
}

/** Loading a vendor's module, logging in and signing take seconds at worst; RSA-4096 keys on a slow token minutes. */
const ANSWER_WITHIN_MS = 20_000;
const CREATE_WITHIN_MS = 180_000;
const ENTRY = fileURLToPath(new URL("./token-process.ts", import.meta.url));
const PIN_REFUSALS = ["keys/wrong-pin", "keys/pin-count-low", "keys/last-pin-try", "keys/token-locked"];

interface Pending {
  readonly task: TaskName;
  resolve(output: never): void;
  reject(error: Error): void;
}

/** One process with one loaded module, and what it still owes an answer to. */
class ModuleProcess {
  readonly #child: ChildProcess;
  readonly #pending = new Map<number, Pending>();
  readonly #limits: { readonly answer: number; readonly create: number };
  #count = 0;
  #isRetired = false;
  isGone = false;

  constructor({ environment, answerWithinMs }: TokenLinkSettings) {
    this.#limits = {
      answer: answerWithinMs ?? ANSWER_WITHIN_MS,
      create: answerWithinMs ?? CREATE_WITHIN_MS,
    };
    this.#child = spawn(process.execPath, [ENTRY], {
      env: environment as NodeJS.ProcessEnv,
      stdio: ["ignore", "ignore", "ignore", "ipc"],
      serialization: "advanced",
    });
    this.#child.on("message", (reply: TokenReply) => this.#settle(reply));
    this.#child.on("error", () => this.end("the process of the module did not start"));
    this.#child.on("exit", (code, signal) => this.end(`the process of the module ended (${signal ?? code})`));
    this.#rest();
  }

  ask<Task extends TaskName>(
    task: Task,
    input: Parameters<TokenTasks[Task]>[0],
  ): Promise<ReturnType<TokenTasks[Task]>> {
    return new Promise((resolve, reject) => {
      const number = ++this.#count;
      const ms = this.#limits[task === "create" || task === "take" ? "create" : "answer"];
      const clock = setTimeout(() => {
        // What hangs in there cannot be called back, only ended, with all that waits behind it.
        reject(keysError("unavailable", `the token did not answer within ${ms} ms (${task})`));
        this.end("another call hung");
      }, ms);
      const settle = () => {
        clearTimeout(clock);
        this.#pending.delete(number);
        this.#rest();
      };
      this.#pending.set(number, {
        task,
        resolve(output) {
          settle();
          resolve(output);
        },
        reject(error) {
          settle();
          reject(error);
        },
      });
      for (const held of [this.#child, this.#child.channel]) held?.ref();
      const request: TokenRequest = { number, task, input };
      this.#child.send(request, (error) => error && this.end("the process of the module is gone"));
    });
  }

  /** Ends the process once it owes nothing; nothing more is asked of it. */
  retire(): void {
    this.#isRetired = true;
    this.#rest();
  }

  /** Ends the process; what it owes may be asked of another. */
  end(why: string): void {
    if (this.isGone) return;
    this.isGone = true;
    this.#child.kill("SIGKILL");
    for (const { task, reject } of [...this.#pending.values()])
      reject(new TokenLost(`${why} while it was asked to ${task}`, task === "sign"));
  }

  #settle(reply: TokenReply): void {
    const pending = this.#pending.get(reply.number);
    if (reply.is === "done") pending?.resolve(reply.output as never);
    else if (reply.is === "refused") pending?.reject(new AppError(reply.kind, reply.code, reply.message));
    else {
      pending?.reject(new TokenLost(reply.message, pending.task === "sign"));
      this.end("the token was lost");
    }
  }

  /** A process that owes nothing does not keep ours alive. */
  #rest(): void {
    if (this.#pending.size > 0) return;
    if (this.#isRetired) this.end("another took its place");
    if (this.isGone) return;
    for (const held of [this.#child, this.#child.channel]) held?.unref();
  }
}

/**
 * The way to a token through a process of its own: PKCS #11 calls block, and a vendor's module that hangs or crashes
 * would take the worker with it. It is started at first use, and anew when token or module were lost.
 */
export class TokenLink {
  readonly #settings: TokenLinkSettings;
  #connected: Promise<ModuleProcess> | null = null;
  #process: ModuleProcess | null = null;
  /** Of the PIN that the process in use has logged in with. */
  #pinSha256: string | null = null;
  /** A PIN that was refused is not tried again: that would lock the token. */
  #refused: { readonly pinSha256: string; readonly refusal: AppError } | null = null;

  constructor(settings: TokenLinkSettings) {
    this.#settings = settings;
  }

  /** @throws keys/unavailable, keys/session-lost and what the token refuses; a lost token is started anew and asked again, once */
  async ask<Task extends TaskName>(
    task: Task,
    input: Parameters<TokenTasks[Task]>[0],
  ): Promise<ReturnType<TokenTasks[Task]>> {
    try {
      return await this.#attempt(task, input);
    } catch (error) {
      if (!(error instanceof TokenLost)) throw error;
      // Whether the key was made nobody knows: whoever asked decides about another.
      if (task === "create") throw keysError("unavailable", error.message);
    }
    try {
      return await this.#attempt(task, input);
    } catch (error) {
      if (!(error instanceof TokenLost)) throw error;
      throw error.wasSigning ? sessionLost(error.message) : keysError("unavailable", error.message);
    }
  }

  /**
   * Tries a PIN that was changed where it is kept, once, beside the log-in that goes on: with a right one the next
   * signatures are made by a process of its own, a wrong one disturbs nothing that is under way.
   *
   * @throws what the token says of the new PIN, each time until there is another
   */
  async takeNewPin(): Promise<void> {
    if (this.#pinSha256 === null || !this.#process || this.#process.isGone) return;
    const pin = await this.#settings.pin();
    if (sha256Of(pin) === this.#pinSha256) return;
    const before = this.#process;
    const fresh = await this.#logIn(pin);
    if (this.#process !== before) return fresh.retire();
    this.#process = fresh;
    this.#connected = Promise.resolve(fresh);
    this.#pinSha256 = sha256Of(pin);
    before.retire();
  }

  close(): void {
    this.#process?.end("it was closed");
    this.#connected = null;
  }

  async #attempt<Task extends TaskName>(task: Task, input: Parameters<TokenTasks[Task]>[0]) {
    const connected = (this.#connected ??= this.#connect());
    try {
      const process = await connected;
      if (!process.isGone) return await process.ask(task, input);
      throw new TokenLost("the process of the module is gone");
    } catch (error) {
      const isOver = error instanceof TokenLost || (this.#process?.isGone ?? true);
      if (isOver && this.#connected === connected) this.#connected = null;
      throw error;
    }
  }

  async #connect(): Promise<ModuleProcess> {
    this.#process = null;
    this.#pinSha256 = null;
    const pin = await this.#settings.pin();
    const process = await this.#logIn(pin);
    this.#process = process;
    this.#pinSha256 = sha256Of(pin);
    return process;
  }

  async #logIn(pin: string): Promise<ModuleProcess> {
    const { module, token } = this.#settings;
    const pinSha256 = sha256Of(pin);
    if (this.#refused?.pinSha256 === pinSha256) throw this.#refused.refusal;
    const process = new ModuleProcess(this.#settings);
    const access: TokenAccess = { module, token, pin };
    try {
      await process.ask("connect", access);
      return process;
    } catch (error) {
      process.end("it could not be connected");
      if (isRefusal(error) && PIN_REFUSALS.includes(error.code))
        this.#refused = { pinSha256, refusal: error };
      throw error;
    }
  }
}

const sha256Of = (pin: string): string => createHash("sha256").update(pin).digest("hex");
