"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { toast } from "sonner";
import { LANGUAGE_NAMES } from "#components/signing/language-names.ts";
import { SelectField } from "#components/ui/select-field.tsx";
import { TextArea } from "#components/ui/text-area.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { ENVELOPE_LIMITS } from "#lib/envelopes/core/draft.ts";
import { LANGUAGES } from "#lib/envelopes/core/languages.ts";
import { AskingButton } from "../../asking-button.tsx";
import { copyTo } from "./after-actions.ts";

/** Sends the finished documents to one more address. */
export function CopyButton({ id }: { readonly id: string }) {
  const t = useTranslations("app.sendCopy");
  const [email, setEmail] = useState("");
  return (
    <AskingButton
      label={t("open")}
      title={t("title")}
      description={t("description")}
      confirmLabel={t("confirm")}
      command={{ id: "copy" }}
      action={(form) => {
        setEmail(String(form.get("email")));
        return copyTo(id, form);
      }}
      onDone={() => toast(t("done", { email }))}
    >
      <TextField name="name" label={t("name")} maxLength={ENVELOPE_LIMITS.nameLength} autoComplete="off" />
      <TextField name="email" label={t("email")} type="email" maxLength={254} autoComplete="off" />
      <SelectField
        name="language"
        label={t("language")}
        defaultValue="en"
        options={LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }))}
      />
      <TextArea
        name="message"
        label={t("message")}
        hint={t("optional")}
        maxLength={ENVELOPE_LIMITS.messageLength}
      />
    </AskingButton>
  );
}
