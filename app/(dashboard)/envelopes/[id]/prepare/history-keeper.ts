import type { History } from "./history.ts";

/** Where steps back lie while the page is loaded anew: in this window, for this draft. */
const keyOf = (id: string) => `whereof.history.${id}`;
/** Half of what a window's storage usually takes. */
const MOST_CHARACTERS = 2_000_000;
const PAUSE_MS = 600;

type Part = Readonly<Record<string, unknown>>;
/** What is other in one state than in the next; of lists whose entries have ids, only the entries. */
interface Delta {
  readonly plain: Part;
  readonly lists: Readonly<Record<string, ListDelta>>;
}
interface ListDelta {
  readonly gone: readonly string[];
  /** Entries that are other, or are not in the later state. */
  readonly entries: readonly Entry[];
  /** Where those are that are not in it. */
  readonly at: readonly (readonly [number, string])[];
  /** All ids, only where the rest does not tell their order. */
  readonly order?: readonly string[];
}
type Entry = { readonly id: string };

const isList = (value: unknown): value is readonly Entry[] =>
  Array.isArray(value) && value.every((one) => typeof (one as Entry | null)?.id === "string");

/** What leads from `next` back to `state`. */
export function deltaTo<T extends object>(state: T, next: T): Delta {
  const plain: Record<string, unknown> = {};
  const lists: Record<string, Delta["lists"][string]> = {};
  for (const [key, value] of Object.entries(state)) {
    const other = (next as Part)[key];
    if (value === other) continue;
    if (!isList(value) || !isList(other)) plain[key] = value;
    else lists[key] = listDelta(value, other);
  }
  return { plain, lists };
}

function listDelta(list: readonly Entry[], next: readonly Entry[]): ListDelta {
  const [known, there] = [new Map(next.map((one) => [one.id, one])), new Set(list.map(({ id }) => id))];
  const delta = {
    gone: next.flatMap(({ id }) => (there.has(id) ? [] : [id])),
    entries: list.filter((one) => known.get(one.id) !== one),
    at: list.flatMap(({ id }, index): [number, string][] => (known.has(id) ? [] : [[index, id]])),
  };
  const isTold = orderOf(next, delta).every((id, index) => list[index]?.id === id);
  return isTold ? delta : { ...delta, order: list.map(({ id }) => id) };
}

function orderOf(next: readonly Entry[], { gone, at, order }: Omit<ListDelta, "entries">): readonly string[] {
  if (order) return order;
  const left = new Set(gone);
  const ids = next.flatMap(({ id }) => (left.has(id) ? [] : [id]));
  for (const [index, id] of at) ids.splice(index, 0, id);
  return ids;
}

export function undoDelta<T extends object>(next: T, { plain, lists }: Delta): T {
  const state: Record<string, unknown> = { ...next, ...plain };
  for (const [key, delta] of Object.entries(lists)) {
    const list = (next as Part)[key] as readonly Entry[];
    const known = new Map([...list, ...delta.entries].map((one) => [one.id, one]));
    state[key] = orderOf(list, delta).flatMap((id) => known.get(id) ?? []);
  }
  return state as T;
}

/** As text, the newest steps first where not all fit. */
export function writeHistory<T extends object>({ past, present, future }: History<T>): string {
  const chain = (states: readonly T[]) => {
    const deltas: string[] = [];
    let [next, size] = [present, 0];
    for (const state of states) {
      const text = JSON.stringify(deltaTo(state, next));
      size += text.length;
      if (size > MOST_CHARACTERS / 2) break;
      deltas.push(text);
      next = state;
    }
    return deltas.join(",");
  };
  return `{"past":[${chain(past.toReversed())}],"future":[${chain(future)}]}`;
}

/** The steps around a state; none where the text does not read. */
export function readHistory<T extends object>(text: string, present: T): Pick<History<T>, "past" | "future"> {
  try {
    const { past, future } = JSON.parse(text) as { past: Delta[]; future: Delta[] };
    const states = (deltas: readonly Delta[]) => {
      const found: T[] = [];
      for (const delta of deltas) found.push(undoDelta(found.at(-1) ?? present, delta));
      return found;
    };
    return { past: states(past).reverse(), future: states(future) };
  } catch {
    return { past: [], future: [] };
  }
}

/** Keeps the steps of one draft in this window, a moment after each. */
export class HistoryKeeper<T extends object> {
  readonly #key: string;
  readonly #mark: (state: T) => string;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param mark tells whether a state is the one that the steps were kept for. */
  constructor(id: string, mark: (state: T) => string) {
    this.#key = keyOf(id);
    this.#mark = mark;
  }

  keep(history: History<T>): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.keepNow(history), PAUSE_MS);
  }

  keepNow(history: History<T>): void {
    try {
      sessionStorage.setItem(this.#key, `${this.#mark(history.present)}\n${writeHistory(history)}`);
    } catch {
      // Without room the steps live as long as the page.
    }
  }

  /** The steps around what is kept on the server, if it is what this window had last. */
  find(present: T): Pick<History<T>, "past" | "future"> {
    try {
      const text = sessionStorage.getItem(this.#key) ?? "";
      const end = text.indexOf("\n");
      if (end < 0 || text.slice(0, end) !== this.#mark(present)) return { past: [], future: [] };
      return readHistory(text.slice(end + 1), present);
    } catch {
      return { past: [], future: [] };
    }
  }
}
