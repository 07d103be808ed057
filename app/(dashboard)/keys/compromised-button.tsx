"use client";

import { useTranslations } from "next-intl";
import { TextArea } from "#components/ui/text-area.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { AskingButton } from "../asking-button.tsx";
import { compromised } from "./actions.ts";

/** The one action for a key that somebody else may have. */
export function CompromisedButton({ id, name }: { readonly id: string; readonly name: string }) {
  const t = useTranslations("app.keys.compromised");
  return (
    <AskingButton
      label={t("open")}
      title={t("title", { name })}
      description={t("consequence")}
      confirmLabel={t("confirm")}
      confirmKind="danger"
      action={(form) => {
        const lostAt = new Date(String(form.get("lostAt")));
        const at = Number.isNaN(lostAt.getTime()) ? new Date() : lostAt;
        return compromised(id, at.toISOString(), String(form.get("note")));
      }}
    >
      <TextField
        name="lostAt"
        type="datetime-local"
        label={t("lostAt")}
        hint={t("lostAtHint")}
        max={localMinute(new Date())}
        defaultValue={localMinute(new Date())}
        required
      />
      <TextArea name="note" label={t("note")} hint={t("noteHint")} maxLength={1000} />
    </AskingButton>
  );
}

/** As a date and time field has it, on the reader's clock. */
function localMinute(at: Date): string {
  const local = new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}
