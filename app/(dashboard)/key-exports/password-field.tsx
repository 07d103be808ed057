"use client";

import { useTranslations } from "next-intl";
import { TextField } from "#components/ui/text-field.tsx";

/** One's password once more, before something that cannot be taken back. */
export function PasswordField() {
  const t = useTranslations("app.keyExports");
  return (
    <TextField
      name="password"
      type="password"
      label={t("password")}
      hint={t("passwordHint")}
      autoComplete="current-password"
      maxLength={1024}
      required
    />
  );
}
