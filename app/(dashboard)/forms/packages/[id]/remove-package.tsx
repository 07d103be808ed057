"use client";

import { useTranslations } from "next-intl";
import { AskingButton } from "../../../asking-button.tsx";
import { removePackage } from "../../actions.ts";

/** Removes a package; what was sent with it stays. */
export function RemovePackage({ id }: { readonly id: string }) {
  const t = useTranslations("app.forms.package");
  return (
    <AskingButton
      label={t("remove")}
      title={t("removeTitle")}
      description={t("removeLead")}
      confirmLabel={t("remove")}
      action={() => removePackage(id)}
    />
  );
}
