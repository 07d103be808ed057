"use client";

import { useTranslations } from "next-intl";
import { toast } from "sonner";
import { CheckField } from "#components/ui/check-field.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { AskingButton } from "../../asking-button.tsx";
import { orderDispute } from "./actions.ts";

interface DisputeButtonProps {
  readonly id: string;
  readonly signers: readonly { readonly id: string; readonly name: string }[];
  readonly mayHold: boolean;
}

/** Asks for the file on one signer: whose signature, and what is said against it. */
export function DisputeButton({ id, signers, mayHold }: DisputeButtonProps) {
  const t = useTranslations("app.disputes.order");
  return (
    <AskingButton
      label={t("open")}
      title={t("title")}
      description={t("consequence")}
      confirmLabel={t("confirm")}
      action={(form) => orderDispute(id, form)}
      onDone={() => toast(t("done"))}
    >
      <SelectField
        name="recipient"
        label={t("signer")}
        options={signers.map(({ id, name }) => ({ value: id, label: name }))}
      />
      <TextField name="reason" label={t("reason")} hint={t("reasonHint")} maxLength={300} />
      <TextField name="matter" label={t("matter")} maxLength={120} />
      {mayHold ? <CheckField name="hold" label={t("hold")} hint={t("holdHint")} defaultChecked /> : null}
    </AskingButton>
  );
}
