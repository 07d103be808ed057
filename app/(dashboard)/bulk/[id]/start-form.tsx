"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, useEffect, useState, useTransition } from "react";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button } from "#components/ui/button.tsx";
import { CheckField } from "#components/ui/check-field.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { begin } from "../actions.ts";

interface StartFormProps {
  readonly id: string;
  readonly ready: number;
  /** What the organization sends in a minute at most. */
  readonly most: number;
  readonly isBlocked: boolean;
  readonly asksForRepeats: boolean;
}

const REMINDERS = ["none", "24", "48", "72", "168"] as const;
const BOUNCES = ["2", "5", "10", "25", "100"] as const;

/** How a job goes out, and the one button that starts it. */
export function StartForm({ id, ready, most, isBlocked, asksForRepeats }: StartFormProps) {
  const t = useTranslations("app.bulk");
  const refusals = useTranslations("refusals");
  const [isQuiet, setQuiet] = useState(false);
  const [zone, setZone] = useState("UTC");
  const [wrong, setWrong] = useState<string | null>(null);
  const [isBusy, start] = useTransition();
  useEffect(() => setZone(Intl.DateTimeFormat().resolvedOptions().timeZone), []);

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? "");
    setWrong(null);
    start(async () => {
      const { refusal } = await begin(id, {
        perMinute: Number(text("perMinute")),
        quietHours: isQuiet ? { from: text("from"), until: text("until"), timeZone: text("zone") } : null,
        bouncePercent: Number(text("bounces")),
        reminderHours: text("reminders") === "none" ? null : Number(text("reminders")),
        allowsRepeats: form.get("repeats") === "yes",
      });
      if (refusal) setWrong(refusalText(refusals, refusal));
    });
  }

  return (
    <form method="post" onSubmit={submit} className="flex flex-col gap-5 px-4 py-4 sm:px-6">
      {wrong ? <Notice tone="bad">{wrong}</Notice> : null}
      <div className="grid gap-5 md:grid-cols-3">
        <TextField
          label={t("perMinute")}
          hint={t("perMinuteHint", { most })}
          name="perMinute"
          type="number"
          inputMode="numeric"
          min={1}
          max={600}
          required
          defaultValue={60}
        />
        <SelectField
          label={t("reminders")}
          name="reminders"
          defaultValue="48"
          options={REMINDERS.map((value) => ({ value, label: t(`reminderChoices.${value}`) }))}
        />
        <SelectField
          label={t("bounces")}
          name="bounces"
          defaultValue="5"
          options={BOUNCES.map((value) => ({ value, label: t("percent", { percent: value }) }))}
        />
      </div>
      <CheckField
        label={t("quiet")}
        hint={t("quietHint")}
        checked={isQuiet}
        onChange={(event) => setQuiet(event.target.checked)}
      />
      {isQuiet ? (
        <div className="grid gap-5 md:grid-cols-3">
          <TextField label={t("quietFrom")} name="from" type="time" required defaultValue="20:00" />
          <TextField label={t("quietUntil")} name="until" type="time" required defaultValue="08:00" />
          <TextField
            label={t("quietZone")}
            name="zone"
            required
            value={zone}
            onChange={(event) => setZone(event.target.value)}
          />
        </div>
      ) : null}
      {asksForRepeats ? (
        <CheckField label={t("repeats")} hint={t("repeatsHint")} name="repeats" value="yes" />
      ) : null}
      <div>
        <Button type="submit" isBusy={isBusy} disabled={isBlocked || (ready === 0 && !asksForRepeats)}>
          {isBusy ? t("starting") : ready > 0 ? t("startCount", { count: ready }) : t("start")}
        </Button>
      </div>
    </form>
  );
}
