"use client";

import { useEffect, useState, useSyncExternalStore } from "react";
import type { EditingView } from "#lib/envelopes/editing-windows.ts";
import { tellPresence } from "./draft-requests.ts";
import type { DraftStore } from "./draft-store.ts";
import { newId } from "./people/draft-people.ts";

const BEAT_MS = 10_000;

export interface Presence {
  readonly others: EditingView["others"];
  /** They saved something that is not on this screen, and nothing here waits to be saved. */
  readonly hasNews: boolean;
  /** Brings it onto the screen: when somebody asks for it, since nothing moves under a hand. */
  takeIn(): void;
}

/** Says that this window has the draft, and hears who else has. */
export function usePresence(id: string, store: DraftStore): Presence {
  const [others, setOthers] = useState<EditingView["others"]>([]);
  const [newest, setNewest] = useState(0);
  const save = useSyncExternalStore(store.subscribe, store.saver.getState, store.saver.getState);
  useEffect(() => {
    const windowId = newId();
    let isOver = false;
    const beat = async () => {
      if (document.hidden) return;
      const answer = await tellPresence(id, windowId).catch(() => null);
      if (isOver || !answer?.isDone) return;
      setOthers((known) => (isSame(known, answer.result.others) ? known : answer.result.others));
      setNewest(answer.result.version);
    };
    void beat();
    const timer = setInterval(() => void beat(), BEAT_MS);
    const onVisible = () => void beat();
    document.addEventListener("visibilitychange", onVisible);
    return () => {
      isOver = true;
      clearInterval(timer);
      document.removeEventListener("visibilitychange", onVisible);
    };
  }, [id]);
  const hasNews = newest > store.saver.version && save.kind === "saved" && !store.saver.isOperating;
  return { others, hasNews, takeIn: () => void store.takeIn().catch(() => {}) };
}

const isSame = (a: EditingView["others"], b: EditingView["others"]) =>
  JSON.stringify(a) === JSON.stringify(b);
