import type { EnvelopeLimits } from "#lib/envelopes/core/draft.ts";
import { type DocumentId, uuidV7 } from "#lib/ids.ts";
import { uploadDocument } from "../draft-requests.ts";
import type { DraftStore } from "../draft-store.ts";

export interface UploadItem {
  readonly id: string;
  readonly file: File;
  readonly state: "waiting" | "sending" | "reading" | "refused";
  /** From 0 to 1, of what has been sent. */
  readonly sent: number;
  /** Why it was refused. */
  readonly code: string | null;
  readonly flattensSignatures: boolean;
  readonly keepsSignatures: boolean;
  /** Typed for a file that opens with one only; forgotten with the entry. */
  readonly password: string | null;
  /** The document whose place it takes. */
  readonly replaces: DocumentId | null;
}

/** Nothing answered: neither the file's fault nor ours. */
export const UNREACHABLE = "unreachable";

/** Files on their way to the server, one after the other and in their order. */
export class UploadQueue {
  readonly #envelope: string;
  readonly #store: DraftStore;
  readonly #limits: EnvelopeLimits;
  readonly #listeners = new Set<() => void>();
  #items: readonly UploadItem[] = [];
  #current: { readonly id: string; readonly abort: AbortController } | null = null;

  constructor(envelope: string, store: DraftStore, limits: EnvelopeLimits) {
    this.#envelope = envelope;
    this.#store = store;
    this.#limits = limits;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly getItems = (): readonly UploadItem[] => this.#items;

  get limits(): EnvelopeLimits {
    return this.#limits;
  }

  isBusy(): boolean {
    return this.#items.some(({ state }) => state !== "refused");
  }

  add(files: readonly File[], replaces: DocumentId | null = null): void {
    const items = files.map((file): UploadItem => {
      const id = uuidV7(Date.now(), crypto.getRandomValues(new Uint8Array(10)));
      const code = this.#refusalOf(file);
      const state = code ? "refused" : "waiting";
      const how = { flattensSignatures: false, keepsSignatures: false, password: null, replaces };
      return { id, file, state, sent: 0, code, ...how };
    });
    this.#set([...this.#items, ...items]);
    void this.#next();
  }

  /** Once more; with its earlier signatures kept or as drawings, or with its password, when the person says so. */
  retry(
    id: string,
    how: Partial<Pick<UploadItem, "flattensSignatures" | "keepsSignatures" | "password">> = {},
  ): void {
    this.#change(id, { state: "waiting", sent: 0, code: null, ...how });
    void this.#next();
  }

  /** Takes it off the list; on its way, it is broken off and nothing of it stays. */
  remove(id: string): void {
    if (this.#current?.id === id) this.#current.abort.abort();
    this.#set(this.#items.filter((item) => item.id !== id));
  }

  /** What needs no trip to the server to be told. */
  #refusalOf(file: File): string | null {
    if (file.size > this.#limits.documentBytes) return "files/too-large";
    return file.size === 0 ? "pdf/not-a-pdf" : null;
  }

  async #next(): Promise<void> {
    const item = this.#items.find(({ state }) => state === "waiting");
    if (this.#current || !item) return;
    const { id, file, flattensSignatures, keepsSignatures, password, replaces } = item;
    const abort = new AbortController();
    this.#current = { id, abort };
    this.#change(id, { state: "sending" });
    const { saver } = this.#store;
    saver.operationBegan();
    let version: number | null = null;
    try {
      const answer = await uploadDocument({
        ...{ id: this.#envelope, file, flattensSignatures, keepsSignatures, password, replaces },
        signal: abort.signal,
        onProgress: (sent) => this.#change(id, { sent, state: sent < 1 ? "sending" : "reading" }),
      });
      if (answer.isDone) {
        version = answer.result.version;
        if (replaces) this.#store.replaceDocument(replaces, answer.result);
        else this.#store.addDocument(answer.result);
        this.#set(this.#items.filter((other) => other.id !== id));
      } else this.#change(id, { state: "refused", code: answer.code });
    } catch {
      this.#change(id, { state: "refused", code: UNREACHABLE });
    }
    saver.operationEnded(version);
    this.#current = null;
    void this.#next();
  }

  #change(id: string, change: Partial<UploadItem>): void {
    this.#set(this.#items.map((item) => (item.id === id ? { ...item, ...change } : item)));
  }

  #set(items: readonly UploadItem[]): void {
    this.#items = items;
    for (const listener of this.#listeners) listener();
  }
}
