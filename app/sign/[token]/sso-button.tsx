"use client";

import { ExternalLink } from "lucide-react";
import { useState } from "react";
import { sentenceFor } from "#components/signing/words.ts";
import { Notice } from "#components/ui/notice.tsx";
import { ReadyButton } from "#components/ui/ready-button.tsx";
import { attempt } from "./attempt.ts";
import { askSso } from "./check-actions.ts";

interface SsoButtonProps {
  readonly token: string;
  readonly words: Readonly<Record<"label" | "busy", string>>;
  readonly refusals: Readonly<Record<string, string>>;
}

/** Leads to the organization's identity provider, and back. */
export function SsoButton({ token, words, refusals }: SsoButtonProps) {
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  return (
    <div className="flex flex-col gap-3">
      <ReadyButton
        size="large"
        isBusy={isBusy}
        className="sm:self-start"
        onClick={async () => {
          setBusy(true);
          setProblem(null);
          const { refusal, result } = await attempt(() => askSso(token));
          if (result) return window.location.assign(result);
          setBusy(false);
          if (refusal) setProblem(sentenceFor(refusals, refusal));
        }}
      >
        {isBusy ? null : <ExternalLink aria-hidden="true" className="size-5" />}
        {isBusy ? words.busy : words.label}
      </ReadyButton>
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
    </div>
  );
}
