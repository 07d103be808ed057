"use client";

import { useEffect, useRef, useSyncExternalStore } from "react";

/** Something the page in view can do, listed in the palette above everything else. */
export interface PageCommand {
  readonly id: string;
  readonly label: string;
  /** Its keys, where it has some. */
  readonly keys?: string;
  /** Pressed after `a`, it does the same without the palette. */
  readonly letter?: string;
  /** It is seldom wanted, and stands after all others. */
  readonly isRare?: boolean;
  run(): void;
}

const NONE: readonly PageCommand[] = [];
const offered = new Map<object, readonly PageCommand[]>();
const listeners = new Set<() => void>();
let all = NONE;

/** What has a letter is what the page is for; what is rare comes last. */
const weight = ({ letter, isRare }: PageCommand) => (isRare ? 2 : letter ? 0 : 1);

function tell(): void {
  all = [...offered.values()].flat().toSorted((a, b) => weight(a) - weight(b));
  for (const listener of listeners) listener();
}

/** Offers commands while the component is there. What runs is always what it would do now. */
export function usePageCommands(commands: readonly PageCommand[]): void {
  const latest = useRef(commands);
  latest.current = commands;
  const shown = JSON.stringify(
    commands.map(({ id, label, keys, letter, isRare }) => [id, label, keys ?? null, letter ?? null, isRare]),
  );
  useEffect(() => {
    const owner = {};
    const known = JSON.parse(shown) as [string, string, string | null, string | null, boolean?][];
    const list = known.map(([id, label, keys, letter, isRare]) => ({
      ...{ id, label, run: () => latest.current.find((one) => one.id === id)?.run() },
      ...(keys ? { keys } : {}),
      ...(letter ? { letter } : {}),
      ...(isRare ? { isRare } : {}),
    }));
    offered.set(owner, list);
    tell();
    return () => {
      offered.delete(owner);
      tell();
    };
  }, [shown]);
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const useOfferedCommands = (): readonly PageCommand[] =>
  useSyncExternalStore(
    subscribe,
    () => all,
    () => NONE,
  );
