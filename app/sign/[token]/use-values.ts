"use client";

import { useEffect, useState, useSyncExternalStore } from "react";
import {
  type KnownValue,
  type QueueState,
  type SaveAnswer,
  ValueQueue,
} from "#components/signing/value-queue.ts";
import { isNumber } from "#lib/envelopes/core/fields/field-types.ts";
import { groupOf } from "#lib/envelopes/core/fields/form-field.ts";
import { editedNumber, separatorsOf, typedNumber } from "#lib/envelopes/core/fields/typed-number.ts";
import type { CeremonyView } from "#lib/signing/open-ceremony.ts";
import { isOutdated } from "./attempt.ts";
import type { DeskServer } from "./desk-server.ts";
import type { OfflineDesk } from "./offline-desk.ts";

const TIMEOUT_MS = 15_000;

/** What stands in a field, as typed in that language. */
export interface Entered {
  readonly value: string;
  readonly locale?: string;
}

/**
 * What is entered on this page, on its way to the server, or to this device while the network is away.
 *
 * @param onOutdated the page shows what is no more.
 */
export function useValues(
  server: DeskServer,
  view: CeremonyView,
  locale: string,
  onOutdated: () => void,
  offline: OfflineDesk,
): readonly [ValueQueue, QueueState] {
  const [queue] = useState(() => {
    const types = new Map(view.fields.map(({ id, type }) => [id, type]));
    const lanes = new Map(view.fields.map((field) => [field.id, groupOf(field) ?? field.id]));
    const sensitive = new Set(view.fields.filter(({ settings }) => settings.isSensitive).map(({ id }) => id));
    const save = async (fieldId: string, value: string): Promise<SaveAnswer> => {
      const isNumeric = isNumber(types.get(fieldId)!);
      const answer = await onServerOrHere(
        offline,
        () => server.saveField(fieldId, { value, ...(isNumeric ? { locale } : {}) }),
        () => offline.here.fill(fieldId, value, locale),
      );
      if ("refusal" in answer && isOutdated(answer.refusal)) onOutdated();
      return answer;
    };
    return new ValueQueue(asEdited(view.fields, locale), {
      save,
      laneOf: (fieldId) => lanes.get(fieldId) ?? fieldId,
      isPrivate: (fieldId) => sensitive.has(fieldId),
      ...numbersBetween(locale, (fieldId) => isNumber(types.get(fieldId)!)),
      storage: typeof window === "undefined" || server.isPreview ? null : deviceStorage(),
      storageKey: `whereof-unsaved-${view.me.id}`,
      isOnline: () => navigator.onLine,
    });
  });
  const state = useSyncExternalStore(queue.subscribe, queue.snapshot, queue.snapshot);

  useEffect(
    () => queue.refresh(asEdited(view.fields, locale), view.asOf),
    [queue, view.fields, view.asOf, locale],
  );
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

/** @throws where neither the server nor this device takes it: it is tried again */
async function onServerOrHere(
  offline: OfflineDesk,
  save: () => Promise<SaveAnswer>,
  fill: () => Promise<SaveAnswer>,
): Promise<SaveAnswer> {
  if (await offline.isRecording()) return fill();
  try {
    return await save();
  } catch (error) {
    if (await offline.canRecord()) return fill();
    throw error;
  }
}

/** Numbers as people of that language write them; they are kept in one way for all. */
function asEdited(fields: CeremonyView["fields"], locale: string): readonly KnownValue[] {
  return fields.map(({ id, type, value, svg }) => ({
    ...{ id, svg },
    value: isNumber(type) ? editedNumber(value, separatorsOf(locale)) : value,
  }));
}

const KEPT = "=";

/** A number that waits is stored as it is kept: `1.234` would be another one in the next language. */
function numbersBetween(locale: string, isNumeric: (fieldId: string) => boolean) {
  const separators = separatorsOf(locale);
  return {
    pack(fieldId: string, value: string): string {
      const kept = isNumeric(fieldId) ? typedNumber(value, separators) : null;
      return kept === null ? value : `${KEPT}${kept}`;
    },
    unpack(fieldId: string, stored: string): string {
      const isKept = isNumeric(fieldId) && stored.startsWith(KEPT);
      return isKept ? editedNumber(stored.slice(KEPT.length), separators) : stored;
    },
  };
}

export async function saveField(token: string, fieldId: string, entered: Entered): Promise<SaveAnswer> {
  const response = await fetch(`/sign/${token}/fields/${fieldId}`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(entered),
    keepalive: true,
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (response.status >= 500 || response.status === 429) throw new Error(`answered ${response.status}`);
  const answer = (await response.json()) as { svg: string | null; asOf: number; code: string };
  return response.ok ? { svg: answer.svg, asOf: answer.asOf } : { refusal: answer.code };
}

function deviceStorage(): Storage | null {
  try {
    return window.sessionStorage;
  } catch {
    return null;
  }
}
