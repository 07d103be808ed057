"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, useState, useTransition } from "react";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { startStand } from "./actions.ts";

/** Makes this device a stand for whoever walks up, under a number only its host knows. */
export function KioskForm({ id, title }: { readonly id: string; readonly title: string }) {
  const t = useTranslations("app.stand");
  const kiosk = useTranslations("app.kiosk");
  const refusals = useTranslations("refusals");
  const [differs, setDiffers] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);
  const [isBusy, start] = useTransition();

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const entered = new FormData(event.currentTarget);
    const pin = String(entered.get("pin"));
    setWrong(null);
    setDiffers(pin !== entered.get("again"));
    if (pin !== entered.get("again")) return;
    start(async () => {
      const { refusal } = await startStand(id, String(entered.get("event")), pin);
      if (refusal) return setWrong(refusalText(refusals, refusal));
      window.location.replace("/kiosk");
    });
  }

  const number = { type: "password", inputMode: "numeric", autoComplete: "off", maxLength: 6 } as const;
  return (
    <form
      method="post"
      onSubmit={submit}
      noValidate
      autoComplete="off"
      className="flex flex-col gap-4 p-4 sm:p-6"
    >
      <p className="text-ink-700">{t("lead")}</p>
      <TextField
        name="event"
        label={t("event")}
        hint={t("eventHint")}
        defaultValue={title}
        maxLength={120}
        className="max-w-md"
      />
      <div className="grid max-w-md gap-4 sm:grid-cols-2 sm:items-end">
        <TextField name="pin" {...number} label={kiosk("pin")} />
        <TextField
          name="again"
          {...number}
          label={kiosk("pinAgain")}
          error={differs ? kiosk("pinDiffers") : null}
        />
      </div>
      {wrong ? <Notice tone="bad">{wrong}</Notice> : null}
      <div>
        <Button type="submit" isBusy={isBusy}>
          {t("start")}
        </Button>
      </div>
    </form>
  );
}
