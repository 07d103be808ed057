"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { SelectField } from "#components/ui/select-field.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { CAPTURE_OPERATORS } from "#lib/evidence/core/capture/capture-rules.ts";
import { AskingButton } from "../../asking-button.tsx";
import { ConditionBox, takesValue, useConditionList } from "../../condition-list.tsx";
import { addRule, removeRule } from "./actions.ts";

/** Adds a rule with up to ten conditions. */
export function AddRule() {
  const t = useTranslations("app.capture");
  const { list, startOver } = useConditionList(
    (number) => <Condition key={number} number={number} />,
    t("another"),
  );
  return (
    <AskingButton
      kind="primary"
      label={t("add")}
      title={t("add")}
      description={t("addHint")}
      confirmLabel={t("add")}
      action={addRule}
      onDone={startOver}
    >
      <TextField name="name" label={t("name")} hint={t("nameHint")} maxLength={80} required />
      <SelectField
        name="combine"
        label={t("combine")}
        options={(["all", "any"] as const).map((value) => ({ value, label: t(`combines.${value}`) }))}
      />
      {list}
    </AskingButton>
  );
}

function Condition({ number }: { readonly number: number }) {
  const t = useTranslations("app.capture");
  const [about, setAbout] = useState("field");
  const [operator, setOperator] = useState("is");
  return (
    <ConditionBox legend={t("condition", { number: number + 1 })}>
      <SelectField
        name={`about.${number}`}
        label={t("about")}
        value={about}
        onChange={(event) => setAbout(event.target.value)}
        options={(["field", "title"] as const).map((value) => ({ value, label: t(`abouts.${value}`) }))}
      />
      {about === "field" ? (
        <TextField name={`label.${number}`} label={t("label")} maxLength={200} required />
      ) : null}
      <SelectField
        name={`operator.${number}`}
        label={t("operator")}
        value={operator}
        onChange={(event) => setOperator(event.target.value)}
        options={CAPTURE_OPERATORS.map((value) => ({ value, label: t(`operators.${value}`) }))}
      />
      {takesValue(operator) ? (
        <TextField name={`value.${number}`} label={t("value")} maxLength={200} required />
      ) : null}
    </ConditionBox>
  );
}

export function RemoveRule({ id, name }: { readonly id: string; readonly name: string }) {
  const t = useTranslations("app.capture");
  return (
    <AskingButton
      kind="quiet"
      label={t("remove")}
      title={t("removeTitle", { name })}
      description={t("removeHint")}
      confirmLabel={t("remove")}
      action={() => removeRule(id)}
    >
      {null}
    </AskingButton>
  );
}
