"use client";

import { type RefObject, useEffect, useState } from "react";
import { type PageWatch, type SeenPages, watchPages } from "#components/signing/seen-pages.ts";
import { pageName } from "#lib/signing/core/page-runs.ts";
import type { CeremonyDocument } from "#lib/signing/open-ceremony.ts";
import type { DeskServer } from "./desk-server.ts";
import type { OfflineDesk } from "./offline-desk.ts";

/** Tells how long pages were in view since it was last told: nobody waits for that for long. */
export type TellRest = RefObject<() => Promise<void>>;

const MOST_WAIT_MS = 2_000;
const later = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/**
 * Tells the server which pages were really in view.
 *
 * @param hasAgreed what covers the page changes with it. @param seenBefore where every page must be seen: those that
 *   were, by name. @param tellRest is set to what tells the rest before somebody acts. @returns what the server knows of.
 */
export function useSeenPages(
  { address: base, isPreview }: DeskServer,
  documents: readonly CeremonyDocument[],
  hasAgreed: boolean,
  seenBefore: readonly string[] | null,
  offline: OfflineDesk,
  tellRest: TellRest,
): ReadonlySet<string> {
  const [seen, setSeen] = useState<ReadonlySet<string>>(() => new Set(seenBefore));
  const shown = documents.map(({ id, sha256 }) => `${id} ${sha256}`).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: begins anew when other bytes or another cover are on screen.
  useEffect(() => {
    const address = `${base}/views`;
    const bodyOf = (seen: SeenPages) => new Blob([JSON.stringify(seen)], { type: "application/json" });
    const keep = async (seen: SeenPages) => {
      await offline.here.record({ type: "view", ...seen });
      setSeen((known) => new Set([...known, ...namesOf(seen)]));
      return true;
    };
    const report = async (seen: SeenPages) => {
      if (isPreview) {
        setSeen((known) => new Set([...known, ...namesOf(seen)]));
        return true;
      }
      try {
        if (await offline.isRecording()) return await keep(seen);
        const answer = await fetch(address, { method: "POST", body: bodyOf(seen), keepalive: true });
        if (answer.ok) setSeen((known) => new Set([...known, ...namesOf(seen)]));
        return answer.status < 500;
      } catch {
        return hasAgreed && (await offline.canRecord()) ? keep(seen) : false;
      }
    };
    const reportLast = (seen: SeenPages) =>
      isPreview ? undefined : void navigator.sendBeacon(address, bodyOf(seen));
    const watch: PageWatch = watchPages({ documents, report, reportLast, isUrgent: seenBefore !== null });
    tellRest.current = () => Promise.race([watch.tellRest(), later(MOST_WAIT_MS)]);
    return watch.stop;
  }, [base, shown, hasAgreed]);
  return seen;
}

const namesOf = ({ documentId, pages }: SeenPages) => pages.map((page) => pageName(documentId, page));
