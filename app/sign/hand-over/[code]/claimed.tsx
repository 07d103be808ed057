"use client";

import { type ReactNode, useEffect, useRef, useState } from "react";
import { Notice } from "#components/ui/notice.tsx";
import { ReadyButton } from "#components/ui/ready-button.tsx";
import type { HandOverState } from "#lib/signing/core/hand-over.ts";
import { attempt } from "../../[token]/attempt.ts";
import { claim as claimCode } from "./actions.ts";

export type ClaimWords = Readonly<Record<"lead" | "match" | "warning" | "begin" | "sent" | "ended", string>>;

interface ClaimedProps {
  readonly code: string;
  readonly state: HandOverState;
  readonly match: string;
  readonly words: ClaimWords;
  /** What is done once the code is this telephone's. */
  children(claim: string, setPhase: (phase: "sent" | "ended") => void): ReactNode;
}

/** Asks whether this is the right screen's code and takes it for this telephone; says how it ended. */
export function Claimed({ code, state, match, words, children }: ClaimedProps) {
  const key = `whereof-hand-over-${code}`;
  const [phase, setPhase] = useState<"asking" | "open" | "sent" | "ended">(
    state === "waiting" ? "asking" : "ended",
  );
  const [claim, setClaim] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const head = useRef<HTMLDivElement>(null);

  // A page that was loaded again goes on: the claim is this telephone's.
  useEffect(() => {
    const kept = stored(key);
    if (state !== "open" || !kept) return;
    setClaim(kept);
    setPhase("open");
  }, [key, state]);
  useEffect(() => {
    if (phase !== "asking") head.current?.focus();
  }, [phase]);

  async function begin() {
    setBusy(true);
    const { refusal, result } = await attempt(() => claimCode(code));
    setBusy(false);
    if (refusal) return setPhase("ended");
    setClaim(result!);
    store(key, result!);
    setPhase("open");
  }

  return (
    <div ref={head} tabIndex={-1} className="flex flex-col gap-4 outline-none">
      {phase === "asking" ? (
        <MatchQuestion match={match} words={words} isBusy={isBusy} onYes={begin} />
      ) : null}
      {phase === "open" && claim ? children(claim, setPhase) : null}
      {phase === "sent" ? <Notice tone="good">{words.sent}</Notice> : null}
      {phase === "ended" ? <Notice tone="warn">{words.ended}</Notice> : null}
    </div>
  );
}

interface MatchQuestionProps extends Pick<ClaimedProps, "match"> {
  readonly words: Pick<ClaimWords, "lead" | "match" | "begin" | "warning">;
  readonly isBusy: boolean;
  onYes(): void;
}

/** Whether the two screens are of one person, who looks at both. */
export function MatchQuestion({ match, words, isBusy, onYes }: MatchQuestionProps) {
  return (
    <>
      <p>{words.lead}</p>
      <p className="text-center font-mono text-[2.25rem] tracking-[0.3em]">
        <span className="sr-only">{words.match}: </span>
        {match}
      </p>
      <ReadyButton size="large" isBusy={isBusy} onClick={onYes}>
        {words.begin}
      </ReadyButton>
      <p className="text-ink-600">{words.warning}</p>
    </>
  );
}

function stored(key: string): string | null {
  try {
    return sessionStorage.getItem(key);
  } catch {
    return null;
  }
}

function store(key: string, value: string): void {
  try {
    sessionStorage.setItem(key, value);
  } catch {
    // Without storage the claim lives as long as the page.
  }
}
