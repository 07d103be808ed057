"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { SelectField } from "#components/ui/select-field.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { AskingButton } from "../asking-button.tsx";
import { addDuty, dropDuty } from "./actions.ts";

type Choices = readonly { readonly id: string; readonly name: string }[];

interface NewDutyProps {
  readonly members: Choices;
  readonly teams: Choices;
  readonly templates: Choices;
  readonly classes: Choices;
}

const KINDS = ["every", "template", "class", "amount", "health"] as const;
type Kind = (typeof KINDS)[number];

/** Whose envelopes, and which, somebody else approves first. */
export function NewDutyButton({ members, teams, templates, classes }: NewDutyProps) {
  const t = useTranslations("app.approvals");
  const [kind, setKind] = useState<Kind>("every");
  const among: Partial<Record<Kind, Choices>> = { template: templates, class: classes };
  return (
    <AskingButton
      label={t("newDuty")}
      title={t("newDuty")}
      description={t("newDutyLead")}
      confirmLabel={t("saveDuty")}
      action={addDuty}
    >
      <SelectField
        name="whose"
        label={t("whose")}
        options={[
          { value: "", label: t("ofEverybody") },
          ...teams.map(({ id, name }) => ({ value: `team:${id}`, label: t("ofTeam", { name }) })),
          ...members.map(({ id, name }) => ({ value: `member:${id}`, label: t("ofMember", { name }) })),
        ]}
      />
      <SelectField
        name="kind"
        label={t("which")}
        value={kind}
        onChange={({ target }) => setKind(target.value as Kind)}
        options={KINDS.filter((value) => among[value]?.length !== 0).map((value) => ({
          value,
          label: t(`kinds.${value}`),
        }))}
      />
      {kind === "template" || kind === "class" ? (
        <SelectField
          key={kind}
          name={kind}
          label={t(kind)}
          options={among[kind]!.map(({ id, name }) => ({ value: id, label: name }))}
        />
      ) : null}
      {kind === "amount" ? (
        <div className="grid gap-4 sm:grid-cols-2">
          <TextField name="label" label={t("field")} maxLength={100} required autoComplete="off" />
          <TextField
            name="amount"
            label={t("amount")}
            hint={t("amountHint")}
            inputMode="decimal"
            pattern="\d{1,15}(\.\d{1,6})?"
            title={t("amountHint")}
            maxLength={24}
            required
            autoComplete="off"
          />
        </div>
      ) : null}
    </AskingButton>
  );
}

export function RemoveDutyButton({ id, sentence }: { readonly id: string; readonly sentence: string }) {
  const t = useTranslations("app.approvals");
  return (
    <AskingButton
      kind="quiet"
      label={t("dropDuty")}
      about={sentence}
      title={t("dropDutyTitle")}
      description={sentence}
      confirmLabel={t("dropDuty")}
      action={() => dropDuty(id)}
    />
  );
}
