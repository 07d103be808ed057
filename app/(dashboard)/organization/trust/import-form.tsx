"use client";

import { useTranslations } from "next-intl";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { FileOrText } from "../seal/file-or-text.tsx";
import { useAttempt } from "../seal/use-attempt.ts";
import { importList } from "./actions.ts";

/** Takes a trust list from the person's own disk: none is fetched. */
export function ImportForm() {
  const t = useTranslations("app.trust.import");
  const refusals = useTranslations("refusals");
  const { attempt, refusal, result, isBusy } = useAttempt(importList);
  return (
    <form
      method="post"
      className="flex flex-col gap-4 p-4 sm:p-6"
      onSubmit={(event) => {
        event.preventDefault();
        const form = event.currentTarget;
        attempt(new FormData(form), () => form.reset());
      }}
    >
      <p className="text-ink-700">{t("lead")}</p>
      {refusal ? <Notice tone="bad">{refusalText(refusals, refusal)}</Notice> : null}
      {result ? <Notice tone="good">{t("done", { count: result.services })}</Notice> : null}
      <FileOrText label={t("file")} hint={t("fileHint")} accept=".xml,.pem,.crt,.xtsl" />
      <TextField name="name" label={t("name")} hint={t("nameHint")} maxLength={80} />
      <div>
        <Button type="submit" isBusy={isBusy}>
          {t("submit")}
        </Button>
      </div>
    </form>
  );
}
