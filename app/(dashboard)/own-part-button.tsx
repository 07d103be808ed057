"use client";

import { useTranslations } from "next-intl";
import { useState, useTransition } from "react";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button, type ButtonKind } from "#components/ui/button.tsx";
import { openMyPart } from "./actions.ts";

interface OwnPartButtonProps {
  readonly envelope: string;
  readonly recipient: string;
  readonly title: string;
  readonly kind?: ButtonKind;
}

/** Opens what the member themselves is asked for, as whoever has the mailed link does. */
export function OwnPartButton({ envelope, recipient, title, kind = "secondary" }: OwnPartButtonProps) {
  const t = useTranslations("app.list");
  const refusals = useTranslations("refusals");
  const [problem, setProblem] = useState<string | null>(null);
  const [isOpening, start] = useTransition();

  function open() {
    setProblem(null);
    start(async () => {
      const { refusal } = await openMyPart(envelope, recipient);
      if (refusal) setProblem(refusalText(refusals, refusal));
    });
  }

  return (
    <div className="relative z-10 flex flex-wrap items-center gap-2">
      <Button kind={kind} isBusy={isOpening} onClick={open} aria-label={t("openMineOf", { title })}>
        {t("openMine")}
      </Button>
      {problem ? (
        <p role="alert" className="text-small text-bad-700">
          {problem}
        </p>
      ) : null}
    </div>
  );
}
