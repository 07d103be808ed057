"use client";

import { useTranslations } from "next-intl";
import { useState, useTransition } from "react";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { publicId } from "#lib/ids.ts";
import type { RuleCondition, RuleEvent } from "#lib/integrations/core/workspace-rule.ts";
import type { RuleTrial } from "#lib/integrations/rules/get-rules.ts";
import { tryOut } from "./actions.ts";

interface TryButtonProps {
  readonly event: RuleEvent;
  readonly conditions: readonly RuleCondition[];
}

/** Which past envelopes the rule would have done something about. */
export function TryButton({ event, conditions }: TryButtonProps) {
  const t = useTranslations("app.rules");
  const refusals = useTranslations("refusals");
  const [trial, setTrial] = useState<RuleTrial | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);
  const [isBusy, start] = useTransition();
  const run = () =>
    start(async () => {
      const { refusal, result } = await tryOut(event, conditions);
      setWrong(refusal ? refusalText(refusals, refusal) : null);
      setTrial(result ?? null);
    });
  return (
    <>
      <Button kind="secondary" isBusy={isBusy} onClick={run}>
        {t("try")}
      </Button>
      <div className="w-full" aria-live="polite">
        {wrong ? <Notice tone="bad">{wrong}</Notice> : null}
        {trial ? (
          <Notice>
            <p>
              {trial.looked === 0
                ? t("nothingPast")
                : t("tried", { matched: trial.matched, looked: trial.looked })}
            </p>
            <ul>
              {trial.shown.map(({ id, title }) => (
                <li key={id} className="[overflow-wrap:anywhere]">
                  <a href={`/envelopes/${publicId("envelope", id)}`} target="_blank" rel="noreferrer">
                    {title}
                  </a>
                </li>
              ))}
            </ul>
          </Notice>
        ) : null}
      </div>
    </>
  );
}
