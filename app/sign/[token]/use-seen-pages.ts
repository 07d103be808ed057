"use client";

import { useEffect } from "react";
import { type SeenPages, watchPages } from "#components/signing/seen-pages.ts";
import type { CeremonyDocument } from "#lib/signing/open-ceremony.ts";

/** Tells the server which pages were really in view. @param hasAgreed what covers the page changes with it. */
export function useSeenPages(
  token: string,
  documents: readonly CeremonyDocument[],
  hasAgreed: boolean,
): void {
  const shown = documents.map(({ id, sha256 }) => `${id} ${sha256}`).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: begins anew when other bytes or another cover are on screen.
  useEffect(() => {
    const address = `/sign/${token}/views`;
    const bodyOf = (seen: SeenPages) => new Blob([JSON.stringify(seen)], { type: "application/json" });
    const report = async (seen: SeenPages) => {
      try {
        const answer = await fetch(address, { method: "POST", body: bodyOf(seen), keepalive: true });
        return answer.status < 500;
      } catch {
        return false;
      }
    };
    const reportLast = (seen: SeenPages) => void navigator.sendBeacon(address, bodyOf(seen));
    return watchPages({ documents, report, reportLast });
  }, [token, shown, hasAgreed]);
}
