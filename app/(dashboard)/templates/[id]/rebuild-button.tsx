"use client";

import { useTranslations } from "next-intl";
import { AskingButton } from "../../asking-button.tsx";
import { rebuild } from "../../forms/actions.ts";

/** Puts the newer edition of the form in the place of the older one. */
export function RebuildButton({ id }: { readonly id: string }) {
  const t = useTranslations("app.templates");
  return (
    <AskingButton
      label={t("rebuild")}
      title={t("rebuildTitle")}
      description={t("rebuildLead")}
      confirmLabel={t("rebuild")}
      action={() => rebuild(id)}
    />
  );
}
