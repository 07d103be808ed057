"use client";

import { useTranslations } from "next-intl";
import { useState, useTransition } from "react";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { checkNow } from "./actions.ts";

/** Asks for a check; the page shows that one is asked for, and its result when it is there. */
export function CheckButton({ label }: { readonly label: string }) {
  const refusals = useTranslations("refusals");
  const [isAsking, start] = useTransition();
  const [wrong, setWrong] = useState<string | null>(null);
  const ask = () =>
    start(async () => {
      const { refusal } = await checkNow();
      setWrong(refusal ? refusalText(refusals, refusal) : null);
    });
  return (
    <div className="flex flex-col items-start gap-3">
      <Button kind="secondary" isBusy={isAsking} onClick={ask}>
        {label}
      </Button>
      {wrong ? <Notice tone="bad">{wrong}</Notice> : null}
    </div>
  );
}
