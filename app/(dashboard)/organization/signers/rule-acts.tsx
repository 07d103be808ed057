"use client";

import { Plus } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import type { AuthenticationSettings } from "#lib/envelopes/authentication/change-policy.ts";
import { RULE_TOPICS, type RuleTopic } from "#lib/envelopes/core/authentication-rules.ts";
import { MINIMUMS } from "#lib/envelopes/core/checks.ts";
import { OPERATORS } from "#lib/envelopes/core/field-answers.ts";
import { AskingButton } from "../../asking-button.tsx";
import { addRule, removeRule } from "./actions.ts";

const MOST = 10;
const IS_OR_NOT = ["is", "is-not"] as const;
const OPERATORS_OF: Readonly<Record<RuleTopic, readonly (typeof OPERATORS)[number][]>> = {
  ...{ amount: ["at-least"], class: IS_OR_NOT, domain: IS_OR_NOT, country: IS_OR_NOT, field: OPERATORS },
};

interface AddRuleProps {
  readonly settings: AuthenticationSettings;
}

/** Adds a rule with up to ten conditions. */
export function AddRule({ settings }: AddRuleProps) {
  const t = useTranslations("app.signers");
  const people = useTranslations("app.prepare.people");
  const [count, setCount] = useState(1);
  const { hasSso, takesPasskeys } = settings;
  const offered = MINIMUMS.filter((one) => (one !== "sso" || hasSso) && (one !== "passkey" || takesPasskeys));
  return (
    <AskingButton
      label={t("addRule")}
      title={t("addRule")}
      description={t("addRuleHint")}
      confirmLabel={t("addRule")}
      action={addRule}
      onDone={() => setCount(1)}
    >
      <TextField name="name" label={t("ruleName")} hint={t("ruleNameHint")} maxLength={80} required />
      <SelectField
        name="minimum"
        label={t("asksFor")}
        defaultValue="sms-code"
        options={offered.map((value) => ({ value, label: people(`checks.${value}`) }))}
      />
      {Array.from({ length: count }, (_, index) => (
        <Condition key={String(index)} number={index} classes={settings.classes} />
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

interface ConditionProps {
  readonly number: number;
  readonly classes: AuthenticationSettings["classes"];
}

function Condition({ number, classes }: ConditionProps) {
  const t = useTranslations("app.signers");
  const [about, setAbout] = useState<RuleTopic>("amount");
  const [operator, setOperator] = useState<string>("at-least");
  const operators = OPERATORS_OF[about];
  const takesValue = operator !== "filled" && operator !== "empty";
  const topics = RULE_TOPICS.filter((topic) => topic !== "class" || classes.length > 0);
  return (
    <fieldset className="flex flex-col gap-3 rounded-control border border-line p-3">
      <legend className="px-1 text-small text-ink-600">{t("condition", { number: number + 1 })}</legend>
      <SelectField
        name={`about.${number}`}
        label={t("about")}
        value={about}
        onChange={(event) => {
          const next = event.target.value as RuleTopic;
          setAbout(next);
          setOperator(OPERATORS_OF[next][0]!);
        }}
        options={topics.map((value) => ({ value, label: t(`abouts.${value}`) }))}
      />
      {about === "amount" || about === "field" ? (
        <TextField
          name={`label.${number}`}
          label={t("label")}
          hint={t("labelHint")}
          maxLength={120}
          required
        />
      ) : null}
      <SelectField
        name={`operator.${number}`}
        label={t("operator")}
        value={operator}
        onChange={(event) => setOperator(event.target.value)}
        options={operators.map((value) => ({ value, label: t(`operators.${value}`) }))}
      />
      {about === "class" ? (
        <SelectField
          name={`value.${number}`}
          label={t("values.class")}
          options={classes.map(({ id, name }) => ({ value: id, label: name }))}
        />
      ) : takesValue ? (
        <TextField
          key={about}
          name={`value.${number}`}
          label={t(`values.${about}`)}
          hint={t(`valueHints.${about}`)}
          inputMode={about === "amount" ? "decimal" : "text"}
          maxLength={200}
          required
        />
      ) : null}
    </fieldset>
  );
}

export function RemoveRule({ id, name }: { readonly id: string; readonly name: string }) {
  const t = useTranslations("app.signers");
  return (
    <AskingButton
      kind="quiet"
      label={t("removeRule")}
      about={name}
      title={t("removeRuleTitle", { name })}
      description={t("removeRuleHint")}
      confirmLabel={t("removeRule")}
      action={() => removeRule(id)}
    >
      {null}
    </AskingButton>
  );
}
