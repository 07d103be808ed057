"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";

const FIRST_MS = 1_500;
const LONGEST_MS = 20_000;
const SLOWER = 1.3;

export interface LiveRefreshProps {
  /** Where to ask how far things are. */
  readonly address: string;
  /** What the page shows now. */
  readonly progress: string;
}

/** Loads the page anew when there is something new to show; asks less and less often, and only while it is looked at. */
export function LiveRefresh({ address, progress }: LiveRefreshProps) {
  const router = useRouter();
  useEffect(() => {
    let waitMs = FIRST_MS;
    let timer: ReturnType<typeof setTimeout>;
    const events = new AbortController();
    const ask = async () => {
      if (document.visibilityState === "visible" && (await hasChanged(address, progress, events.signal)))
        router.refresh();
      waitMs = Math.min(LONGEST_MS, waitMs * SLOWER);
      if (!events.signal.aborted) timer = setTimeout(ask, waitMs);
    };
    timer = setTimeout(ask, waitMs);
    const onVisible = () => {
      if (document.visibilityState !== "visible") return;
      clearTimeout(timer);
      waitMs = FIRST_MS;
      void ask();
    };
    document.addEventListener("visibilitychange", onVisible, { signal: events.signal });
    return () => {
      events.abort();
      clearTimeout(timer);
    };
  }, [address, progress, router]);
  return null;
}

async function hasChanged(address: string, progress: string, signal: AbortSignal): Promise<boolean> {
  try {
    const response = await fetch(address, { signal, cache: "no-store" });
    if (!response.ok) return false;
    const now = (await response.json()) as { progress: string };
    return now.progress !== progress;
  } catch {
    return false;
  }
}
