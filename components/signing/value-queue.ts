/** A field's value on this device, and what the server knows of it. */
export interface FieldValue {
  /** As entered. */
  readonly value: string;
  /** As the server keeps it. */
  readonly saved: string;
  /** What the server's value looks like in its field. */
  readonly svg: string | null;
  /** Why the server did not take what was entered; it is asked again when that changes. */
  readonly refusal: string | null;
}

/** A field's value as the server gives it. */
export interface KnownValue {
  readonly id: string;
  readonly value: string;
  readonly svg: string | null;
}

export interface QueueState {
  readonly fields: ReadonlyMap<string, FieldValue>;
  /** The server cannot be reached, or cannot save: tries go on. */
  readonly trouble: "offline" | "failing" | null;
  /** Something is entered that the server has not taken yet. */
  readonly isUnsaved: boolean;
  /** At least one value was taken since the page was opened. */
  readonly hasSaved: boolean;
}

/** How far the envelope's trail had come when this was so; `on-device` where the server does not have it yet. */
export type AsOf = number | "on-device";

export type SaveAnswer = { readonly svg: string | null; readonly asOf: AsOf } | { readonly refusal: string };

export interface QueueSettings {
  /** Throws when the server cannot be reached or fails: the value is then sent again. */
  save(fieldId: string, value: string): Promise<SaveAnswer>;
  /** Where unsaved values outlive the page. */
  readonly storage: Pick<Storage, "getItem" | "setItem" | "removeItem"> | null;
  readonly storageKey: string;
  /**
   * Fields of one lane are sent one after the other: a radio button that overtook another of its group would be let go
   * again. By default each field has a lane of its own.
   */
  laneOf?(fieldId: string): string;
  /** Fields whose values are not to be left behind on this device. */
  isPrivate?(fieldId: string): boolean;
  /** A value as it is stored, and back: it may be read in another language than it was typed in. */
  pack?(fieldId: string, value: string): string;
  unpack?(fieldId: string, stored: string): string;
  isOnline(): boolean;
}

export const TYPING_PAUSE_MS = 600;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;

/**
 * Sends each change of a field to the server, one at a time for a lane and the newest value only, until the server
 * has taken or refused it. Nothing entered is lost while the network is away.
 */
export class ValueQueue {
  #state: QueueState;
  readonly #settings: QueueSettings;
  readonly #listeners = new Set<() => void>();
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  /** What is on its way, by field. */
  readonly #sending = new Map<string, string>();
  /** Something was sent that nobody answered for: the server may have it or not. */
  readonly #doubtful = new Set<string>();
  readonly #savedAsOf = new Map<string, number>();
  /** What an earlier page left to be taken up, as it is stored. */
  #left: Readonly<Record<string, string>>;
  #retry: ReturnType<typeof setTimeout> | null = null;
  #retryMs = FIRST_RETRY_MS;

  constructor(fields: readonly KnownValue[], settings: QueueSettings) {
    this.#settings = settings;
    this.#left = this.#stored();
    const entries = fields.map(
      ({ id, value, svg }) => [id, { value, saved: value, svg, refusal: null }] as const,
    );
    this.#state = { fields: new Map(entries), trouble: null, isUnsaved: false, hasSaved: false };
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): QueueState => this.#state;

  /** Takes up what an earlier page could not save. */
  resume(): void {
    const { unpack } = this.#settings;
    const left = this.#left;
    this.#left = {};
    for (const [id, stored] of Object.entries(left)) {
      const field = this.#state.fields.get(id);
      // What was typed here before this could run is newer.
      if (field && field.value === field.saved) this.enter(id, unpack ? unpack(id, stored) : stored, "now");
    }
  }

