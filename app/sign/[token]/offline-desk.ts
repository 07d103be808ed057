import type {
  NotKept,
  RefusedAct,
  Screen,
  SentAnswer,
  SigningKit,
} from "#components/signing/offline/signing-kit.ts";
import { sentencesAddress } from "#components/signing/sentences.ts";
import type { SaveAnswer } from "#components/signing/value-queue.ts";
import { isNumber } from "#lib/envelopes/core/fields/field-types.ts";
import type { MarkInput } from "#lib/signing/adopt-mark.ts";
import type { CeremonyView } from "#lib/signing/open-ceremony.ts";
import { loadSheets } from "./use-sheets.ts";

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

interface Marks {
  readonly signature: string;
  readonly initials: string | null;
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

/** Everything of the signing page that has to do with being without a network; its larger part is loaded when needed. */
export class OfflineDesk {
  #state = START;
  #kit: SigningKit | null = null;
  #listeners = new Set<() => void>();
  #beginning: Promise<void> | null = null;
  /** What an earlier page left on this device is known: what is done here comes after it. */
  #looking: Promise<void> = Promise.resolve();
  #isOver = false;
  #recorded = 0;
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
      await this.#findOrMake(await import("#components/signing/offline/signing-kit.ts"));
    } catch {
      // Its own script did not come: the next touch tries again.
      this.#beginning = null;
    } finally {
      this.#onLooked();
    }
  }

  async #findOrMake(kits: typeof import("#components/signing/offline/signing-kit.ts")): Promise<void> {
    try {
      this.#kit = await kits.SigningKit.find(this.#token);
      if (this.#kit?.isChanged) {
        const changed = this.#kit;
        this.#kit = null;
        this.#onLooked();
        if (!navigator.onLine) return;
        await changed.giveUp();
        this.#set({ problems: [{ code: "offline/changed", fieldId: null }] });
        this.#onSent();
      }
      if (this.#kit) {
        const waiting = await this.#kit.waiting();
        const screen = await this.#kit.screen();
        const finishedAt = waiting > 0 ? (screen?.finishedAt ?? null) : null;
        this.#isOver = finishedAt !== null;
        this.#set({ phase: "ready", waiting, finishedAt, expiresAt: this.#kit.expiresAt });
        if (screen && (waiting > 0 || !navigator.onLine)) this.#onRestore(screen);
        this.#onLooked();
        if (waiting > 0) return void this.send();
        // Sent from elsewhere, or just before the page went: what was refused is still to be told.
        if (navigator.onLine && this.#kit.hasSent) {
          const answer = await this.#kit.send(true);
          if (answer && (answer.state !== "open" || answer.refused.length > 0))
            return await this.#take(this.#kit, answer);
        }
        if (!navigator.onLine || this.#kit.content.shown === shownOf(this.#view)) return;
      }
      this.#onLooked();
      await loadControls(this.#view);
      this.#kit = await kits.SigningKit.make({
        ...{ token: this.#token, title: this.#view.title, sender: this.#view.sender.name },
        ...{ shown: shownOf(this.#view), files: filesOf(this.#token, this.#view, this.#sentences) },
      });
      // Without the page that lists what is kept the kit serves all the same: the next one brings it.
      await kits.keepListPage().catch(() => {});
      this.#set({ phase: "ready", expiresAt: this.#kit.expiresAt });
    } catch (error) {
      const isRefusedHere =
        error instanceof kits.NotKept || (error as NotKept | null)?.name === "SecurityError";
      if (isRefusedHere || error instanceof DOMException) this.#set({ phase: "not-kept" });
      // The network may have gone meanwhile: the next touch tries again.
      else this.#beginning = null;
    }
  }

  /** Once it is known what an earlier page left on this device. */
  hasLooked(): Promise<void> {
    return this.#looking;
  }

  /** Whether what is done now belongs on this device: the network is away, or something done before still waits. */
  async isRecording(): Promise<boolean> {
    await this.#looking;
    if (!this.#kit) return false;
    if (this.#state.waiting > 0) await this.send();
    return this.#state.waiting > 0;
  }

  /** Asked after the server could not be reached. */
  async canRecord(): Promise<boolean> {
    if (!this.#kit || (await isReachable(this.#token))) return false;
    this.#set({ isAway: true });
    return true;
  }

  /** After Finish nothing more is done: a page that is still in view then was looked at before. */
  async record(act: object): Promise<void> {
    if (!this.#isOver) await this.#add(act);
  }

  async #add(act: object): Promise<void> {
    await this.#kit!.record(act);
    this.#countOneMore();
  }

  #countOneMore(): void {
    this.#recorded++;
    this.#set({ waiting: this.#state.waiting + 1 });
  }

  /** None is left out that was recorded while they were counted. */
  async #countWaiting(kit: SigningKit): Promise<number> {
    for (;;) {
      const before = this.#recorded;
      const waiting = await kit.waiting();
      if (this.#recorded === before) return waiting;
    }
  }

  async fill(fieldId: string, value: string, locale: string): Promise<SaveAnswer> {
    const field = this.#view.fields.find(({ id }) => id === fieldId);
    if (this.#kit?.content.blocks.fieldIds.includes(fieldId)) {
      this.#set({ isFieldBlocked: true });
      throw new TypeError("kept on the server alone");
    }
    const numeric = field && isNumber(field.type) ? { locale } : {};
    await this.record({ type: "fill", fieldId, value, ...numeric });
    const isMark = field?.type === "signature" || field?.type === "initials";
    const svg = isMark && value !== "" ? this.#marks[field.type as "signature" | "initials"] : null;
    return { svg, asOf: "on-device" };
  }

  #marks: { signature: string | null; initials: string | null } = { signature: null, initials: null };

  /** @returns why the file is not kept on this device; null when it is. */
  async give(fieldId: string, file: File): Promise<"too-large" | "not-kept" | null> {
    try {
      await this.#kit!.give(fieldId, file);
    } catch (error) {
      const kits = await import("#components/signing/offline/signing-kit.ts");
      if (error instanceof kits.TooLarge) return "too-large";
      if (error instanceof kits.NotKept) return "not-kept";
      throw error;
    }
    this.#countOneMore();
    return null;
  }

  /** Why Finish or consent need a network; null where they do not. */
  blockOf(what: "finish" | "consent"): string | null {
    const { isFinishBlocked, isConsentBlocked } = this.#kit!.content.blocks;
    if (what === "finish") return isFinishBlocked ? "offline/finish" : null;
    return isConsentBlocked ? "offline/consent" : null;
  }

  /** How a text looks as a signature, as far as this device knows it. */
  choicesFor(text: string) {
    return this.#kit?.content.marks[text.trim()] ?? null;
  }

  /** Takes marks on this device. @returns what they look like, or a refusal's code. */
  async adopt(signature: MarkInput, initials: MarkInput | null): Promise<Marks | string> {
    const made = await this.#drawn(signature);
    if (made.code) return made.code;
    const small = initials ? await this.#drawn(initials) : null;
    if (small?.code) return small.code;
    await this.record({ type: "adopt", signature, initials });
    const marks = { signature: made.svg!, initials: small?.svg ?? null };
    this.keepMarks(marks);
    return marks;
  }

  /** What marks look like that the server has. */
  keepMarks({ signature, initials }: { signature: string | null; initials: string | null }): void {
    this.#marks = { signature, initials: initials ?? this.#marks.initials };
  }

  async #drawn(mark: MarkInput): Promise<{ code?: string; svg?: string }> {
    if (mark.type === "typed") {
      const svg = this.choicesFor(mark.text)?.find(({ style }) => style === mark.style)?.svg;
      return svg ? { svg } : { code: "offline/name" };
    }
    if (mark.type === "uploaded") return { code: "offline/picture" };
    if (mark.type === "kept") {
      const svg = this.#view.kept?.signature;
      return svg ? { svg } : { code: "offline/picture" };
    }
    const { strokesSvg } = await import("#components/signing/offline/strokes-svg.ts");
    const svg = strokesSvg(mark.strokes, mark.aspect);
    return svg ? { svg } : { code: "signing/mark-too-small" };
  }

  async finish(act: object): Promise<void> {
    this.#isOver = true;
    await this.#add(act);
    this.#set({ finishedAt: new Date().toISOString() });
  }

  async keepScreen(screen: Screen): Promise<void> {
    await this.#kit?.keepScreen(screen);
  }

  /** Sends what waits; said again at every chance, it does no harm. */
  async send(): Promise<void> {
    const kit = this.#kit;
    if (!kit || this.#state.waiting === 0 || this.#state.isSending) return;
    this.#set({ isSending: true });
    try {
      const answer = await kit.send();
      await this.#take(kit, answer);
    } catch (error) {
      const isAway = error instanceof TypeError || error instanceof DOMException;
      if (isAway) this.#set({ isAway: true });
      else await this.#giveUp(kit, (error as { code?: string }).code ?? "internal");
    } finally {
      this.#set({ isSending: false });
    }
  }

  async #take(kit: SigningKit, answer: SentAnswer | null): Promise<void> {
    // What was done while the rest was on its way goes after it, before anything is wiped or shown anew.
    const waiting = answer?.state === "open" ? await this.#countWaiting(kit) : 0;
    this.#set({ waiting, isAway: false, isFieldBlocked: false });
    if (waiting > 0) {
      const next = await kit.send();
      // What it says of the whole is the newest; what was put right meanwhile is not in it.
      return this.#take(kit, next ?? answer);
    }
    if (!answer) return;
    const refused = answer.state === "open" ? answer.refused : [];
    if (answer.state !== "open" || refused.length > 0) await this.#end(kit, problemsOf(refused));
    this.#onSent();
    this.#onRefused(refused);
  }

  /** The person has to show again who they are, or the server takes nothing of it: then that is said. */
  async #giveUp(kit: SigningKit, code: string): Promise<void> {
    if (code === "authorize/check-missing") return this.#onSent();
    await this.#end(kit, [{ code, fieldId: null }]);
    this.#onSent();
  }

  async #end(kit: SigningKit, problems: readonly OfflineProblem[]): Promise<void> {
    await kit.wipe();
    this.#kit = null;
    this.#isOver = false;
    this.#beginning = null;
    this.#set({ phase: "idle", finishedAt: null, waiting: 0, expiresAt: null, problems });
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

/** That Finish waited for the others says nothing that they do not. */
function problemsOf(refused: readonly RefusedAct[]): readonly OfflineProblem[] {
  const told = refused.map(({ code, fieldId }) => ({ code, fieldId }));
  const others = told.filter(({ code }) => code !== "signing/offline-act-before");
  return others.length > 0 ? others : told;
}

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

const shownOf = ({ documents }: CeremonyView): string =>
  documents.map(({ id, sha256 }) => `${id} ${sha256}`).join();

const filesOf = (token: string, { documents }: CeremonyView, sentences: string): string[] => [
  `/sign/${token}`,
  sentencesAddress(token, sentences),
  ...documents.flatMap(({ id, revision, pages }) =>
    pages.flatMap((_, page) => {
      const path = `/sign/${token}/pages/${id}/${revision}/${page}`;
      return [`${path}?w=1240`, `${path}/text`];
    }),
  ),
];

/** What a field needs is loaded with its first use: here that is before the network goes. */
async function loadControls(view: CeremonyView): Promise<void> {
  await Promise.all([loadSheets(), import("#components/signing/offline/offline-notices.tsx")]);
  if (view.fields.length === 0) return;
  await Promise.all([
    import("#components/signing/choice-control.tsx"),
    import("#components/signing/answer-control.tsx"),
    import("#components/signing/file-control.tsx"),
    import("#components/signing/fixed-control.tsx"),
    import("#components/signing/offline/strokes-svg.ts"),
  ]);
}
