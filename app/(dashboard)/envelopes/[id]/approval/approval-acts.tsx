"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, useState, useTransition } from "react";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { TextArea } from "#components/ui/text-area.tsx";
import { ask, decide } from "./actions.ts";

interface AskProps {
  readonly id: string;
  readonly version: number;
  /** It was asked for already: this asks anew. */
  readonly isAsked: boolean;
}

export function AskForApproval({ id, version, isAsked }: AskProps) {
  const t = useTranslations("app.approval");
  const refusals = useTranslations("refusals");
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, start] = useTransition();

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    const note = String(new FormData(form).get("note") ?? "");
    setProblem(null);
    start(async () => {
      const { refusal } = await ask(id, version, note);
      if (refusal) return setProblem(refusalText(refusals, refusal));
      form.reset();
    });
  }

  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
      <TextArea name="note" label={t("note")} hint={t("noteHint")} maxLength={500} rows={3} />
      <div>
        <Button type="submit" isBusy={isBusy} kind={isAsked ? "secondary" : "primary"}>
          {isAsked ? t("askAgain") : t("ask")}
        </Button>
      </div>
    </form>
  );
}

interface DecideProps {
  readonly id: string;
  readonly approvalId: string;
  readonly isOutdated: boolean;
}

export function DecideApproval({ id, approvalId, isOutdated }: DecideProps) {
  const t = useTranslations("app.approval");
  const refusals = useTranslations("refusals");
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [isBusy, start] = useTransition();

  const say = (isApproved: boolean) => {
    setProblem(null);
    start(async () => {
      const { refusal } = await decide(id, approvalId, isApproved, reason);
      if (refusal) setProblem(refusalText(refusals, refusal));
    });
  };

  return (
    <div className="flex flex-col gap-4">
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
      <TextArea
        label={t("reason")}
        hint={t("reasonHint")}
        maxLength={500}
        rows={3}
        value={reason}
        onChange={({ target }) => setReason(target.value)}
      />
      <div className="flex flex-wrap gap-3">
        <Button isBusy={isBusy} disabled={isOutdated} onClick={() => say(true)}>
          {t("approve")}
        </Button>
        <Button kind="secondary" isBusy={isBusy} onClick={() => say(false)}>
          {t("return")}
        </Button>
      </div>
    </div>
  );
}
