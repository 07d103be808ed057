"use client";

import { useState, useTransition } from "react";
import { sentenceFor } from "#components/signing/words.ts";
import { Notice } from "#components/ui/notice.tsx";
import { ReadyButton } from "#components/ui/ready-button.tsx";
import type { LinkAnswer } from "#lib/signing/ask-for-link.ts";
import { linkAgain } from "./actions.ts";
import { attempt } from "./attempt.ts";

interface AskForLinkProps {
  readonly token: string;
  readonly label: string;
  readonly kind?: "primary" | "secondary";
  /** What came of it, in words. */
  readonly said: Readonly<Record<LinkAnswer, string>>;
  readonly refusals: Readonly<Record<string, string>>;
}

/** One press asks for another link; what comes of it is said in the button's place. */
export function AskForLink({ token, label, kind = "primary", said, refusals }: AskForLinkProps) {
  const [outcome, setOutcome] = useState<LinkAnswer | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, start] = useTransition();
  const press = () =>
    start(async () => {
      const { refusal, result } = await attempt(() => linkAgain(token));
      setProblem(refusal ? sentenceFor(refusals, refusal) : null);
      if (!refusal) setOutcome(result ?? "mailed");
    });
  return (
    <div role="status" className="flex flex-col gap-3">
      {outcome ? <Notice tone="good">{said[outcome]}</Notice> : null}
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
      {outcome ? null : (
        <ReadyButton
          kind={kind}
          size="large"
          isBusy={isBusy}
          onClick={press}
          className="max-sm:w-full sm:self-start"
        >
          {label}
        </ReadyButton>
      )}
    </div>
  );
}
