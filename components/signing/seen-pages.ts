import { freeSpace } from "./free-space.ts";

/** Pages of one document that were really looked at, from 0. */
export interface SeenPages {
  readonly documentId: string;
  readonly sha256: string;
  readonly pages: readonly number[];
}

export interface SeenPagesSettings {
  readonly documents: readonly { readonly id: string; readonly sha256: string }[];
  /** The person waits for it: it is sent at once. */
  readonly isUrgent: boolean;
  /** Sends what was seen; false when it did not arrive. */
  report(seen: SeenPages): Promise<boolean>;
  /** Sends it while the page goes away. */
  reportLast(seen: SeenPages): void;
}

const LOOKED_MS = 2_000;
const TICK_MS = 250;
const BATCH_MS = 5_000;

/**
 * Watches which pages are looked at: in view for two seconds on a visible screen, or touched while in view. A page
 * that was only loaded or flown over does not count.
 *
 * @returns ends the watch and sends what is left.
 */
export function watchPages({ documents, isUrgent, report, reportLast }: SeenPagesSettings): () => void {
  const inView = new Map<string, number>();
  const seen = new Set<string>();
  const unsent = new Set<string>();
  let batch: ReturnType<typeof setTimeout> | null = null;

  const look = (key: string) => {
    if (seen.has(key)) return;
    seen.add(key);
    unsent.add(key);
    inView.delete(key);
    batch ??= setTimeout(send, isUrgent || seen.size === 1 ? 0 : BATCH_MS);
  };
  const takeUnsent = (): SeenPages[] => {
    const taken = documents.map(({ id, sha256 }) => ({
      documentId: id,
      sha256,
      pages: [...unsent].filter((key) => key.startsWith(`${id}:`)).map((key) => Number(key.split(":")[1])),
    }));
    unsent.clear();
    return taken.filter(({ pages }) => pages.length > 0);
  };
  async function send() {
    batch = null;
    for (const part of takeUnsent()) {
      if (await report(part)) continue;
      for (const page of part.pages) unsent.add(`${part.documentId}:${page}`);
      batch ??= setTimeout(send, BATCH_MS);
    }
  }
  const sendLast = () => {
    for (const part of takeUnsent()) reportLast(part);
  };

  const observer = new IntersectionObserver((entries) => {
    for (const { target, intersectionRatio, intersectionRect, rootBounds } of entries) {
      const key = (target as HTMLElement).dataset.page!;
      const { height } = intersectionRect;
      // Above a sheet there is little room: what fills most of it is what is looked at.
      const room = rootBounds?.height ?? window.innerHeight;
      const isLooked =
        intersectionRatio >= 0.5 ||
        height >= window.innerHeight * 0.4 ||
        (room >= window.innerHeight * 0.2 && height >= room * 0.6);
      if (!isLooked) inView.delete(key);
      else if (!seen.has(key) && !inView.has(key)) inView.set(key, 0);
    }
  }, observerOptions());
  for (const page of document.querySelectorAll("[data-page]")) observer.observe(page);

  const clock = setInterval(() => {
    if (document.visibilityState !== "visible") return;
    for (const [key, ms] of inView)
      if (ms + TICK_MS >= LOOKED_MS) look(key);
      else inView.set(key, ms + TICK_MS);
  }, TICK_MS);
  const onGesture = (event: Event) => {
    const page = (event.target as Element | null)?.closest?.<HTMLElement>("[data-page]")?.dataset.page;
    if (page && inView.has(page)) look(page);
  };
  const onHidden = () => document.visibilityState === "hidden" && sendLast();
  const events = new AbortController();
  const { signal } = events;
  document.addEventListener("pointerdown", onGesture, { signal, passive: true });
  document.addEventListener("keydown", onGesture, { signal });
  document.addEventListener("visibilitychange", onHidden, { signal });
  window.addEventListener("pagehide", sendLast, { signal });

  return () => {
    events.abort();
    observer.disconnect();
    clearInterval(clock);
    if (batch) clearTimeout(batch);
    sendLast();
  };
}

/** What lies under the header, the bar or the consent sheet is not in view. */
function observerOptions(): IntersectionObserverInit {
  const [top, bottom] = freeSpace().map(Math.round) as [number, number];
  const threshold = Array.from({ length: 21 }, (_, step) => step / 20);
  return { threshold, rootMargin: `${-top}px 0px ${bottom - window.innerHeight}px 0px` };
}
