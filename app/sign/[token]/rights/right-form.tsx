"use client";

import { useEffect, useRef, useState } from "react";
import { sentenceFor } from "#components/signing/words.ts";
import { Notice } from "#components/ui/notice.tsx";
import { ReadyButton } from "#components/ui/ready-button.tsx";
import { TextArea } from "#components/ui/text-area.tsx";
import { attempt } from "../attempt.ts";
import { exercise } from "./actions.ts";

export interface RightFormProps {
  readonly right: "paper" | "contact" | "withdraw";
  readonly token: string;
  readonly words: {
    readonly heading: string;
    readonly lead: string;
    readonly field: string;
    readonly hint: string;
    readonly submit: string;
  };
  /** What is said afterwards, by what came of it. */
  readonly outcomes: Readonly<Record<string, string>>;
  readonly refusals: Readonly<Record<string, string>>;
}

/** One thing the law lets a person ask for: said in their own words, and confirmed in its place. */
export function RightForm({ right, token, words, outcomes, refusals }: RightFormProps) {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const [outcome, setOutcome] = useState<string | null>(null);
  const said = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (outcome) said.current?.focus();
  }, [outcome]);

  async function send(form: FormData) {
    setBusy(true);
    const { refusal, result } = await attempt(() => exercise(right, token, String(form.get("text"))));
    setBusy(false);
    setProblem(refusal ? sentenceFor(refusals, refusal) : null);
    if (!refusal) setOutcome(result ?? "done");
  }

  return (
    <section aria-labelledby={right} id={`${right}-part`} className="border-t border-line pt-6">
      <h2 id={right} className="text-h3">
        {words.heading}
      </h2>
      {outcome ? (
        <div ref={said} tabIndex={-1} className="mt-3 outline-none">
          <Notice tone="good">{outcomes[outcome]}</Notice>
        </div>
      ) : (
        <form
          method="post"
          className="mt-2 flex flex-col gap-3"
          onSubmit={(event) => {
            event.preventDefault();
            void send(new FormData(event.currentTarget));
          }}
        >
          <p>{words.lead}</p>
          <TextArea
            name="text"
            label={words.field}
            hint={words.hint}
            rows={3}
            maxLength={500}
            error={problem}
          />
          <ReadyButton
            type="submit"
            kind={right === "withdraw" ? "danger" : "primary"}
            size="large"
            isBusy={isBusy}
            className="sm:self-start"
          >
            {words.submit}
          </ReadyButton>
        </form>
      )}
    </section>
  );
}
