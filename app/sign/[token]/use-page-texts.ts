"use client";

import { useEffect, useState } from "react";
import { whenLoaded } from "#components/signing/when-loaded.ts";
import type { PageWords } from "#lib/envelopes/core/fields/near-words.ts";
import type { CeremonyDocument } from "#lib/signing/open-ceremony.ts";

const AT_ONCE = 8;

/** What is written on each page, by its key; fetched one after the other once the page stands. Null: none came. */
export type PageTexts = ReadonlyMap<string, PageWords | null>;

export function usePageTexts(address: string, documents: readonly CeremonyDocument[]): PageTexts {
  const [texts, setTexts] = useState<PageTexts>(new Map());
  const shown = documents.map(({ id, revision }) => `${id} ${revision}`).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: begins anew when other bytes are on screen.
  useEffect(() => {
    const ended = new AbortController();
    const { signal } = ended;
    const fetchAll = async () => {
      await whenLoaded();
      const read = new Map<string, PageWords | null>();
      for (const { id, revision, pages } of documents)
        for (const page of pages.keys()) {
          const words = await fetchText(`${address}/pages/${id}/${revision}/${page}/text`, signal);
          if (signal.aborted) return;
          read.set(`${id}:${page}`, words);
          // Every page is drawn anew with each: the first few at once, then some together.
          if (read.size <= AT_ONCE || read.size % AT_ONCE === 0) setTexts(new Map(read));
        }
      setTexts(new Map(read));
    };
    void fetchAll();
    return () => ended.abort();
  }, [address, shown]);
  return texts;
}

async function fetchText(address: string, signal: AbortSignal): Promise<PageWords | null> {
  try {
    const response = await fetch(address, { signal, priority: "low" });
    if (!response.ok) return null;
    const { blocks, lines = [] } = (await response.json()) as Partial<PageWords>;
    return blocks ? { blocks, lines } : null;
  } catch {
    return null;
  }
}
