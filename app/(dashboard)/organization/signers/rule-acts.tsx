"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { SelectField } from "#components/ui/select-field.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import type { AuthenticationSettings } from "#lib/envelopes/authentication/change-policy.ts";
import { RULE_TOPICS, type RuleTopic } from "#lib/envelopes/core/authentication-rules.ts";
import { isPossible, MINIMUMS } from "#lib/envelopes/core/checks.ts";
import { OPERATORS } from "#lib/envelopes/core/field-answers.ts";
import { AskingButton } from "../../asking-button.tsx";
import { ConditionBox, takesValue, useConditionList } from "../../condition-list.tsx";
import { addRule, removeRule } from "./actions.ts";

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
  const { list, startOver } = useConditionList(
    (number) => <Condition key={number} number={number} classes={settings.classes} />,
    t("another"),
  );
  const offered = MINIMUMS.filter((one) => isPossible(one, settings));
  return (
    <AskingButton
      label={t("addRule")}
      title={t("addRule")}
      description={t("addRuleHint")}
      confirmLabel={t("addRule")}
      action={addRule}
      onDone={startOver}
    >
      <TextField name="name" label={t("ruleName")} hint={t("ruleNameHint")} maxLength={80} required />
      <SelectField
        name="minimum"
        label={t("asksFor")}
        defaultValue="sms-code"
        options={offered.map((value) => ({ value, label: people(`checks.${value}`) }))}
      />
      {list}
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
  const topics = RULE_TOPICS.filter((topic) => topic !== "class" || classes.length > 0);
  return (
    <ConditionBox legend={t("condition", { number: number + 1 })}>
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
      ) : takesValue(operator) ? (
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
    </ConditionBox>
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
