"use client";

import { useTranslations } from "next-intl";
import { SelectField } from "#components/ui/select-field.tsx";
import { TextArea } from "#components/ui/text-area.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { AskingButton } from "../../asking-button.tsx";
import { start } from "./actions.ts";

interface StartButtonProps {
  readonly owners: readonly { readonly id: string; readonly name: string }[];
  /** `2026-12-01` */
  readonly today: string;
}

/** Starts a key project with what is decided on its first day. */
export function StartButton({ owners, today }: StartButtonProps) {
  const t = useTranslations("app.keyWork.projects");
  return (
    <AskingButton
      label={t("start")}
      kind="primary"
      title={t("startTitle")}
      description={t("startHint")}
      confirmLabel={t("start")}
      action={start}
    >
      <TextField
        name="title"
        label={t("fields.title")}
        hint={t("fields.titleHint")}
        maxLength={120}
        required
      />
      <TextArea
        name="scope"
        label={t("fields.scope")}
        hint={t("fields.scopeHint")}
        maxLength={2000}
        rows={3}
        required
      />
      <TextArea
        name="authority"
        label={t("fields.authority")}
        hint={t("fields.authorityHint")}
        maxLength={1000}
        rows={2}
        required
      />
      <TextField
        name="formats"
        label={t("fields.formats")}
        hint={t("fields.formatsHint")}
        maxLength={300}
        required
      />
      <TextField name="startsOn" type="date" label={t("fields.startsOn")} defaultValue={today} required />
      <SelectField
        name="owner"
        label={t("fields.owner")}
        hint={t("fields.ownerHint")}
        options={owners.map(({ id, name }) => ({ value: id, label: name }))}
      />
    </AskingButton>
  );
}
