"use client";

import { useEffect, useRef, useState } from "react";
import { wipeDevice } from "#components/signing/wipe-device.ts";
import { fillIn } from "#components/signing/words.ts";
import { ReadyButton } from "#components/ui/ready-button.tsx";
import type messages from "../../../messages/en/sign.json";

interface InPersonStripProps {
  readonly hostName: string;
  /** They have finished, or there is nothing to do for them. */
  readonly isDone: boolean;
  readonly words: (typeof messages)["inPerson"];
  readonly locale: string;
}

const IDLE_MS = 120_000;
const DONE_IDLE_MS = 20_000;
const WARNED_SECONDS = 30;

/** On a host's device: whose it is, the way to give it back, and what happens when nobody touches it. */
export function InPersonStrip({ hostName, isDone, words, locale }: InPersonStripProps) {
  const [isBusy, setBusy] = useState(false);
  const giveBack = (reason: "done" | "idle" | "other") => {
    setBusy(true);
    void wipeDevice(reason, "/kiosk");
  };
  useEffect(stayHere, []);
  const left = useIdle(isDone ? DONE_IDLE_MS : IDLE_MS, () => giveBack(isDone ? "done" : "idle"));
  return (
    <>
      <aside
        aria-label={fillIn(words.with, { host: hostName })}
        className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 bg-info-50 px-4 py-2 text-info-700"
      >
        <p>{fillIn(words.with, { host: hostName })}</p>
        <ReadyButton kind="secondary" isBusy={isBusy} onClick={() => giveBack(isDone ? "done" : "other")}>
          {words.giveBack}
        </ReadyButton>
      </aside>
      {left !== null && !isBusy ? (
        <div
          role="alertdialog"
          aria-labelledby="idle-heading"
          aria-describedby="idle-lead"
          className="fixed inset-0 z-50 grid place-items-center bg-ink-900/45 p-4"
        >
          <div className="flex max-w-[520px] flex-col gap-3 rounded-card bg-paper p-6 shadow-float">
            <h2 id="idle-heading" className="text-h3">
              {words.idleHeading}
            </h2>
            <p id="idle-lead">{fillIn(words.idleLead, { seconds: left }, locale)}</p>
            <ReadyButton size="large">{words.stay}</ReadyButton>
          </div>
        </div>
      ) : null}
    </>
  );
}

/** No link of a document leads away from the device's one purpose; the pages and files of this person's link belong to it. */
function stayHere(): () => void {
  const events = new AbortController();
  const onClick = (event: MouseEvent) => {
    const link = (event.target as Element | null)?.closest?.<HTMLAnchorElement>("a[href]");
    if (!link || link.getAttribute("href")!.startsWith("#")) return;
    // All pages of this person's link are `/sign/…` and what stands below it.
    const own = window.location.pathname.split("/").slice(0, 3).join("/");
    if (link.origin !== window.location.origin || !`${link.pathname}/`.startsWith(`${own}/`))
      event.preventDefault();
  };
  document.addEventListener("click", onClick, { signal: events.signal, capture: true });
  return () => events.abort();
}

/** @returns how many seconds are left before it ends, once that is worth saying; any touch begins anew. */
function useIdle(idleMs: number, onIdle: () => void): number | null {
  const [left, setLeft] = useState<number | null>(null);
  const ended = useRef(onIdle);
  useEffect(() => {
    ended.current = onIdle;
  });
  useEffect(() => {
    let touchedAt = Date.now();
    const events = new AbortController();
    const touched = () => {
      touchedAt = Date.now();
      setLeft(null);
    };
    for (const type of ["pointerdown", "keydown", "scroll", "touchstart"])
      window.addEventListener(type, touched, { signal: events.signal, passive: true, capture: true });
    const clock = setInterval(() => {
      const seconds = Math.ceil((touchedAt + idleMs - Date.now()) / 1_000);
      if (seconds <= 0) {
        clearInterval(clock);
        ended.current();
      } else setLeft(seconds <= WARNED_SECONDS && seconds * 1_000 < idleMs ? seconds : null);
    }, 500);
    return () => {
      events.abort();
      clearInterval(clock);
    };
  }, [idleMs]);
  return left;
}
