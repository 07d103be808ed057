"use client";

import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button.tsx";
import { CheckField } from "#components/ui/check-field.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { OWN_MAILS, type OwnMail } from "#lib/delivery/core/own-mails.ts";
import { useSaving } from "../use-saving.ts";
import { chooseMails } from "./actions.ts";

/** Which news of one's own envelopes come by mail. */
export function MailsForm({ muted }: { readonly muted: readonly OwnMail[] }) {
  const t = useTranslations("app.account.mails");
  const { form, problem, isDone, isBusy } = useSaving(chooseMails);
  return (
    <form method="post" {...form} className="flex flex-col gap-4 p-4 sm:p-6">
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
      {problem ? <Notice tone="bad">{problem}</Notice> : null}
      <div className="flex flex-wrap items-center gap-4">
        <Button type="submit" kind="secondary" isBusy={isBusy}>
          {t("save")}
        </Button>
        <p role="status" className="text-small text-good-700 empty:hidden">
          {isDone ? t("saved") : null}
        </p>
      </div>
    </form>
  );
}
