"use client";

import { useEffect } from "react";
import type { DraftStore } from "./draft-store.ts";

/** Where keys are letters, or belong to what lies over the page. */
export const TYPED_IN =
  "input:not([type=checkbox]):not([type=radio]), textarea, select, [role=dialog], [role=menu]";

/** Ctrl or Cmd with Z and Y. Where text is typed, the browser's own undoing stays. */
export function useUndoKeys(store: DraftStore): void {
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
      if (event.target instanceof Element && event.target.closest(TYPED_IN)) return;
      const key = event.key.toLowerCase();
      if (key !== "z" && key !== "y") return;
      event.preventDefault();
      if (key === "y" || event.shiftKey) store.redo();
      else store.undo();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [store]);
}
