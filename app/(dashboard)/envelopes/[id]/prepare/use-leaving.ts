"use client";

import { useEffect } from "react";
import type { UploadQueue } from "./documents/upload-queue.ts";
import type { DraftStore } from "./draft-store.ts";

/** Saves at once when the window goes out of sight or the network is back, and asks before anything is lost. */
export function useLeaving(store: DraftStore, queue: UploadQueue): void {
  useEffect(() => {
    const { saver } = store;
    const saveNow = () => void saver.flush();
    const saveHidden = () => document.hidden && saveNow();
    const ask = (event: BeforeUnloadEvent) => {
      const isKept = saver.getState().kind === "saved" && !queue.isBusy();
      if (!isKept) event.preventDefault();
      if (!isKept) saveNow();
    };
    document.addEventListener("visibilitychange", saveHidden);
    window.addEventListener("online", saveNow);
    window.addEventListener("beforeunload", ask);
    return () => {
      document.removeEventListener("visibilitychange", saveHidden);
      window.removeEventListener("online", saveNow);
      window.removeEventListener("beforeunload", ask);
      saveNow();
    };
  }, [store, queue]);
}