  /**
   * Takes the server's values as they were at `asOf`, where nothing newer was entered here: what was saved since is not
   * in them, however late they come.
   */
  refresh(fields: readonly KnownValue[], asOf: number) {
    const next = new Map(this.#state.fields);
    for (const { id, value, svg } of fields) {
      const own = next.get(id);
      const isOlder = (this.#savedAsOf.get(id) ?? 0) > asOf;
      if (own && (isOlder || this.#isUnsettled(id, own))) continue;
      next.set(id, { value, saved: value, svg, refusal: null });
    }
    this.#set({ fields: next });
  }

  /** Takes what an earlier page recorded on this device; what was entered here since is newer, and is saved after it. */
  restore({ id, value, svg }: KnownValue): void {
    const own = this.#state.fields.get(id);
    if (!own) return;
    this.#savedAsOf.set(id, Number.POSITIVE_INFINITY);
    if (!this.#isUnsettled(id, own)) this.#change(id, { value, saved: value, svg, refusal: null });
    else {
      this.#change(id, { saved: value });
      if (!this.#timers.has(id)) void this.#send(id);
    }
  }

  /** What was entered and recorded on this device, and the server did not take: it stands there to be put right. */
  refuse(id: string, value: string, refusal: string): void {
    const field = this.#state.fields.get(id);
    // What was typed since is newer.
    if (field && !this.#isUnsettled(id, field) && field.refusal === null)
      this.#change(id, { value, saved: "", refusal });
  }

  /** What was recorded on this device is on the server now, whose word counts again. */
  release(): void {
    for (const [id, asOf] of this.#savedAsOf)
      if (asOf === Number.POSITIVE_INFINITY) this.#savedAsOf.delete(id);
  }

  enter(id: string, value: string, when: "now" | "after-typing"): void {
    const field = this.#state.fields.get(id);
    if (!field) return;
    clearTimeout(this.#timers.get(id));
    this.#timers.set(
      id,
      setTimeout(() => void this.#send(id), when === "now" ? 0 : TYPING_PAUSE_MS),
    );
    this.#change(id, { value, refusal: null });
  }

  /** What was taken by another way. */
  adopt({ id, value, svg }: KnownValue, asOf: AsOf): void {
    this.#keepAsOf(id, asOf);
    if (this.#state.fields.has(id)) this.#change(id, { value, saved: value, svg, refusal: null });
    this.#set({ hasSaved: true });
  }

  /** Typing is over: what is open of this field is sent now. */
  settle(id: string): void {
    if (this.#isOpen(id)) void this.#send(id);
  }

  /** Asks the server to draw a value again that it has already. */
  redraw(id: string): void {
    const field = this.#state.fields.get(id);
    if (field) void this.#send(id, true);
  }

  /** Sends everything at once; resolves to whether the server then has it all. */
  async flush(): Promise<boolean> {
    const ids = [...this.#state.fields.keys()].filter((id) => this.#isOpen(id));
    await Promise.all(ids.map((id) => this.#send(id)));
    // What was under way before is waited for by looking again.
    for (let turn = 0; turn < 100 && this.#sending.size > 0; turn++)
      await new Promise((resolve) => setTimeout(resolve, 50));
    return ![...this.#state.fields.keys()].some((id) => this.#isOpen(id));
  }

  /** The network may be back. */
  readonly tryAgain = (): void => {
    if (this.#retry) clearTimeout(this.#retry);
    this.#retry = null;
    for (const id of this.#state.fields.keys()) if (this.#isOpen(id)) void this.#send(id);
  };

  /** The server does not have, or may not have, what stands here: also where something else is on its way to it. */
  #isUnsettled(id: string, { value, saved }: FieldValue): boolean {
    const sent = this.#sending.get(id);
    return value !== saved || this.#doubtful.has(id) || (sent !== undefined && sent !== value);
  }

  #isOpen(id: string): boolean {
    const field = this.#state.fields.get(id)!;
    return field.refusal === null && this.#isUnsettled(id, field);
  }

  #laneOf(id: string): string {
    return this.#settings.laneOf?.(id) ?? id;
  }

  #isLaneBusy(id: string): boolean {
    const lane = this.#laneOf(id);
    return [...this.#sending.keys()].some((other) => this.#laneOf(other) === lane);
  }

  async #send(id: string, isRedraw = false): Promise<void> {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    if (this.#isLaneBusy(id) || !(isRedraw || this.#isOpen(id))) return;
    const { value } = this.#state.fields.get(id)!;
    this.#sending.set(id, value);
    try {
      const answer = await this.#settings.save(id, value);
      this.#sending.delete(id);
      this.#retryMs = FIRST_RETRY_MS;
      this.#take(id, value, answer);
    } catch {
      this.#sending.delete(id);
      if (value !== this.#state.fields.get(id)!.saved) this.#doubtful.add(id);
      this.#store();
      this.#waitAndRetry();
    }
  }

  #keepAsOf(id: string, asOf: AsOf): void {
    this.#savedAsOf.set(id, asOf === "on-device" ? Number.POSITIVE_INFINITY : asOf);
  }

  #take(id: string, sent: string, answer: SaveAnswer): void {
    this.#set({ trouble: null });
    if ("refusal" in answer) {
      const isCurrent = this.#state.fields.get(id)!.value === sent;
      if (isCurrent) this.#change(id, { refusal: answer.refusal });
    } else {
      this.#doubtful.delete(id);
      this.#keepAsOf(id, answer.asOf);
      this.#set({ hasSaved: true });
      this.#change(id, { saved: sent, svg: answer.svg });
    }
    if (this.#isOpen(id)) void this.#send(id);
    const lane = this.#laneOf(id);
    for (const other of this.#state.fields.keys())
      if (other !== id && this.#laneOf(other) === lane && this.#isOpen(other)) void this.#send(other);
    this.#tryOthers(id);
  }

  /** One that got through shows that the others may. */
  #tryOthers(done: string): void {
    if (this.#retry === null) return;
    clearTimeout(this.#retry);
    this.#retry = null;
    for (const id of this.#state.fields.keys()) if (id !== done && this.#isOpen(id)) void this.#send(id);
  }

  #waitAndRetry(): void {
    this.#set({ trouble: this.#settings.isOnline() ? "failing" : "offline" });
    if (this.#retry !== null) return;
    this.#retry = setTimeout(this.tryAgain, this.#retryMs);
    this.#retryMs = Math.min(LONGEST_RETRY_MS, this.#retryMs * 2);
  }

  #change(id: string, change: Partial<FieldValue>): void {
    const fields = new Map(this.#state.fields);
    fields.set(id, { ...fields.get(id)!, ...change });
    this.#set({ fields });
    this.#store();
  }

  #set(change: Partial<QueueState>): void {
    const next = { ...this.#state, ...change };
    const isUnsaved = [...next.fields].some(
      ([id, field]) => field.refusal === null && this.#isUnsettled(id, field),
    );
    this.#state = { ...next, isUnsaved };
    for (const listener of this.#listeners) listener();
  }

  #stored(): Record<string, string> {
    try {
      return JSON.parse(this.#settings.storage?.getItem(this.#settings.storageKey) ?? "{}");
    } catch {
      return {};
    }
  }

  #store(): void {
    const { storage, storageKey, isPrivate, pack } = this.#settings;
    const unsaved = [...this.#state.fields].filter(
      ([id, field]) => this.#isUnsettled(id, field) && !isPrivate?.(id),
    );
    try {
      if (unsaved.length === 0 && Object.keys(this.#left).length === 0) storage?.removeItem(storageKey);
      else
        storage?.setItem(
          storageKey,
          JSON.stringify({
            ...this.#left,
            ...Object.fromEntries(unsaved.map(([id, { value }]) => [id, pack ? pack(id, value) : value])),
          }),
        );
    } catch {
      // Storage is full or forbidden; the values are still on the page.
    }
  }
}
