"use client";

import { useTranslations } from "next-intl";
import { CheckField } from "#components/ui/check-field.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import { TextArea } from "#components/ui/text-area.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import type { ProjectStep } from "#lib/signing/core/key-project.ts";
import { AskingButton } from "../../../asking-button.tsx";
import { changeStep, signOffStep } from "../actions.ts";

interface StepActsProps {
  readonly projectId: string;
  readonly step: ProjectStep;
  readonly ownerId: string;
  /** `2026-12-01` */
  readonly dueOn: string;
  readonly mayDo: boolean;
  readonly mayChange: boolean;
  readonly owners: readonly { readonly id: string; readonly name: string }[];
}

/** What can be done about a step that is open. */
export function StepActs({ projectId, step, ownerId, dueOn, mayDo, mayChange, owners }: StepActsProps) {
  const t = useTranslations("app.keyWork.projects");
  const name = t(`names.${step}`);
  return (
    <div className="flex flex-wrap gap-2">
      {mayChange ? (
        <AskingButton
          label={t("change")}
          kind="quiet"
          title={t("changeTitle", { step: name })}
          description={t(`hints.${step}`)}
          confirmLabel={t("save")}
          action={(form) => changeStep(projectId, step, form)}
        >
          <SelectField
            name="owner"
            label={t("owner")}
            defaultValue={ownerId}
            options={owners.map((one) => ({ value: one.id, label: one.name }))}
          />
          <TextField name="dueOn" type="date" label={t("dueOn")} defaultValue={dueOn} required />
        </AskingButton>
      ) : null}
      {mayDo ? (
        <AskingButton
          label={t("do")}
          title={t("doTitle", { step: name })}
          description={t(`hints.${step}`)}
          confirmLabel={t("do")}
          action={(form) => signOffStep(projectId, step, form)}
        >
          <TextArea
            name="evidence"
            label={t("evidence")}
            hint={t("evidenceHint")}
            maxLength={4000}
            required
          />
          <CheckField name="isWaived" label={t("isWaived")} />
        </AskingButton>
      ) : null}
    </div>
  );
}
