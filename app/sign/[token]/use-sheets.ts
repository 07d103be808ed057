import { type ComponentType, useEffect, useState } from "react";
import type { DeskProps } from "./signing-desk.tsx";

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;
const TOUCHES = ["pointerdown", "click", "keydown", "scroll"];

let loading: Promise<ComponentType<DeskProps>> | null = null;

/** What opens over the page. Its script comes with the first touch, long before anybody gets to what opens it. */
export function loadSheets(): Promise<ComponentType<DeskProps>> {
  loading ??= load();
  return loading;
}

/** @param isWanted something is to open, whatever was touched. */
export function useSheets(isWanted: boolean): ComponentType<DeskProps> | null {
  const [Sheets, setSheets] = useState<ComponentType<DeskProps> | null>(null);
  useEffect(() => {
    if (Sheets) return;
    const touches = new AbortController();
    const bring = () => {
      touches.abort();
      void loadSheets().then((Found) => setSheets(() => Found));
    };
    if (isWanted) bring();
    else
      for (const type of TOUCHES)
        window.addEventListener(type, bring, { signal: touches.signal, passive: true, capture: true });
    return () => touches.abort();
  }, [Sheets, isWanted]);
  return Sheets;
}

/** Without them nothing is signed, so tries go on. */
async function load(): Promise<ComponentType<DeskProps>> {
  for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
    try {
      return (await import("./desk-sheets.tsx")).DeskSheets;
    } catch {
      // The network is away.
    }
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
}
