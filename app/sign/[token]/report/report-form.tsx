"use client";

import { useEffect, useRef, useState, useTransition } from "react";
import { sentenceFor } from "#components/signing/words.ts";
import { CheckField } from "#components/ui/check-field.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { ReadyButton } from "#components/ui/ready-button.tsx";
import { TextArea } from "#components/ui/text-area.tsx";
import { attempt } from "../attempt.ts";
import { report } from "./actions.ts";

interface ReportFormProps {
  readonly token: string;
  readonly lead: string;
  readonly reasons: readonly { readonly code: string; readonly label: string }[];
  readonly words: Readonly<
    Record<"reasons" | "details" | "choose" | "submit" | "doneHeading" | "done", string>
  >;
  readonly refusals: Readonly<Record<string, string>>;
}

/** What is wrong, and in whose words. */
export function ReportForm({ token, lead, reasons, words, refusals }: ReportFormProps) {
  const [problem, setProblem] = useState<string | null>(null);
  const [isDone, setDone] = useState(false);
  const [isBusy, start] = useTransition();
  const said = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isDone) said.current?.focus();
  }, [isDone]);

  function submit(data: FormData) {
    if (!data.get("reason")) return setProblem(words.choose);
    start(async () => {
      const { refusal } = await attempt(() => report(token, data));
      setProblem(refusal ? sentenceFor(refusals, refusal) : null);
      if (!refusal) setDone(true);
    });
  }

  if (isDone)
    return (
      <div ref={said} tabIndex={-1} className="outline-none">
        <Notice tone="good">
          <p className="font-medium">{words.doneHeading}</p>
          <p>{words.done}</p>
        </Notice>
      </div>
    );
  return (
    <form
      method="post"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit(new FormData(event.currentTarget));
      }}
      className="flex flex-col gap-4"
    >
      <p>{lead}</p>
      <fieldset>
        <legend className="mb-1 font-medium">{words.reasons}</legend>
        {reasons.map(({ code, label }) => (
          <CheckField key={code} type="radio" name="reason" value={code} label={label} />
        ))}
      </fieldset>
      <TextArea name="details" label={words.details} rows={3} maxLength={1000} />
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
      <ReadyButton type="submit" kind="danger" size="large" isBusy={isBusy} className="sm:self-start">
        {words.submit}
      </ReadyButton>
    </form>
  );
}
