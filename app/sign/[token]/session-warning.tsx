"use client";

import { useRouter } from "next/navigation";
import { useEffect, useState } from "react";
import { Sheet } from "#components/signing/sheet.tsx";
import { type SignWords, sentenceFor } from "#components/signing/words.ts";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { stay } from "./actions.ts";
import { attempt, isOutdated } from "./attempt.ts";

const BEFORE_MS = 2 * 60_000;
/** Browsers count no longer times than this. */
const LONGEST_MS = 2 ** 31 - 1;

interface SessionWarningProps {
  readonly token: string;
  /** What is left as the page came; null when nothing ends. Never an instant: clocks of devices are wrong. */
  readonly sessionMs: number | null;
  readonly words: SignWords["session"];
  readonly closeLabel: string;
  readonly refusals: Readonly<Record<string, string>>;
}

/** Says two minutes before that what the person has shown will not count any more, and lets them go on with one press. */
export function SessionWarning({ token, sessionMs, words, closeLabel, refusals }: SessionWarningProps) {
  const router = useRouter();
  const [leftMs, setLeftMs] = useState(sessionMs);
  const [isOpen, setOpen] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  useEffect(() => setLeftMs(sessionMs), [sessionMs]);
  useEffect(() => {
    if (leftMs === null) return;
    const warning = setTimeout(() => setOpen(true), Math.min(LONGEST_MS, Math.max(0, leftMs - BEFORE_MS)));
    const ending = setTimeout(() => router.refresh(), Math.min(LONGEST_MS, leftMs + 1_000));
    return () => {
      clearTimeout(warning);
      clearTimeout(ending);
    };
  }, [leftMs, router]);

  async function goOn() {
    setBusy(true);
    const { refusal, result } = await attempt(() => stay(token));
    setBusy(false);
    if (refusal && isOutdated(refusal.code)) router.refresh();
    setProblem(refusal ? sentenceFor(refusals, refusal) : null);
    if (refusal) return;
    setLeftMs(result!);
    setOpen(false);
  }

  return (
    <Sheet isOpen={isOpen} onClose={() => setOpen(false)} title={words.heading} closeLabel={closeLabel}>
      <div className="flex flex-col gap-4">
        <p>{words.text}</p>
        {problem ? <Notice tone="bad">{problem}</Notice> : null}
        <Button size="large" isBusy={isBusy} onClick={goOn}>
          {words.stay}
        </Button>
      </div>
    </Sheet>
  );
}
