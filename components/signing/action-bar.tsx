"use client";

import { Check, CloudOff } from "lucide-react";
import { useEffect, useLayoutEffect, useRef } from "react";
import { Button } from "#components/ui/button.tsx";
import { useIsReady } from "#components/ui/use-is-ready.ts";
import type { QueueState } from "./value-queue.ts";
import type { SignWords } from "./words.ts";

export const ACTION_ID = "next-action";
const MARGIN_PX = 24;

export interface ActionBarProps {
  readonly label: string;
  readonly progress: string;
  readonly state: Pick<QueueState, "trouble" | "isUnsaved" | "hasSaved">;
  readonly isBusy: boolean;
  readonly offline: BarOffline;
  readonly words: SignWords["bar"];
  /** Leads through what may be filled in and need not be. */
  readonly optional: { readonly label: string; onPress(): void } | null;
  readonly offlineWords: SignWords["offline"];
  onPress(): void;
}

/** What this device does while there is no network. */
interface BarOffline {
  readonly phase: "idle" | "ready" | "not-kept";
  readonly isAway: boolean;
  readonly waiting: number;
  readonly isFieldBlocked: boolean;
}

/** Always there, always says the next thing to do. */
export function ActionBar(props: ActionBarProps) {
  const { label, progress, state, isBusy, words, offline, offlineWords, optional, onPress } = props;
  const trouble = troubleWords(props);
  const bar = useRef<HTMLElement>(null);
  const isReady = useIsReady();
  useBarHeight(bar);
  return (
    <section
      ref={bar}
      aria-label={words.label}
      data-cover
      data-offline={offline.phase}
      className="fixed inset-x-0 bottom-(--keyboard) z-40 border-t border-line bg-paper pb-[env(safe-area-inset-bottom)]"
    >
      {trouble ? (
        <p role="alert" className="flex items-center gap-2 bg-warn-50 px-4 py-2 text-warn-800">
          <CloudOff aria-hidden="true" size={18} className="shrink-0" />
          {trouble}
        </p>
      ) : null}
      <div className="mx-auto flex max-w-[860px] flex-col gap-2 px-4 py-3 sm:flex-row sm:items-center sm:justify-between sm:gap-6">
        <p className="flex min-h-6 items-center justify-between gap-4 text-ink-700 sm:flex-1">
          {/* Said by itself, and not with each "Saved". */}
          <span aria-live="polite">{progress}</span>
          <span role="status" className="flex items-center gap-1.5 text-ink-600">
            {saving(state, words, offline.waiting > 0 ? offlineWords.kept : words.saved)}
          </span>
        </p>
        {optional ? (
          <Button
            kind="quiet"
            onClick={optional.onPress}
            className="-my-2 -ms-4 self-start sm:m-0 sm:self-center forced-colors:m-0"
          >
            {optional.label}
          </Button>
        ) : null}
        <Button
          id={ACTION_ID}
          size="large"
          isBusy={isBusy}
          disabled={!isReady}
          onClick={onPress}
          className="sm:min-w-60"
        >
          {label}
        </Button>
      </div>
    </section>
  );
}

/** What is wrong with the network, and what it means for whoever goes on. */
function troubleWords({ state, offline, words, offlineWords }: ActionBarProps): string | null {
  const isAway = offline.isAway || state.trouble === "offline";
  if (isAway && offline.isFieldBlocked) return offlineWords.fieldBlocked;
  if (isAway && offline.phase === "ready") return offlineWords.away;
  if (isAway && offline.phase === "not-kept") return offlineWords.notKept;
  if (state.trouble === null) return offline.isAway ? words.offline : null;
  return state.trouble === "offline" ? words.offline : words.failing;
}

function saving(
  { trouble, isUnsaved, hasSaved }: ActionBarProps["state"],
  words: SignWords["bar"],
  saved: string,
) {
  if (isUnsaved) return trouble ? words.notSaved : words.saving;
  if (!hasSaved) return null;
  return (
    <>
      <Check aria-hidden="true" size={18} /> {saved}
    </>
  );
}

/** Lets the page keep what is focused clear of the bar. */
function useBarHeight(bar: React.RefObject<HTMLElement | null>) {
  // With every word that changes in it, before anybody sees it or goes on; by itself where only letters change.
  useLayoutEffect(() => keepClear(bar.current!));
  useEffect(() => {
    const element = bar.current!;
    const observer = new ResizeObserver(() => keepClear(element));
    observer.observe(element);
    return () => {
      observer.disconnect();
      document.documentElement.style.scrollPaddingBottom = "";
    };
  }, [bar]);
}

function keepClear(bar: HTMLElement): void {
  // It may have just gone.
  bar.parentElement?.style.setProperty("--bar", `${bar.offsetHeight}px`);
  document.documentElement.style.scrollPaddingBottom = `${bar.offsetHeight + MARGIN_PX}px`;
}
