"use client";

import { useTranslations } from "next-intl";
import { toast } from "sonner";
import { SelectField } from "#components/ui/select-field.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { AskingButton } from "../../asking-button.tsx";
import { orderPackage } from "./actions.ts";

/** Asks for a package: whole or with personal data taken out, and why, for which matter and for whom. */
export function PackageButton({ id }: { readonly id: string }) {
  const t = useTranslations("app.packages.order");
  return (
    <AskingButton
      label={t("open")}
      title={t("title")}
      description={t("consequence")}
      confirmLabel={t("confirm")}
      command={{ id: "package", letter: "k" }}
      action={(form) => orderPackage(id, form)}
      onDone={() => toast(t("done"))}
    >
      <SelectField
        name="variant"
        label={t("variant")}
        hint={t("variantHint")}
        options={(["full", "redacted"] as const).map((value) => ({ value, label: t(value) }))}
      />
      <TextField name="reason" label={t("reason")} hint={t("reasonHint")} maxLength={200} />
      <TextField name="matter" label={t("matter")} maxLength={120} />
      <TextField name="preparedFor" label={t("preparedFor")} maxLength={120} />
      <TextField
        name="batesPrefix"
        label={t("numbers")}
        hint={t("numbersHint")}
        maxLength={12}
        pattern="[A-Z0-9_\-]*"
        autoCapitalize="characters"
      />
    </AskingButton>
  );
}
