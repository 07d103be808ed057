"use client";

import { useState } from "react";
import { Notice } from "#components/ui/notice.tsx";
import type { TelephoneView } from "#lib/signing/hand-overs/draw-by-telephone.ts";
import { attempt } from "../../[token]/attempt.ts";
import { takeOver } from "./actions.ts";
import { type ClaimWords, MatchQuestion } from "./claimed.tsx";

interface MoveFormProps {
  readonly code: string;
  readonly view: TelephoneView;
  readonly words: ClaimWords;
}

/** Asks whether this is the right screen's code, then goes on with that screen's page here. */
export function MoveForm({ code, view: { state, match }, words }: MoveFormProps) {
  const [phase, setPhase] = useState<"asking" | "opening" | "ended">(
    state === "waiting" ? "asking" : "ended",
  );
  const [isBusy, setBusy] = useState(false);

  async function goOn() {
    setBusy(true);
    const { refusal, result } = await attempt(() => takeOver(code));
    setBusy(false);
    if (refusal) return setPhase("ended");
    setPhase("opening");
    // In this page's place: the code leads nowhere any more.
    window.location.replace(result!);
  }

  return (
    <div className="flex flex-col gap-4">
      {phase === "asking" ? <MatchQuestion match={match} words={words} isBusy={isBusy} onYes={goOn} /> : null}
      <div role="status">
        {phase === "opening" ? <Notice tone="good">{words.sent}</Notice> : null}
        {phase === "ended" ? <Notice tone="warn">{words.ended}</Notice> : null}
      </div>
    </div>
  );
}
