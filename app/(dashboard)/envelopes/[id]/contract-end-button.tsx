"use client";

import { useTranslations } from "next-intl";
import { toast } from "sonner";
import { SelectField } from "#components/ui/select-field.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { AskingButton } from "../../asking-button.tsx";
import { setEnd } from "../../retention/actions.ts";

interface ContractEndProps {
  readonly id: string;
  readonly endsOn: string | null;
  readonly fieldId: string | null;
  /** Dates that signers enter. */
  readonly fields: readonly { readonly id: string; readonly label: string }[];
}

/** Says when the contract ends, or which field says so. */
export function ContractEndButton({ id, endsOn, fieldId, fields }: ContractEndProps) {
  const t = useTranslations("app.envelopeRetention.contract.set");
  const options = [
    { value: "", label: t("noField") },
    ...fields.map((field) => ({ value: field.id, label: field.label })),
  ];
  return (
    <AskingButton
      kind="quiet"
      label={t("open")}
      title={t("title")}
      description={t("consequence")}
      confirmLabel={t("confirm")}
      action={(form) => setEnd(id, form)}
      onDone={() => toast(t("done"))}
    >
      <TextField
        name="endsOn"
        type="date"
        label={t("day")}
        hint={t("dayHint")}
        defaultValue={fieldId ? "" : (endsOn ?? "")}
      />
      {fields.length > 0 ? (
        <SelectField name="field" label={t("field")} options={options} defaultValue={fieldId ?? ""} />
      ) : null}
    </AskingButton>
  );
}
