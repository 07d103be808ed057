"use client";

import { useTranslations } from "next-intl";
import { useState, useTransition } from "react";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button } from "#components/ui/button.tsx";
import { CheckField } from "#components/ui/check-field.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { OWN_MAILS, type OwnMail } from "#lib/delivery/core/own-mails.ts";
import { chooseMails } from "./actions.ts";

/** Which news of one's own envelopes come by mail. */
export function MailsForm({ muted }: { readonly muted: readonly OwnMail[] }) {
  const t = useTranslations("app.account.mails");
  const refusals = useTranslations("refusals");
  const [isBusy, start] = useTransition();
  const [said, setSaid] = useState<{ readonly isRefusal: boolean; readonly text: string } | null>(null);
  return (
    <form
      method="post"
      className="flex flex-col gap-4 p-4 sm:p-6"
      onSubmit={(event) => {
        event.preventDefault();
        const form = new FormData(event.currentTarget);
        setSaid(null);
        start(async () => {
          const { refusal } = await chooseMails(form);
          setSaid(
            refusal
              ? { isRefusal: true, text: refusalText(refusals, refusal) }
              : { isRefusal: false, text: t("saved") },
          );
        });
      }}
    >
      <fieldset className="flex flex-col gap-1">
        <legend className="mb-2 text-ink-700">{t("lead")}</legend>
        {OWN_MAILS.map((mail) => (
          <CheckField
            key={mail}
            name="mail"
            value={mail}
            label={t(`kinds.${mail}`)}
            defaultChecked={!muted.includes(mail)}
          />
        ))}
      </fieldset>
      <p className="text-small text-ink-600">{t("always")}</p>
      {said?.isRefusal ? <Notice tone="bad">{said.text}</Notice> : null}
      <div className="flex flex-wrap items-center gap-4">
        <Button type="submit" kind="secondary" isBusy={isBusy}>
          {t("save")}
        </Button>
        <p role="status" className="text-small text-good-700 empty:hidden">
          {said && !said.isRefusal ? said.text : null}
        </p>
      </div>
    </form>
  );
}
