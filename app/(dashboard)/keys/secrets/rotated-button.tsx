"use client";

import { useTranslations } from "next-intl";
import { TextArea } from "#components/ui/text-area.tsx";
import { ActDialog } from "../act-dialog.tsx";
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
    <ActDialog
      open={t("record")}
      title={t("recordTitle", { name })}
      consequence={how}
      cancel={t("cancel")}
      confirm={t("record")}
      run={(form) => noteRotation(secretRef, String(form.get("note")))}
    >
      <TextArea name="note" label={t("note")} hint={t("noteHint")} maxLength={500} required />
    </ActDialog>
  );
}
