"use client";

import { useState, useTransition } from "react";
import { Notice } from "#components/ui/notice.tsx";
import { ReadyButton } from "#components/ui/ready-button.tsx";
import { acknowledge } from "./actions.ts";

interface AcknowledgeFormProps {
  readonly token: string;
  readonly noticeSha256: string;
  readonly submit: string;
  /** By their codes; the last resort stands under `other`. */
  readonly refusals: Readonly<Record<string, string>>;
}

/** The one button that answers: opening the page does not. */
export function AcknowledgeForm({ token, noticeSha256, submit, refusals }: AcknowledgeFormProps) {
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, start] = useTransition();

  function answer() {
    setProblem(null);
    start(async () => {
      try {
        const { refusal } = await acknowledge(token, noticeSha256);
        if (refusal) setProblem(refusals[refusal.code] ?? refusals.other!);
      } catch {
        setProblem(refusals.other!);
      }
    });
  }

  return (
    <div className="flex flex-col gap-4">
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
      <ReadyButton size="large" className="w-full" onClick={answer} isBusy={isBusy}>
        {submit}
      </ReadyButton>
    </div>
  );
}
