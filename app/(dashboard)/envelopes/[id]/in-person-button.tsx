"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, useState, useTransition } from "react";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { startInPerson } from "./actions.ts";

interface InPersonButtonProps {
  readonly id: string;
  /** Of those who sign with this member. */
  readonly names: readonly string[];
}

/** Hands this device over to those who sign in person, under a number only the host knows. */
export function InPersonButton({ id, names }: InPersonButtonProps) {
  const t = useTranslations("app.kiosk");
  const refusals = useTranslations("refusals");
  const [isOpen, setOpen] = useState(false);
  const [differs, setDiffers] = useState(false);
  const [refusal, setRefusal] = useState<{ code: string; reference?: string } | null>(null);
  const [isBusy, start] = useTransition();

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const entered = new FormData(event.currentTarget);
    const pin = String(entered.get("pin"));
    setRefusal(null);
    setDiffers(pin !== entered.get("again"));
    if (pin !== entered.get("again")) return;
    start(async () => {
      const answer = await startInPerson(id, pin);
      if (answer.refusal) return setRefusal(answer.refusal);
      window.location.replace("/kiosk");
    });
  }

  const number = { type: "password", inputMode: "numeric", autoComplete: "off", maxLength: 6 } as const;
  return (
    <>
      <Button onClick={() => setOpen(true)}>{t("start")}</Button>
      <Dialog
        isOpen={isOpen}
        onOpenChange={setOpen}
        title={t("startTitle")}
        description={t("startLead", {
          names: new Intl.ListFormat("en").format(names),
          count: names.length,
        })}
        closeLabel={t("cancel")}
        footer={
          <>
            <Button kind="secondary" onClick={() => setOpen(false)}>
              {t("cancel")}
            </Button>
            <Button type="submit" form="in-person-form" isBusy={isBusy}>
              {t("begin")}
            </Button>
          </>
        }
      >
        <form
          method="post"
          id="in-person-form"
          onSubmit={submit}
          noValidate
          autoComplete="off"
          className="mt-4 flex flex-col gap-4"
        >
          {refusal ? <Notice tone="bad">{refusalText(refusals, refusal)}</Notice> : null}
          <TextField name="pin" {...number} label={t("pin")} className="max-w-80" />
          <TextField
            name="again"
            {...number}
            label={t("pinAgain")}
            error={differs ? t("pinDiffers") : null}
            className="max-w-80"
          />
        </form>
      </Dialog>
    </>
  );
}
