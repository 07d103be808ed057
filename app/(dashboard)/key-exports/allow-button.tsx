"use client";

import { useTranslations } from "next-intl";
import { AskingButton } from "../asking-button.tsx";
import { allow } from "./actions.ts";
import { PasswordField } from "./password-field.tsx";

/** Switches requests for private keys on or off. */
export function AllowButton({ isAllowed }: { readonly isAllowed: boolean }) {
  const t = useTranslations(isAllowed ? "app.keyExports.forbid" : "app.keyExports.allow");
  return (
    <AskingButton
      label={t("open")}
      title={t("title")}
      description={t("consequence")}
      confirmLabel={t("open")}
      action={(form) => allow(!isAllowed, form)}
    >
      <PasswordField />
    </AskingButton>
  );
}
