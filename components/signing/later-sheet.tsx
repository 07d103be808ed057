"use client";

import { useEffect, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Sheet } from "./sheet.tsx";
import type { SignWords } from "./words.ts";

interface LaterSheetProps {
  readonly isOpen: boolean;
  readonly closeLabel: string;
  readonly words: SignWords["later"];
  /** With the day until which the link works. */
  readonly savedText: string;
  readonly mailedText: string;
  /** Sends what is not saved yet. @returns whether all is. */
  save(): Promise<boolean>;
  /** Has the link mailed again. @returns why not, in words, or null. */
  mailAgain(): Promise<string | null>;
  onClose(): void;
}

/** Says that one may go away, and how to come back. */
export function LaterSheet(props: LaterSheetProps) {
  const { isOpen, closeLabel, words, onClose } = props;
  return (
    <Sheet isOpen={isOpen} onClose={onClose} title={words.heading} closeLabel={closeLabel}>
      <Later {...props} />
    </Sheet>
  );
}

function Later({ words, savedText, mailedText, save, mailAgain, onClose }: LaterSheetProps) {
  const [isSaved, setSaved] = useState<boolean | null>(null);
  const [isMailed, setMailed] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, as it opens.
  useEffect(() => {
    void save().then(setSaved);
  }, []);

  async function mail() {
    setBusy(true);
    const refused = await mailAgain();
    setBusy(false);
    setProblem(refused);
    setMailed(refused === null);
  }

  return (
    <div className="flex flex-col gap-4">
      <div role="status" className="flex flex-col gap-3">
        {isSaved === null ? <p>{words.saving}</p> : null}
        {isSaved === true ? <p>{savedText}</p> : null}
        {isSaved === false ? <Notice tone="warn">{words.unsaved}</Notice> : null}
        {isMailed ? <Notice tone="good">{mailedText}</Notice> : null}
        {problem ? <Notice tone="bad">{problem}</Notice> : null}
      </div>
      <div className="flex flex-col gap-2 sm:flex-row">
        <Button kind="secondary" size="large" isBusy={isBusy} disabled={isMailed} onClick={mail}>
          {words.mailAgain}
        </Button>
        <Button kind="quiet" size="large" onClick={onClose}>
          {words.goOn}
        </Button>
      </div>
    </div>
  );
}
