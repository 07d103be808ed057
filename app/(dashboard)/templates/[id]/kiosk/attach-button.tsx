"use client";

import { useTranslations } from "next-intl";
import { TextArea } from "#components/ui/text-area.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { AskingButton } from "../../../asking-button.tsx";
import { attach } from "./actions.ts";

interface AttachButtonProps {
  readonly envelope: string;
  readonly recipientId: string;
  readonly name: string;
}

/** Attaches a certificate to a signature that was made at a stand. */
export function AttachButton({ envelope, recipientId, name }: AttachButtonProps) {
  const t = useTranslations("app.stand");
  return (
    <AskingButton
      label={t("attach")}
      about={name}
      title={t("attachTitle", { name })}
      description={t("attachLead")}
      confirmLabel={t("attachSubmit")}
      action={(form) => attach(envelope, recipientId, form)}
    >
      <TextField
        type="file"
        name="file"
        label={t("attachFile")}
        accept=".cer,.crt,.pem,.der,.p7b,application/pkix-cert,application/x-pem-file"
      />
      <TextArea name="text" label={t("attachText")} rows={4} maxLength={65_536} spellCheck={false} />
    </AskingButton>
  );
}
