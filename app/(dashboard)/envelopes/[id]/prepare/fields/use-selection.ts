"use client";

import { useCallback, useRef, useState } from "react";

export interface Selection {
  readonly ids: ReadonlySet<string>;
  has(id: string): boolean;
  /** Chooses one; `isAlso` adds it to what is chosen, or takes it out again. */
  choose(id: string | null, isAlso?: boolean): void;
  chooseAll(ids: Iterable<string>): void;
}

const NONE: ReadonlySet<string> = new Set();

/** Which fields are chosen. What was chosen last counts at once, before it is drawn. */
export function useSelection(): Selection {
  const [ids, setIds] = useState(NONE);
  const latest = useRef(ids);
  const chooseAll = useCallback((next: Iterable<string>) => {
    const set = new Set(next);
    latest.current = set.size === 0 ? NONE : set;
    setIds(latest.current);
  }, []);
  const choose = useCallback(
    (id: string | null, isAlso = false) => {
      if (id === null) return chooseAll([]);
      if (!isAlso) return chooseAll([id]);
      const next = new Set(latest.current);
      if (!next.delete(id)) next.add(id);
      chooseAll(next);
    },
    [chooseAll],
  );
  const has = useCallback((id: string) => latest.current.has(id), []);
  return { ids, has, choose, chooseAll };
}
