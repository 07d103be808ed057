"use client";

import { useTranslations } from "next-intl";
import { AskingButton } from "../../asking-button.tsx";
import { checkAll } from "./actions.ts";

/** Has every stored certificate looked at now. */
export function CheckButton({ count }: { readonly count: number }) {
  const t = useTranslations("app.certificateChecks.ask");
  return (
    <AskingButton
      label={t("open")}
      title={t("title")}
      description={t("consequence", { count })}
      confirmLabel={t("confirm")}
      action={checkAll}
    >
      {null}
    </AskingButton>
  );
}
