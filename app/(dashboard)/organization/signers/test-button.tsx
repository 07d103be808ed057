"use client";

import { useTranslations } from "next-intl";
import { useState, useTransition } from "react";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import type { FormState } from "../../../_server/form.ts";

interface TestButtonProps {
  readonly label: string;
  /** Whom it asks, for whoever does not see what it stands beside. */
  readonly about: string;
  readonly test: () => Promise<FormState>;
}

/** Asks a provider whether all is well; what it says stands on the page. */
export function TestButton({ label, about, test }: TestButtonProps) {
  const refusals = useTranslations("refusals");
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, start] = useTransition();
  const ask = () =>
    start(async () => {
      const { refusal } = await test();
      setProblem(refusal ? refusalText(refusals, refusal) : null);
    });
  return (
    <>
      <Button kind="secondary" isBusy={isBusy} onClick={ask}>
        {label}
        <span className="sr-only"> {about}</span>
      </Button>
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
    </>
  );
}
