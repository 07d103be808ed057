"use client";

import { useTranslations } from "next-intl";
import { AskingButton } from "../asking-button.tsx";
import { forgetMySignature } from "./actions.ts";

export function ForgetMarksButton() {
  const t = useTranslations("app.account");
  return (
    <AskingButton
      kind="quiet"
      label={t("forget")}
      title={t("forgetTitle")}
      description={t("forgetLead")}
      confirmLabel={t("forget")}
      action={() => forgetMySignature()}
    />
  );
}
