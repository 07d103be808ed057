"use client";

import { Check, CloudOff, LoaderCircle, TriangleAlert } from "lucide-react";
import { useTranslations } from "next-intl";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import type { SaveState } from "./draft-saver.ts";

interface SaveLineProps {
  readonly state: SaveState;
  readonly onRetry: () => void;
}

/** Whether what is on screen is kept: "Saved" only once the server has said so. */
export function SaveLine({ state, onRetry }: SaveLineProps) {
  const t = useTranslations("app.prepare.save");
  const refusals = useTranslations("refusals");
  const isWrong = state.kind === "offline" || state.kind === "refused";
  return (
    <div className="flex min-h-6 flex-wrap items-center gap-x-2 text-small">
      <p
        role="status"
        className={`flex items-center gap-1.5 ${isWrong ? "text-bad-700" : "text-ink-600"}`}
        data-save={state.kind}
      >
        {state.kind === "saved" ? <Check aria-hidden="true" className="size-4 text-good-700" /> : null}
        {state.kind === "saving" || state.kind === "unsaved" ? (
          <LoaderCircle aria-hidden="true" className="size-4" />
        ) : null}
        {state.kind === "offline" ? <CloudOff aria-hidden="true" className="size-4 shrink-0" /> : null}
        {state.kind === "refused" ? <TriangleAlert aria-hidden="true" className="size-4 shrink-0" /> : null}
        <span>{state.kind === "refused" ? refusalText(refusals, state) : t(state.kind)}</span>
      </p>
      {isWrong ? (
        <button type="button" onClick={onRetry} className="min-h-6 font-medium text-action-700 underline">
          {t("retry")}
        </button>
      ) : null}
    </div>
  );
}
