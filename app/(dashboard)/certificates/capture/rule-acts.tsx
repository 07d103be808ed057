"use client";

import { Plus } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { CAPTURE_OPERATORS } from "#lib/evidence/core/capture/capture-rules.ts";
import { AskingButton } from "../../asking-button.tsx";
import { addRule, removeRule } from "./actions.ts";

const MOST = 10;

/** Adds a rule with up to ten conditions. */
export function AddRule() {
  const t = useTranslations("app.capture");
  const [count, setCount] = useState(1);
  return (
    <AskingButton
      kind="primary"
      label={t("add")}
      title={t("add")}
      description={t("addHint")}
      confirmLabel={t("add")}
      action={addRule}
      onDone={() => setCount(1)}
    >
      <TextField name="name" label={t("name")} hint={t("nameHint")} maxLength={80} required />
      <SelectField
        name="combine"
        label={t("combine")}
        options={(["all", "any"] as const).map((value) => ({ value, label: t(`combines.${value}`) }))}
      />
      {Array.from({ length: count }, (_, index) => (
        <Condition key={String(index)} number={index} />
      ))}
      {count < MOST ? (
        <Button kind="quiet" onClick={() => setCount(count + 1)}>
          <Plus aria-hidden="true" className="size-5" />
          {t("another")}
        </Button>
      ) : null}
    </AskingButton>
  );
}

function Condition({ number }: { readonly number: number }) {
  const t = useTranslations("app.capture");
  const [about, setAbout] = useState("field");
  const [operator, setOperator] = useState("is");
  const takesValue = operator !== "filled" && operator !== "empty";
  return (
    <fieldset className="flex flex-col gap-3 rounded-control border border-line p-3">
      <legend className="px-1 text-small text-ink-600">{t("condition", { number: number + 1 })}</legend>
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
      {takesValue ? <TextField name={`value.${number}`} label={t("value")} maxLength={200} required /> : null}
    </fieldset>
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
