"use client";

import { useTranslations } from "next-intl";
import { type FormEvent, useId, useState, useTransition } from "react";
import { toast } from "sonner";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { usePageCommands } from "../../page-commands.ts";
import { extend, extendPerson } from "./actions.ts";

interface ExtendButtonProps {
  readonly id: string;
  readonly title: string;
  readonly state: "sent" | "expired";
  /** The day until which it may be signed now. */
  readonly date: string;
  /** ISO 8601; null when there is no end, or it is over. */
  readonly expiresAt: string | null;
  /** Whose own time it is; left out for that of the envelope. */
  readonly person?: { readonly id: string; readonly name: string };
}

const DAY_MS = 86_400_000;
const USUAL_DAYS = 14;
const MOST_DAYS = 365;
const isDays = (days: number) => Number.isInteger(days) && days >= 1 && days <= MOST_DAYS;

/** Gives the envelope or one person more time, also after it was over. */
export function ExtendButton({ id, title, state, date, expiresAt, person }: ExtendButtonProps) {
  const t = useTranslations("app.extend");
  const refusals = useTranslations("refusals");
  const formId = useId();
  const [isOpen, setOpen] = useState(false);
  const [wrong, setWrong] = useState<"wrong" | "sooner" | null>(null);
  const daysLeft = expiresAt ? Math.ceil((Date.parse(expiresAt) - Date.now()) / DAY_MS) : 0;
  const [refusal, setRefusal] = useState<{ code: string; reference?: string } | null>(null);
  const [isBusy, start] = useTransition();

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const days = Number(new FormData(event.currentTarget).get("days"));
    setRefusal(null);
    if (!isDays(days)) return setWrong("wrong");
    if (days < daysLeft) return setWrong("sooner");
    setWrong(null);
    start(async () => {
      const answer = await (person ? extendPerson(id, person.id, days) : extend(id, days));
      if (answer.refusal) return setRefusal(answer.refusal);
      setOpen(false);
      toast(t("done"));
    });
  }

  const { name } = person ?? { name: "" };
  usePageCommands(person ? [] : [{ id: "extend", label: t("open"), letter: "e", run: () => setOpen(true) }]);

  return (
    <>
      <Button
        kind={person ? "quiet" : state === "expired" ? "primary" : "secondary"}
        className={person ? "-ms-4" : ""}
        onClick={() => setOpen(true)}
      >
        {person ? t("openFor", { name }) : t("open")}
      </Button>
      <Dialog
        isOpen={isOpen}
        onOpenChange={setOpen}
        title={person ? t("titleFor", { name }) : t("title", { title })}
        description={t(person ? "descriptionFor" : "description", { state, date })}
        closeLabel={t("cancel")}
        footer={
          <>
            <Button kind="secondary" onClick={() => setOpen(false)}>
              {t("cancel")}
            </Button>
            <Button type="submit" form={formId} isBusy={isBusy}>
              {t("confirm")}
            </Button>
          </>
        }
      >
        <form method="post" id={formId} onSubmit={submit} noValidate className="mt-4 flex flex-col gap-4">
          {refusal ? <Notice tone="bad">{refusalText(refusals, refusal)}</Notice> : null}
          <TextField
            name="days"
            type="number"
            inputMode="numeric"
            min={1}
            max={MOST_DAYS}
            defaultValue={Math.min(MOST_DAYS, daysLeft + USUAL_DAYS)}
            label={t("days")}
            hint={t("hint")}
            error={wrong ? t(wrong === "sooner" && person ? "soonerFor" : wrong, { date }) : null}
            className="max-w-48"
          />
        </form>
      </Dialog>
    </>
  );
}
