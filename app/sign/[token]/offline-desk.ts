import type { RefusedAct, Screen } from "#components/signing/offline/signing-kit.ts";
import type { CeremonyView } from "#lib/signing/open-ceremony.ts";
import type { OfflineKeeping } from "./offline-keeping.ts";

/** How things stand on this device while the network is away. */
export interface OfflineState {
  /** What lies on this device: nothing yet, all that is needed, or nothing because the browser keeps nothing. */
  readonly phase: "idle" | "ready" | "not-kept";
  readonly isAway: boolean;
  /** How many acts the server does not have. */
  readonly waiting: number;
  /** When Finish was pressed here, by this device's clock. */
  readonly finishedAt: string | null;
  /** Until when it can be sent. */
  readonly expiresAt: Date | null;
  readonly isSending: boolean;
  /** An answer was given that is kept on the server alone. */
  readonly isFieldBlocked: boolean;
  /** Why not everything was applied: each with the field it is about, where it is about one. */
  readonly problems: readonly OfflineProblem[];
}

export interface OfflineProblem {
  /** As a refusal's. */
  readonly code: string;
  readonly fieldId: string | null;
}

export interface Marks {
  readonly signature: string;
  readonly initials: string | null;
}

type ShownMarks = { readonly [which in keyof Marks]: string | null };

/** What the part that keeps things on this device has of the desk. */
export interface Host {
  readonly token: string;
  /** Names what the page can say. */
  readonly sentences: string;
  view(): CeremonyView;
  state(): OfflineState;
  set(change: Partial<OfflineState>): void;
  marks(): ShownMarks;
  keepMarks(marks: ShownMarks): void;
  /** What an earlier page left on this device is known. */
  looked(): void;
  /** The next touch begins anew. */
  beginAgain(): void;
  restore(screen: Screen): void;
  sent(): void;
  refused(refused: readonly RefusedAct[]): void;
}

const RETRY_MS = 10_000;
const PROBE_MS = 5_000;
const BEGIN_MS = 1_500;
/** A browser that does not say what it keeps holds nothing up any longer. */
const LOOKING_MS = 3_000;

const START: OfflineState = {
  ...{ phase: "idle", isAway: false, waiting: 0, finishedAt: null, expiresAt: null },
  ...{ isSending: false, isFieldBlocked: false, problems: [] },
};

/**
 * What a signing page knows of being without a network before anything is kept on the device. What keeps, `OfflineKeeping`,
 * comes as a script of its own with what it keeps, while the network is there.
 */
export class OfflineDesk {
  #state = START;
  #keeping: OfflineKeeping | null = null;
  #listeners = new Set<() => void>();
  #beginning: Promise<void> | null = null;
  /** What an earlier page left on this device is known: what is done here comes after it. */
  #looking: Promise<void> = Promise.resolve();
  #marks: ShownMarks = { signature: null, initials: null };
  readonly #token: string;
  readonly #sentences: string;
  #view: CeremonyView;
  #onRestore: (screen: Screen) => void = () => {};
  #onSent: () => void = () => {};
  #onRefused: (refused: readonly RefusedAct[]) => void = () => {};
  #onLooked: () => void = () => {};

