"use client";

import { Check, CloudOff } from "lucide-react";
import { useEffect, useRef } from "react";
import { Button } from "#components/ui/button.tsx";
import type { QueueState } from "./value-queue.ts";
import type { SignWords } from "./words.ts";

export const ACTION_ID = "next-action";
const MARGIN_PX = 24;

export interface ActionBarProps {
  readonly label: string;
  readonly progress: string;
  readonly state: Pick<QueueState, "trouble" | "isUnsaved" | "hasSaved">;
  readonly isBusy: boolean;
  readonly words: SignWords["bar"];
  /** Leads through what may be filled in and need not be. */
  readonly optional: { readonly label: string; onPress(): void } | null;
  onPress(): void;
}

/** Always there, always says the next thing to do. */
export function ActionBar({ label, progress, state, isBusy, words, optional, onPress }: ActionBarProps) {
  const bar = useRef<HTMLElement>(null);
  useBarHeight(bar);
  return (
    <section
      ref={bar}
      aria-label={words.label}
      data-cover
      className="fixed inset-x-0 bottom-(--keyboard) z-40 border-t border-line bg-paper pb-[env(safe-area-inset-bottom)]"
    >
      {state.trouble ? (
        <p role="alert" className="flex items-center gap-2 bg-warn-50 px-4 py-2 text-warn-800">
          <CloudOff aria-hidden="true" size={18} className="shrink-0" />
          {state.trouble === "offline" ? words.offline : words.failing}
        </p>
      ) : null}
      <div className="mx-auto flex max-w-[860px] flex-col gap-2 px-4 py-3 sm:flex-row sm:items-center sm:justify-between sm:gap-6">
        <p className="flex min-h-6 items-center justify-between gap-4 text-ink-700 sm:flex-1">
          <span>{progress}</span>
          <span role="status" className="flex items-center gap-1.5 text-ink-600">
            {saving(state, words)}
          </span>
        </p>
        {optional ? (
          <Button kind="quiet" onClick={optional.onPress} className="-my-2 self-start px-0">
            {optional.label}
          </Button>
        ) : null}
        <Button id={ACTION_ID} size="large" isBusy={isBusy} onClick={onPress} className="sm:min-w-60">
          {label}
        </Button>
      </div>
    </section>
  );
}

function saving({ trouble, isUnsaved, hasSaved }: ActionBarProps["state"], words: SignWords["bar"]) {
  if (isUnsaved) return trouble ? words.notSaved : words.saving;
  if (!hasSaved) return null;
  return (
    <>
      <Check aria-hidden="true" size={18} /> {words.saved}
    </>
  );
}

/** Lets the page keep what is focused clear of the bar. */
function useBarHeight(bar: React.RefObject<HTMLElement | null>) {
  useEffect(() => {
    const element = bar.current!;
    const root = document.documentElement;
    const measure = () => {
      element.parentElement!.style.setProperty("--bar", `${element.offsetHeight}px`);
      root.style.scrollPaddingBottom = `${element.offsetHeight + MARGIN_PX}px`;
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => {
      observer.disconnect();
      root.style.scrollPaddingBottom = "";
    };
  }, [bar]);
}
