"use client";

import { useTranslations } from "next-intl";
import { toast } from "sonner";
import { SelectField } from "#components/ui/select-field.tsx";
import { AskingButton } from "../../asking-button.tsx";
import { choose } from "../../retention/actions.ts";

interface ChooseClassProps {
  readonly id: string;
  readonly chosenId: string | null;
  readonly choices: readonly { readonly id: string; readonly name: string; readonly years: number }[];
}

/** Chooses the class that decides how long an envelope is kept. */
export function ChooseClassButton({ id, chosenId, choices }: ChooseClassProps) {
  const t = useTranslations("app.envelopeRetention.choose");
  const options = [
    { value: "", label: t("schedule") },
    ...choices.map((one) => ({ value: one.id, label: t("option", { name: one.name, years: one.years }) })),
  ];
  return (
    <AskingButton
      kind="quiet"
      label={t("open")}
      title={t("title")}
      description={t("consequence")}
      confirmLabel={t("confirm")}
      action={(form) => choose(id, form)}
      onDone={() => toast(t("done"))}
    >
      <SelectField
        name="class"
        label={t("class")}
        hint={choices.length === 0 ? t("none") : undefined}
        options={options}
        defaultValue={chosenId ?? ""}
      />
    </AskingButton>
  );
}
