"use client";

import { Fingerprint } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { sentenceFor } from "#components/signing/words.ts";
import { Notice } from "#components/ui/notice.tsx";
import { ReadyButton } from "#components/ui/ready-button.tsx";
import { attempt } from "./attempt.ts";
import { askPasskey, passWithPasskey } from "./check-actions.ts";
import { answerOf, hasPasskeys } from "./passkey-browser.ts";

interface PasskeyButtonProps {
  readonly token: string;
  readonly words: Readonly<Record<"label" | "busy" | "unsupported" | "given-up", string>>;
  readonly refusals: Readonly<Record<string, string>>;
}

/** Asks the browser for a passkey, or to make one. */
export function PasskeyButton({ token, words, refusals }: PasskeyButtonProps) {
  const router = useRouter();
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);

  async function use(): Promise<string | null> {
    if (!hasPasskeys()) return words.unsupported;
    const begun = await attempt(() => askPasskey(token));
    if (begun.refusal) return sentenceFor(refusals, begun.refusal);
    const answer = await answerOf(begun.result!).catch(() => null);
    if (!answer) return words["given-up"];
    const { refusal } = await attempt(() => passWithPasskey(token, answer));
    return refusal ? sentenceFor(refusals, refusal) : null;
  }

  return (
    <div className="flex flex-col gap-3">
      <ReadyButton
        size="large"
        isBusy={isBusy}
        className="sm:self-start"
        onClick={async () => {
          setBusy(true);
          setProblem(null);
          const found = await use();
          if (!found) return router.refresh();
          setProblem(found);
          setBusy(false);
        }}
      >
        {isBusy ? null : <Fingerprint aria-hidden="true" className="size-5" />}
        {isBusy ? words.busy : words.label}
      </ReadyButton>
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
    </div>
  );
}
