"use client";

import { useTranslations } from "next-intl";
import { TextArea } from "#components/ui/text-area.tsx";
import { AskingButton } from "../../../asking-button.tsx";
import { replaceIt } from "./actions.ts";

/** Documents and fields are what people are asked to sign: another envelope takes the place of this one. */
export function ReplaceButton({ id }: { readonly id: string }) {
  const t = useTranslations("app.correct.replace");
  return (
    <AskingButton
      label={t("open")}
      title={t("title")}
      description={t("description")}
      confirmLabel={t("confirm")}
      action={(form) => replaceIt(id, String(form.get("reason") ?? ""))}
    >
      <TextArea name="reason" label={t("reason")} hint={t("reasonHint")} maxLength={500} required />
    </AskingButton>
  );
}
