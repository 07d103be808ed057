"use client";

import { BellRing } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState, useTransition } from "react";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button } from "#components/ui/button.tsx";
import { usePageCommands } from "../../page-commands.ts";
import { remind } from "./actions.ts";

interface RemindButtonProps {
  readonly id: string;
  readonly recipientId: string;
  readonly name: string;
  /** Of those who can be reminded: the keys mean this one. */
  readonly isFirst: boolean;
}

/** Mails a fresh link; what became of it is said beside the button. */
export function RemindButton({ id, recipientId, name, isFirst }: RemindButtonProps) {
  const t = useTranslations("app.people");
  const refusals = useTranslations("refusals");
  const [said, setSaid] = useState<{ readonly isRefusal: boolean; readonly text: string } | null>(null);
  const [isBusy, start] = useTransition();

  function press() {
    setSaid(null);
    start(async () => {
      const { refusal } = await remind(id, recipientId);
      setSaid(
        refusal
          ? { isRefusal: true, text: refusalText(refusals, refusal) }
          : { isRefusal: false, text: t("reminded", { name }) },
      );
    });
  }

  usePageCommands([
    {
      ...{ id: `remind-${recipientId}`, label: t("remindWhom", { name }), run: press },
      ...(isFirst ? { letter: "r" } : {}),
    },
  ]);

  return (
    <>
      <div className="col-start-2 md:col-start-auto">
        <Button kind="secondary" isBusy={isBusy} onClick={press} aria-label={t("remindWhom", { name })}>
          {isBusy ? null : <BellRing aria-hidden="true" className="size-5" />}
          {t("remind")}
        </Button>
      </div>
      <p
        role="status"
        className={`col-span-full text-small empty:hidden md:text-end ${said?.isRefusal ? "text-bad-700" : "text-good-700"}`}
      >
        {said?.text}
      </p>
    </>
  );
}
