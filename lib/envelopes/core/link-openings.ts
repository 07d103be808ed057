import type { RecipientId } from "#lib/ids.ts";

export interface LinkOpening {
  readonly first: Date;
  readonly last: Date;
  /** Recorded once in ten minutes and network at most. */
  readonly count: number;
}

interface Entry {
  readonly type: string;
  readonly at: Date;
  readonly data: Readonly<Record<string, unknown>>;
}

/**
 * When a link of somebody was fetched, from the trail: by them, or by a mail filter that looks at links. It is no view.
 * Null where it never was.
 */
export function linkOpening(entries: readonly Entry[], recipientId: RecipientId): LinkOpening | null {
  const fetches = entries.filter(
    ({ type, data }) => type === "link.fetched" && data.recipient === recipientId,
  );
  const [first, last] = [fetches.at(0), fetches.at(-1)];
  return first && last ? { first: first.at, last: last.at, count: fetches.length } : null;
}
