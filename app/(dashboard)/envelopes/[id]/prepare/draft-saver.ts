/** How what is on screen and what is kept go together. */
export type SaveState =
  | { readonly kind: "saved" | "unsaved" | "saving" | "offline" | "conflict" }
  | { readonly kind: "refused"; readonly code: string };

export type SaveAnswer =
  | { readonly isSaved: true; readonly version: number }
  | { readonly isSaved: false; readonly code: string };

export interface SaverOptions<T> {
  /** Of what is kept when the window opens. */
  readonly version: number;
  /** Rejects when nothing answered; it may have been saved all the same. */
  save(version: number, content: T): Promise<SaveAnswer>;
  /** What is kept now. */
  load(): Promise<{ readonly version: number; readonly content: T }>;
  isSame(a: T, b: T): boolean;
  readonly pauseMs?: number;
}

const PAUSE_MS = 800;
const FIRST_RETRY_MS = 2_000;
const LONGEST_RETRY_MS = 30_000;

/**
 * Saves a draft while it is worked on: soon after each change, again when nothing answers, and never over what
 * another window has saved. Uploads and removals of this window raise the version too and are no conflict.
 */
export class DraftSaver<T> {
  readonly #options: SaverOptions<T>;
  readonly #listeners = new Set<() => void>();
  /** Versions this window itself went through, from each to the next. */
  readonly #steps = new Map<number, number>();
  #version: number;
  #state: SaveState = { kind: "saved" };
  #content: T | null = null;
  #isDirty = false;
  #operations = 0;
  #unanswered: { readonly content: T } | null = null;
  #tries = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> | null = null;

  constructor(options: SaverOptions<T>) {
    this.#options = options;
    this.#version = options.version;
  }

  get version(): number {
    return this.#version;
  }

  /** Something else that raises the version is under way. */
  get isOperating(): boolean {
    return this.#operations > 0;
  }

  readonly getState = (): SaveState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** The screen shows something else now. */
  change(content: T): void {
    this.#content = content;
    this.#isDirty = true;
    if (this.#state.kind === "conflict") return;
    if (this.#state.kind !== "offline") this.#set({ kind: "unsaved" });
    this.#later(this.#state.kind === "offline" ? this.#retryMs() : (this.#options.pauseMs ?? PAUSE_MS));
  }

  /** The server itself has changed the same thing on both sides: nothing to save, but nothing to undo it either. */
  refresh(content: T): void {
    this.#content = content;
  }

  /** Saves what is unsaved now. @returns whether everything is kept. */
  async flush(): Promise<boolean> {
    clearTimeout(this.#timer);
    await this.#running;
    while (this.#isDirty && this.#state.kind !== "conflict") {
      await this.#run();
      if (this.#isDirty && this.#state.kind !== "unsaved") return false;
    }
    return !this.#isDirty;
  }

  /** Something else that raises the version has begun: a conflict may be its doing until it has ended. */
  operationBegan(): void {
    this.#operations++;
  }

  /** @param version what it raised the version to; null when it failed. */
  operationEnded(version: number | null): void {
    this.#operations--;
    if (version !== null) this.#step(version - 1, version);
    if (this.#isDirty && this.#state.kind === "unsaved") this.#later(0);
  }

  /** The person has chosen what stays: the screen goes on from that version. */
  adopt(version: number, content: T | null): void {
    clearTimeout(this.#timer);
    this.#version = version;
    this.#unanswered = null;
    this.#isDirty = content !== null;
    this.#content = content;
    this.#set({ kind: content === null ? "saved" : "unsaved" });
    if (content !== null) this.#later(0);
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #later(delayMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#run(), delayMs);
  }

  #run(): Promise<void> {
    this.#running ??= this.#saveOnce().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async #saveOnce(): Promise<void> {
    if (!this.#isDirty || this.#content === null) return;
    const [content, base] = [this.#content, this.#version];
    this.#isDirty = false;
    this.#set({ kind: "saving" });
    let answer: SaveAnswer;
    try {
      answer = await this.#options.save(base, content);
    } catch {
      this.#unanswered = { content };
      return this.#waitForNetwork();
    }
    this.#tries = 0;
    if (answer.isSaved) {
      this.#unanswered = null;
      this.#step(base, answer.version);
      this.#goOn();
      return;
    }
    this.#isDirty = true;
    if (answer.code !== "envelopes/draft-changed") this.#set({ kind: "refused", code: answer.code });
    else await this.#settleConflict(base);
  }

  async #settleConflict(base: number): Promise<void> {
    if (this.#version !== base) return this.#goOn();
    // It goes on when the operation has ended and said which version it made.
    if (this.#operations > 0) return this.#set({ kind: "unsaved" });
    const sent = this.#unanswered;
    if (!sent) return this.#set({ kind: "conflict" });
    // The answer to an earlier try was lost: what is kept may be our own.
    try {
      const kept = await this.#options.load();
      if (!this.#options.isSame(kept.content, sent.content)) return this.#set({ kind: "conflict" });
      this.#version = kept.version;
      this.#unanswered = null;
      this.#goOn();
    } catch {
      this.#waitForNetwork();
    }
  }

  #goOn(): void {
    this.#set({ kind: this.#isDirty ? "unsaved" : "saved" });
    if (this.#isDirty) this.#later(this.#options.pauseMs ?? PAUSE_MS);
  }

  #waitForNetwork(): void {
    this.#isDirty = true;
    this.#set({ kind: "offline" });
    this.#later(this.#retryMs());
    this.#tries++;
  }

  #retryMs = () => Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#tries);

  #step(from: number, to: number): void {
    this.#steps.set(from, to);
    for (
      let next = this.#steps.get(this.#version);
      next !== undefined;
      next = this.#steps.get(this.#version)
    ) {
      this.#steps.delete(this.#version);
      this.#version = next;
    }
  }

  #set(state: SaveState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}
