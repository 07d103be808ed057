"use client";

import type { Route } from "next";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { type FormEvent, useRef, useState, useTransition } from "react";
import { readReminder } from "#components/envelopes/read-reminder.ts";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { ReminderField } from "#components/envelopes/reminder-field.tsx";
import { Button, buttonClass } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { TextArea } from "#components/ui/text-area.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { ENVELOPE_LIMITS } from "#lib/envelopes/core/draft.ts";
import type { CorrectionView } from "#lib/envelopes/get-correction.ts";
import type { FormState } from "../../../../_server/form.ts";
import { correct } from "./actions.ts";
import { PersonFields, type PersonWish } from "./person-fields.tsx";

interface CorrectFormProps {
  readonly id: string;
  readonly correction: CorrectionView;
}

/** Everything that may still be changed, on one page; nothing is changed until the button is pressed. */
export function CorrectForm({ id, correction }: CorrectFormProps) {
  const t = useTranslations("app.correct");
  const refusals = useTranslations("refusals");
  const [people, setPeople] = useState<readonly PersonWish[]>(correction.people);
  const [refusal, setRefusal] = useState<FormState["refusal"]>(null);
  const [isBusy, start] = useTransition();
  const notice = useRef<HTMLDivElement>(null);

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setRefusal(null);
    start(async () => {
      const state = await correct(id, {
        message: String(form.get("message") ?? ""),
        reminderHours: readReminder(form.get("reminder")),
        expiresOn: String(form.get("expiresOn") ?? "") || undefined,
        people: people.map((person) => {
          const { id, name, email, phone, check, order } = person;
          return { id, name, email, phone, check, order };
        }),
      });
      setRefusal(state.refusal);
      if (state.refusal) notice.current?.scrollIntoView({ block: "center" });
    });
  }

  return (
    <form method="post" onSubmit={submit} noValidate className="flex flex-col gap-6">
      <ul aria-label={t("people")} className="flex flex-col gap-4">
        {correction.people.map((person, index) => (
          <li key={person.id} className="rounded-card border border-line bg-paper p-4 sm:p-6">
            <PersonFields
              person={person}
              wish={people[index]!}
              onChange={(part) => {
                setRefusal(null);
                setPeople(people.map((one) => (one.id === person.id ? { ...one, ...part } : one)));
              }}
            />
          </li>
        ))}
      </ul>
      <div className="flex flex-col gap-4 rounded-card border border-line bg-paper p-4 sm:p-6">
        <TextArea
          name="message"
          label={t("message")}
          hint={t("messageHint")}
          maxLength={ENVELOPE_LIMITS.messageLength}
          defaultValue={correction.message}
        />
        <ReminderField name="reminder" hours={correction.reminderHours} className="max-w-72" />
        {correction.expiresAt ? (
          <TextField
            name="expiresOn"
            type="date"
            label={t("expiresOn")}
            hint={t("expiresHint", { time: correction.expiresAt.toISOString().slice(11, 16) })}
            defaultValue={correction.expiresAt.toISOString().slice(0, 10)}
            required
            className="max-w-72"
          />
        ) : null}
      </div>
      <div ref={notice}>{refusal ? <Notice tone="bad">{refusalText(refusals, refusal)}</Notice> : null}</div>
      <div className="flex flex-wrap gap-3">
        <Button type="submit" isBusy={isBusy}>
          {t("confirm")}
        </Button>
        <Link href={`/envelopes/${id}` as Route} className={buttonClass("secondary")}>
          {t("cancel")}
        </Link>
      </div>
    </form>
  );
}
