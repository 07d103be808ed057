"use client";

import { useTranslations } from "next-intl";
import { useState, useTransition } from "react";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { decide } from "./actions.ts";

/** Yes or no; either leads back to the program. */
export function ApproveButtons({ search }: { readonly search: string }) {
  const t = useTranslations("app.programs.approve");
  const refusals = useTranslations("refusals");
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, start] = useTransition();
  const say = (isAllowed: boolean) =>
    start(async () => {
      setProblem(null);
      const { refusal, result } = await decide(search, isAllowed);
      if (result) window.location.assign(result);
      else if (refusal) setProblem(refusalText(refusals, refusal));
    });
  return (
    <div className="flex flex-col gap-4">
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
      <div className="flex flex-wrap gap-3">
        <Button isBusy={isBusy} onClick={() => say(true)}>
          {t("allow")}
        </Button>
        <Button kind="secondary" disabled={isBusy} onClick={() => say(false)}>
          {t("refuse")}
        </Button>
      </div>
    </div>
  );
}
