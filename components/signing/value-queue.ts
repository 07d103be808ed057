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

export type SaveAnswer = { readonly svg: string | null } | { readonly refusal: string };

export interface QueueSettings {
  /** Throws when the server cannot be reached or fails: the value is then sent again. */
  save(fieldId: string, value: string): Promise<SaveAnswer>;
  /** Where unsaved values outlive the page. */
  readonly storage: Pick<Storage, "getItem" | "setItem" | "removeItem"> | null;
  readonly storageKey: string;
  /** Fields whose values are not to be left behind on this device. */
  isPrivate?(fieldId: string): boolean;
  isOnline(): boolean;
}

export const TYPING_PAUSE_MS = 600;
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;

/**
 * Sends each change of a field to the server, one at a time for a field and the newest value only, until the server
 * has taken or refused it. Nothing entered is lost while the network is away.
 */
export class ValueQueue {
  #state: QueueState;
  readonly #settings: QueueSettings;
  readonly #listeners = new Set<() => void>();
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #sending = new Set<string>();
  #retry: ReturnType<typeof setTimeout> | null = null;
  #retryMs = FIRST_RETRY_MS;

  constructor(fields: readonly KnownValue[], settings: QueueSettings) {
    this.#settings = settings;
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
    for (const [id, value] of Object.entries(this.#stored()))
      if (this.#state.fields.has(id)) this.enter(id, value, "now");
  }

  /** Takes the server's values where nothing newer was entered here. */
  refresh(fields: readonly KnownValue[]) {
    const next = new Map(this.#state.fields);
    for (const { id, value, svg } of fields) {
      const own = next.get(id);
      if (!own || own.value === own.saved) next.set(id, { value, saved: value, svg, refusal: null });
    }
    this.#set({ fields: next });
  }

  enter(id: string, value: string, when: "now" | "after-typing"): void {
    const field = this.#state.fields.get(id);
    if (!field) return;
    this.#change(id, { value, refusal: null });
    clearTimeout(this.#timers.get(id));
    this.#timers.set(
      id,
      setTimeout(() => void this.#send(id), when === "now" ? 0 : TYPING_PAUSE_MS),
    );
  }

  /** What the server took by another way. */
  adopt({ id, value, svg }: KnownValue): void {
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

  #isOpen(id: string): boolean {
    const field = this.#state.fields.get(id)!;
    return field.value !== field.saved && field.refusal === null;
  }

  async #send(id: string, isRedraw = false): Promise<void> {
    clearTimeout(this.#timers.get(id));
    if (this.#sending.has(id) || !(isRedraw || this.#isOpen(id))) return;
    this.#sending.add(id);
    const { value } = this.#state.fields.get(id)!;
    try {
      const answer = await this.#settings.save(id, value);
      this.#sending.delete(id);
      this.#retryMs = FIRST_RETRY_MS;
      this.#take(id, value, answer);
    } catch {
      this.#sending.delete(id);
      this.#waitAndRetry();
    }
  }

  #take(id: string, sent: string, answer: SaveAnswer): void {
    this.#set({ trouble: null });
    if ("refusal" in answer) {
      const isCurrent = this.#state.fields.get(id)!.value === sent;
      if (isCurrent) this.#change(id, { refusal: answer.refusal });
    } else {
      this.#set({ hasSaved: true });
      this.#change(id, { saved: sent, svg: answer.svg });
    }
    if (this.#isOpen(id)) void this.#send(id);
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
    const isUnsaved = [...next.fields.values()].some(
      ({ value, saved, refusal }) => value !== saved && refusal === null,
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
    const { storage, storageKey } = this.#settings;
    const { isPrivate } = this.#settings;
    const unsaved = [...this.#state.fields].filter(
      ([id, { value, saved }]) => value !== saved && !isPrivate?.(id),
    );
    try {
      if (unsaved.length === 0) storage?.removeItem(storageKey);
      else
        storage?.setItem(
          storageKey,
          JSON.stringify(Object.fromEntries(unsaved.map(([id, { value }]) => [id, value]))),
        );
    } catch {
      // Storage is full or forbidden; the values are still on the page.
    }
  }
}
