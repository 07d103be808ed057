"use client";

import type { Route } from "next";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { CheckField } from "#components/ui/check-field.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { EXPORT_FORMATS, EXPORT_REASONS } from "#lib/signing/core/key-export.ts";
import { AskingButton } from "../asking-button.tsx";
import { ask } from "./actions.ts";

interface RequestButtonProps {
  readonly signingKeyId: string;
  readonly serial: string;
  readonly recipients: readonly { readonly id: string; readonly name: string }[];
  /** Servers it can be brought to. */
  readonly places: readonly { readonly id: string; readonly name: string }[];
}

/** Asks for a key to be handed out: why, where to, to whom, and under which contract. */
export function RequestButton({ signingKeyId, serial, recipients, places }: RequestButtonProps) {
  const t = useTranslations("app.keyExports.request");
  const all = useTranslations("app.keyExports");
  const router = useRouter();
  const [recipient, setRecipient] = useState<string>(recipients[0]?.id ?? "");
  return (
    <AskingButton
      label={t("open")}
      title={t("title", { serial: serial.slice(0, 8) })}
      description={t("consequence")}
      confirmLabel={t("confirm")}
      action={(form) => ask(signingKeyId, form)}
      onDone={(id) => router.push(`/key-exports/${id}` as Route)}
    >
      <SelectField
        name="reason"
        label={t("reason")}
        options={EXPORT_REASONS.map((value) => ({ value, label: all(`reasons.${value}`) }))}
      />
      <TextField name="purpose" label={t("purpose")} hint={t("purposeHint")} maxLength={500} required />
      <SelectField
        name="format"
        label={t("format")}
        hint={t("formatHint")}
        options={EXPORT_FORMATS.map((value) => ({ value, label: all(`formats.${value}`) }))}
      />
      <TextField
        name="destination"
        label={t("destination")}
        hint={t("destinationHint")}
        maxLength={200}
        required
      />
      <SelectField
        name="recipient"
        label={t("recipient")}
        hint={t("recipientHint")}
        value={recipient}
        onChange={(event) => setRecipient(event.currentTarget.value)}
        options={recipients.map(({ id, name }) => ({ value: id, label: name }))}
      />
      <fieldset className="flex flex-col gap-2">
        <legend className="font-medium">{t("readers")}</legend>
        <p className="text-small text-ink-600">{t("readersHint")}</p>
        {recipients
          .filter(({ id }) => id !== recipient)
          .map(({ id, name }) => (
            <CheckField key={id} name="passphraseReader" value={id} label={name} />
          ))}
        {recipients.length < 2 ? <p className="text-small text-warn-800">{t("noReader")}</p> : null}
      </fieldset>
      {places.length > 0 ? (
        <SelectField
          name="place"
          label={t("way")}
          options={[
            { value: "", label: t("download") },
            ...places.map(({ id, name }) => ({ value: id, label: t("bySftp", { name }) })),
          ]}
        />
      ) : null}
      <TextField name="contract" label={t("contract")} hint={t("contractHint")} maxLength={200} required />
    </AskingButton>
  );
}
