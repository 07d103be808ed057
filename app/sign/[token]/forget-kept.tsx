"use client";

import { useState, useTransition } from "react";
import { sentenceFor } from "#components/signing/words.ts";
import { Notice } from "#components/ui/notice.tsx";
import { ReadyButton } from "#components/ui/ready-button.tsx";
import { forgetKept } from "./actions.ts";
import { attempt } from "./attempt.ts";

interface ForgetKeptProps {
  readonly token: string;
  readonly text: string;
  readonly label: string;
  readonly refusals: Readonly<Record<string, string>>;
}

/** Says that a signature is kept, and removes it. */
export function ForgetKept({ token, text, label, refusals }: ForgetKeptProps) {
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, start] = useTransition();
  const press = () =>
    start(async () => {
      const { refusal } = await attempt(() => forgetKept(token));
      setProblem(refusal ? sentenceFor(refusals, refusal) : null);
    });
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2 text-small">
      <p className="min-w-48 flex-1">{text}</p>
      <ReadyButton kind="quiet" isBusy={isBusy} onClick={press}>
        {label}
      </ReadyButton>
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
    </div>
  );
}