  /** @param sentences names what the page can say. */
  constructor(token: string, view: CeremonyView, sentences: string) {
    this.#token = token;
    this.#sentences = sentences;
    this.#view = view;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  readonly snapshot = (): OfflineState => this.#state;
  readonly serverSnapshot = (): OfflineState => START;

  show(view: CeremonyView): void {
    this.#view = view;
  }

  /** Looks after the network, and after what was left on this device; a kit is made once somebody touches the page. */
  watch(on: {
    restore(screen: Screen): void;
    sent(): void;
    /** What the server did not take, to be put right on the page. */
    refused(refused: readonly RefusedAct[]): void;
  }): () => void {
    this.#onRestore = on.restore;
    this.#onSent = on.sent;
    this.#onRefused = on.refused;
    if (this.#view.inPerson || !isAble()) return () => {};
    const events = new AbortController();
    const { signal } = events;
    const look = () => {
      this.#set({ isAway: !navigator.onLine });
      if (navigator.onLine) void this.send();
    };
    const onVisible = () => document.visibilityState === "visible" && look();
    window.addEventListener("online", look, { signal });
    window.addEventListener("offline", look, { signal });
    document.addEventListener("visibilitychange", onVisible, { signal });
    const retry = setInterval(onVisible, RETRY_MS);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const touched = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        void this.#begin();
      }, BEGIN_MS);
    };
    // A press that begins before anybody listens here ends with a click.
    for (const type of ["pointerdown", "click", "keydown", "scroll"])
      window.addEventListener(type, touched, { signal, passive: true, capture: true });
    this.#looking = new Promise((resolve) => {
      this.#onLooked = resolve;
      setTimeout(resolve, LOOKING_MS);
    });
    void hasDatabase().then((isThere) => (isThere ? this.#begin() : this.#onLooked()));
    return () => {
      events.abort();
      clearInterval(retry);
      clearTimeout(timer);
    };
  }

  #begin(): Promise<void> {
    this.#beginning ??= this.#prepare();
    return this.#beginning;
  }

  async #prepare(): Promise<void> {
    try {
      const { OfflineKeeping } = await import("./offline-keeping.ts");
      this.#keeping ??= new OfflineKeeping(this.#host());
      await this.#keeping.findOrMake();
    } catch {
      // Its own script did not come: the next touch tries again.
      this.#beginning = null;
    } finally {
      this.#onLooked();
    }
  }

  #host(): Host {
    return {
      ...{ token: this.#token, sentences: this.#sentences },
      view: () => this.#view,
      state: () => this.#state,
      set: (change) => this.#set(change),
      marks: () => this.#marks,
      keepMarks: (marks) => this.keepMarks(marks),
      looked: () => this.#onLooked(),
      beginAgain: () => {
        this.#beginning = null;
      },
      restore: (screen) => this.#onRestore(screen),
      sent: () => this.#onSent(),
      refused: (refused) => this.#onRefused(refused),
    };
  }

  /** Once it is known what an earlier page left on this device. */
  hasLooked(): Promise<void> {
    return this.#looking;
  }

  /** Whether what is done now belongs on this device: the network is away, or something done before still waits. */
  async isRecording(): Promise<boolean> {
    await this.#looking;
    if (!this.#keeping?.hasKit) return false;
    if (this.#state.waiting > 0) await this.send();
    return this.#state.waiting > 0;
  }

  /** Asked after the server could not be reached. */
  async canRecord(): Promise<boolean> {
    if (!this.#keeping?.hasKit || (await isReachable(this.#token))) return false;
    this.#set({ isAway: true });
    return true;
  }

  /** What is kept here once `isRecording` or `canRecord` said that it can be. */
  get here(): OfflineKeeping {
    if (!this.#keeping) throw new TypeError("nothing is kept on this device");
    return this.#keeping;
  }

  /** How a text looks as a signature, as far as this device knows it. */
  choicesFor(text: string) {
    return this.#keeping?.choicesFor(text) ?? null;
  }

  /** What marks look like that the server has. */
  keepMarks({ signature, initials }: ShownMarks): void {
    this.#marks = { signature, initials: initials ?? this.#marks.initials };
  }

  async keepScreen(screen: Screen): Promise<void> {
    await this.#keeping?.keepScreen(screen);
  }

  /** Sends what waits; said again at every chance, it does no harm. */
  async send(): Promise<void> {
    await this.#keeping?.send();
  }

  #set(change: Partial<OfflineState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener();
  }
}

/** Browsers without all of these, and pages without TLS, sign online and nothing else. */
const isAble = (): boolean =>
  window.isSecureContext &&
  "serviceWorker" in navigator &&
  "locks" in navigator &&
  "caches" in window &&
  keepsDatabases();

/** Where storage is blocked, asking for it throws. */
function keepsDatabases(): boolean {
  try {
    return typeof indexedDB?.databases === "function";
  } catch {
    return false;
  }
}

async function hasDatabase(): Promise<boolean> {
  try {
    return (await indexedDB.databases()).some(({ name }) => name === "whereof-offline");
  } catch {
    return false;
  }
}

/** Whether the server answers at all, whatever it says. */
async function isReachable(token: string): Promise<boolean> {
  if (!navigator.onLine) return false;
  try {
    await fetch(`/sign/${token}/progress`, { cache: "no-store", signal: AbortSignal.timeout(PROBE_MS) });
    return true;
  } catch {
    return false;
  }
}
