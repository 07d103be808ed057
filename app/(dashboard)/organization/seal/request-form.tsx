"use client";

import { useTranslations } from "next-intl";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { KEY_ALGORITHMS } from "#lib/pki/core/key-algorithms.ts";
import type { RotationChoices } from "#lib/signing/get-rotation-choices.ts";
import { requestKey } from "./actions.ts";
import { useAttempt } from "./use-attempt.ts";

/** Asks for a key that never leaves where it is made, and its certificate request. */
export function RequestForm() {
  const t = useTranslations("app.seal.request");
  const refusals = useTranslations("refusals");
  const { attempt, refusal, isBusy } = useAttempt(requestKey);
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
      <RequestNameFields />
      <SelectField
        name="algorithm"
        label={t("algorithm")}
        options={KEY_ALGORITHMS.map((value) => ({ value, label: t(`algorithms.${value}`) }))}
      />
      <div>
        <Button type="submit" kind="secondary" isBusy={isBusy}>
          {t("submit")}
        </Button>
      </div>
    </form>
  );
}

/** What a certificate request says of the organization. */
export function RequestNameFields({ names }: { readonly names?: RotationChoices["names"] }) {
  const t = useTranslations("app.seal.request");
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <TextField
        name="organization"
        defaultValue={names?.organization}
        label={t("organization")}
        required
        maxLength={64}
        autoComplete="organization"
      />
      <TextField
        name="commonName"
        defaultValue={names?.commonName}
        label={t("commonName")}
        hint={t("commonNameHint")}
        required
        maxLength={64}
      />
      <TextField name="unit" defaultValue={names?.unit} label={t("unit")} maxLength={64} />
      <TextField
        name="country"
        defaultValue={names?.country}
        label={t("country")}
        hint={t("countryHint")}
        maxLength={2}
        pattern="[A-Za-z]{2}"
        autoComplete="off"
      />
    </div>
  );
}
