"use client";

import { useState } from "react";
import type { Stroke } from "#lib/pdf/drawing/strokes.ts";

/** Lines that outlive a reload: turning the phone or answering a call loses none. */
export function useStrokes(storageKey: string) {
  const [strokes, setStrokes] = useState<readonly Stroke[]>(() => {
    try {
      return JSON.parse(sessionStorage.getItem(storageKey) ?? "[]");
    } catch {
      return [];
    }
  });
  const change = (next: readonly Stroke[]) => {
    setStrokes(next);
    try {
      if (next.length === 0) sessionStorage.removeItem(storageKey);
      else sessionStorage.setItem(storageKey, JSON.stringify(next));
    } catch {
      // Without storage the lines live as long as the page.
    }
  };
  return [strokes, change] as const;
}
