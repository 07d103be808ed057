"use client";

import { useTranslations } from "next-intl";
import { CheckField } from "#components/ui/check-field.tsx";
import { TextArea } from "#components/ui/text-area.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import type { RunbookKind } from "#lib/signing/core/runbook.ts";
import { AskingButton } from "../../asking-button.tsx";
import { publish } from "./actions.ts";

interface PublishButtonProps {
  readonly kind: RunbookKind;
  readonly people: readonly { readonly id: string; readonly name: string }[];
  /** What the next version begins with. */
  readonly newest: {
    readonly people: readonly string[];
    readonly transfer: string;
    readonly steps: string;
  } | null;
}

/** Publishes the next version of a runbook. */
export function PublishButton({ kind, people, newest }: PublishButtonProps) {
  const t = useTranslations("app.runbooks");
  return (
    <AskingButton
      label={t(`publish.${kind}`)}
      title={t(`publish.${kind}`)}
      description={t("publish.consequence")}
      confirmLabel={t("publish.confirm")}
      action={(form) => publish(kind, form)}
    >
      <fieldset className="flex flex-col gap-2">
        <legend className="font-medium">{t("people")}</legend>
        <p className="text-small text-ink-600">{t("peopleHint")}</p>
        {people.map(({ id, name }) => (
          <CheckField
            key={id}
            name="person"
            value={id}
            label={name}
            defaultChecked={newest?.people.includes(id) ?? false}
          />
        ))}
      </fieldset>
      <TextArea
        name="transfer"
        label={t("transfer")}
        hint={t("transferHint")}
        defaultValue={newest?.transfer ?? ""}
        maxLength={5000}
        rows={3}
        required
      />
      <TextArea
        name="steps"
        label={t("steps")}
        hint={t("stepsHint")}
        defaultValue={newest?.steps ?? ""}
        maxLength={20000}
        rows={8}
        required
      />
      <TextField name="note" label={t("note")} maxLength={500} />
    </AskingButton>
  );
}
