"use client";

import { useTranslations } from "next-intl";
import { toast } from "sonner";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { AskingButton } from "../../asking-button.tsx";
import { useAct } from "../../use-act.ts";
import { end, record } from "./actions.ts";

/** Records a signed agreement with its file. What was typed stays when it is refused. @param today `2026-11-21` */
export function RecordForm({ today }: { readonly today: string }) {
  const t = useTranslations("app.agreements.form");
  const { act, isBusy, refusal } = useAct();
  return (
    <form
      method="post"
      className="flex flex-col gap-4 p-4 sm:p-6"
      onSubmit={(event) => {
        event.preventDefault();
        const form = event.currentTarget;
        const data = new FormData(form);
        act(
          () => record(data),
          () => {
            form.reset();
            toast(t("done"));
          },
        );
      }}
    >
      {refusal ? <Notice tone="bad">{refusal}</Notice> : null}
      <TextField name="coveredEntity" label={t("covered")} hint={t("coveredHint")} required maxLength={200} />
      <TextField
        name="businessAssociate"
        label={t("associate")}
        hint={t("associateHint")}
        required
        maxLength={200}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <TextField name="signedOn" type="date" label={t("signedOn")} max={today} required />
        <TextField name="endsOn" type="date" label={t("endsOn")} hint={t("endsOnHint")} />
      </div>
      <TextField
        name="keepYears"
        type="number"
        inputMode="numeric"
        min={0}
        max={100}
        step={1}
        label={t("keepYears")}
        hint={t("keepYearsHint")}
      />
      <TextField name="file" type="file" label={t("file")} accept="application/pdf,.pdf" required />
      <div>
        <Button type="submit" isBusy={isBusy}>
          {t("submit")}
        </Button>
      </div>
    </form>
  );
}

/** Takes an agreement off the record, after asking. */
export function EndButton({ id, about }: { readonly id: string; readonly about: string }) {
  const t = useTranslations("app.agreements.end");
  return (
    <AskingButton
      kind="quiet"
      label={t("open")}
      about={about}
      title={t("title")}
      description={t("consequence")}
      confirmLabel={t("confirm")}
      action={() => end(id)}
      onDone={() => toast(t("done"))}
    >
      {null}
    </AskingButton>
  );
}
