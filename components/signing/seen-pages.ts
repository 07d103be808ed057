import { freeSpace } from "./free-space.ts";

/** Pages of one document that were really looked at, from 0. */
export interface SeenPages {
  readonly documentId: string;
  readonly sha256: string;
  readonly pages: readonly number[];
  /** By this device's clock, RFC 3339. */
  readonly sentAt: string;
  readonly looks: readonly PageLook[];
}

/** What was on screen of a page since it was last told, by this device's clock, RFC 3339. */
export interface PageLook {
  readonly page: number;
  /** SHA-256 of the picture's bytes, lower-case hex; null where there is none yet. */
  readonly image: string | null;
  readonly firstAt: string;
  readonly lastAt: string;
  readonly seconds: number;
}

/** In view on a visible screen, since it was last told. */
interface Span {
  readonly firstMs: number;
  readonly lastMs: number;
  readonly ms: number;
}

export interface PageWatch {
  /** Tells what has not been told yet; done when it has arrived, or cannot. */
  tellRest(): Promise<void>;
  /** Ends the watch and sends what is left. */
  stop(): void;
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
/** Less is not worth an entry of its own once a page is known to have been seen. */
const REST_MS = 1_000;

/**
 * Watches which pages are looked at: in view for two seconds on a visible screen, or touched while in view. A page
 * that was only loaded or flown over does not count.
 * For how long each was there goes with it, and what came after that when the page goes away or is left.
 */
export function watchPages({ documents, isUrgent, report, reportLast }: SeenPagesSettings): PageWatch {
  const inView = new Set<string>();
  const spans = new Map<string, Span>();
  const pictures = new Map<string, string | null>();
  const seen = new Set<string>();
  const unsent = new Set<string>();
  let batch: ReturnType<typeof setTimeout> | null = null;

  const look = (key: string) => {
    if (seen.has(key)) return;
    seen.add(key);
    unsent.add(key);
    batch ??= setTimeout(send, isUrgent || seen.size === 1 ? 0 : BATCH_MS);
  };
  const takeUnsent = (withRest: boolean): SeenPages[] => {
    if (withRest) for (const [key, { ms }] of spans) if (seen.has(key) && ms >= REST_MS) unsent.add(key);
    const sentAt = new Date().toISOString();
    const taken = documents.map(({ id, sha256 }) => {
      const keys = [...unsent].filter((key) => key.startsWith(`${id}:`));
      return { documentId: id, sha256, sentAt, pages: keys.map(pageIn), looks: keys.flatMap(takeLook) };
    });
    unsent.clear();
    return taken.filter(({ pages }) => pages.length > 0);
  };
  const takeLook = (key: string): PageLook[] => {
    const span = spans.get(key);
    spans.delete(key);
    if (!span) return [];
    const { firstMs, lastMs, ms } = span;
    return [
      {
        ...{ page: pageIn(key), image: pictures.get(key) ?? null, seconds: Math.round(ms / 1_000) },
        ...{ firstAt: new Date(firstMs).toISOString(), lastAt: new Date(lastMs).toISOString() },
      },
    ];
  };
  /** It did not arrive: it is told with what comes. */
  const takeBack = ({ documentId, pages, looks }: SeenPages) => {
    for (const page of pages) unsent.add(`${documentId}:${page}`);
    for (const { page, firstAt, lastAt, seconds } of looks) {
      const key = `${documentId}:${page}`;
      const since = spans.get(key);
      spans.set(key, {
        firstMs: Date.parse(firstAt),
        lastMs: since?.lastMs ?? Date.parse(lastAt),
        ms: seconds * 1_000 + (since?.ms ?? 0),
      });
    }
  };
  async function send(withRest = false) {
    if (batch) clearTimeout(batch);
    batch = null;
    for (const part of takeUnsent(withRest)) {
      if (await report(part)) continue;
      takeBack(part);
      batch ??= setTimeout(send, BATCH_MS);
    }
  }
  const sendLast = () => {
    for (const part of takeUnsent(true)) reportLast(part);
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
      else inView.add(key);
    }
  }, observerOptions());
  for (const page of document.querySelectorAll("[data-page]")) observer.observe(page);

  let tickedMs = Date.now();
  const clock = setInterval(() => {
    const nowMs = Date.now();
    // A device that slept, or whose clock was set, has shown nothing meanwhile.
    const passedMs = Math.max(0, Math.min(nowMs - tickedMs, 2 * TICK_MS));
    tickedMs = nowMs;
    if (document.visibilityState !== "visible") return;
    for (const key of inView) {
      const { firstMs = nowMs - passedMs, ms = 0 } = spans.get(key) ?? {};
      spans.set(key, { firstMs, lastMs: nowMs, ms: ms + passedMs });
      if (!pictures.has(key)) void readPicture(key, pictures);
      if (ms + passedMs >= LOOKED_MS) look(key);
    }
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

  const stop = () => {
    events.abort();
    observer.disconnect();
    clearInterval(clock);
    if (batch) clearTimeout(batch);
    sendLast();
  };
  return { tellRest: () => send(true), stop };
}

const pageIn = (key: string): number => Number(key.split(":")[1]);

/** Of the bytes the browser keeps of what it shows: the address always means the same ones. */
async function readPicture(key: string, pictures: Map<string, string | null>): Promise<void> {
  const image = document.querySelector<HTMLImageElement>(`[data-page="${CSS.escape(key)}"] img`);
  // Only a secure page can hash.
  if (!image?.complete || image.naturalWidth === 0 || !crypto.subtle) return;
  pictures.set(key, null);
  try {
    const answer = await fetch(image.currentSrc, { cache: "force-cache" });
    if (!answer.ok) return;
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", await answer.arrayBuffer()));
    pictures.set(key, [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join(""));
  } catch {
    // Without a network and without a kit it stays untold.
  }
}

/** What lies under the header, the bar or the consent sheet is not in view. */
function observerOptions(): IntersectionObserverInit {
  const [top, bottom] = freeSpace().map(Math.round) as [number, number];
  const threshold = Array.from({ length: 21 }, (_, step) => step / 20);
  return { threshold, rootMargin: `${-top}px 0px ${bottom - window.innerHeight}px 0px` };
}
