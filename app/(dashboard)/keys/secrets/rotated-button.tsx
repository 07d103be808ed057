"use client";

import { useTranslations } from "next-intl";
import { TextArea } from "#components/ui/text-area.tsx";
import { AskingButton } from "../../asking-button.tsx";
import { noteRotation } from "./actions.ts";

interface RotatedButtonProps {
  readonly secretRef: string;
  readonly name: string;
  /** Where and how it is exchanged. */
  readonly how: string;
}

/** Puts on record that a secret was exchanged; the exchange itself happens where the secret is. */
export function RotatedButton({ secretRef, name, how }: RotatedButtonProps) {
  const t = useTranslations("app.keys.secrets");
  return (
    <AskingButton
      label={t("record")}
      title={t("recordTitle", { name })}
      description={how}
      confirmLabel={t("record")}
      action={(form) => noteRotation(secretRef, String(form.get("note")))}
    >
      <TextArea name="note" label={t("note")} hint={t("noteHint")} maxLength={500} required />
    </AskingButton>
  );
}
