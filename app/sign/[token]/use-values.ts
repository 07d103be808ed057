"use client";

import { useEffect, useState, useSyncExternalStore } from "react";
import { type QueueState, type SaveAnswer, ValueQueue } from "#components/signing/value-queue.ts";
import type { CeremonyView } from "#lib/signing/open-ceremony.ts";
import { isOutdated } from "./attempt.ts";

const TIMEOUT_MS = 15_000;

/** What is entered on this page, on its way to the server. @param onOutdated the page shows what is no more. */
export function useValues(
  token: string,
  view: CeremonyView,
  onOutdated: () => void,
): readonly [ValueQueue, QueueState] {
  const [queue] = useState(() => {
    const save = async (fieldId: string, value: string): Promise<SaveAnswer> => {
      const answer = await saveField(token, fieldId, value);
      if ("refusal" in answer && isOutdated(answer.refusal)) onOutdated();
      return answer;
    };
    return new ValueQueue(view.fields, {
      save,
      storage: typeof window === "undefined" ? null : deviceStorage(),
      storageKey: `whereof-unsaved-${view.me.id}`,
      isOnline: () => navigator.onLine,
    });
  });
  const state = useSyncExternalStore(queue.subscribe, queue.snapshot, queue.snapshot);

  useEffect(() => queue.refresh(view.fields), [queue, view.fields]);
  useEffect(() => {
    const events = new AbortController();
    const { signal } = events;
    window.addEventListener("online", queue.tryAgain, { signal });
    const warn = (event: BeforeUnloadEvent) => {
      if (queue.snapshot().isUnsaved) event.preventDefault();
    };
    window.addEventListener("beforeunload", warn, { signal });
    return () => events.abort();
  }, [queue]);
  return [queue, state];
}

async function saveField(token: string, fieldId: string, value: string): Promise<SaveAnswer> {
  const response = await fetch(`/sign/${token}/fields/${fieldId}`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ value }),
    keepalive: true,
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (response.status >= 500 || response.status === 429) throw new Error(`answered ${response.status}`);
  const answer = (await response.json()) as { svg: string | null; code: string };
  return response.ok ? { svg: answer.svg } : { refusal: answer.code };
}

function deviceStorage(): Storage | null {
  try {
    return window.sessionStorage;
  } catch {
    return null;
  }
}
