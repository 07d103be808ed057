"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, useState, useTransition } from "react";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { choosePassword } from "./actions.ts";

interface PasswordFormProps {
  readonly email: string;
  readonly needsCurrent: boolean;
  readonly hasPassword: boolean;
}

export function PasswordForm({ email, needsCurrent, hasPassword }: PasswordFormProps) {
  const t = useTranslations("app.account");
  const refusals = useTranslations("refusals");
  const [refusal, setRefusal] = useState<{ code: string; reference?: string } | null>(null);
  const [isDone, setDone] = useState(false);
  const [isBusy, start] = useTransition();
  const said = refusal ? refusalText(refusals, refusal) : null;
  const about = (code: string) => (refusal?.code.startsWith(code) ? said : null);
  const ofPassword = about("identity/password-");
  const ofCurrent = about("identity/current-");

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    setRefusal(null);
    setDone(false);
    start(async () => {
      const state = await choosePassword(new FormData(form));
      if (state.refusal) return setRefusal(state.refusal);
      form.reset();
      setDone(true);
    });
  }

  return (
    <form method="post" onSubmit={submit} className="flex flex-col gap-4 p-4 sm:p-6">
      {hasPassword ? null : <p className="text-ink-700">{t("setLead")}</p>}
      {said && !ofPassword && !ofCurrent ? <Notice tone="bad">{said}</Notice> : null}
      {isDone ? <Notice tone="good">{t("done")}</Notice> : null}
      <input type="text" name="username" value={email} autoComplete="username" readOnly hidden />
      {needsCurrent ? (
        <TextField
          name="current"
          type="password"
          label={t("current")}
          autoComplete="current-password"
          required
          error={ofCurrent}
        />
      ) : null}
      <TextField
        name="password"
        type="password"
        label={t("password")}
        hint={ofPassword ? undefined : t("passwordHint")}
        autoComplete="new-password"
        required
        error={ofPassword}
      />
      <div>
        <Button type="submit" isBusy={isBusy}>
          {hasPassword ? t("change") : t("set")}
        </Button>
      </div>
    </form>
  );
}
