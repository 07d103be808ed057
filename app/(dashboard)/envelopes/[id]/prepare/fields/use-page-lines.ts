"use client";

import { useCallback, useRef } from "react";
import type { Box } from "#lib/envelopes/core/field-places.ts";
import { findLines } from "../draft-requests.ts";

/** Lines and cells a page shows, asked for once somebody points at it; fields line up with them. */
export function usePageLines(envelope: string, documentId: string, page: number) {
  const lines = useRef<readonly Box[]>([]);
  const asked = useRef<string | null>(null);
  const look = useCallback(() => {
    const place = `${documentId} ${page}`;
    if (asked.current === place) return;
    asked.current = place;
    findLines(envelope, documentId, page).then(
      (answer) => {
        lines.current = answer.isDone ? answer.result : [];
      },
      // Without them fields still line up with each other; the next time the pointer comes it is asked again.
      () => {
        asked.current = null;
      },
    );
  }, [envelope, documentId, page]);
  return { lines, look };
}
