"use client";

import { useTranslations } from "next-intl";
import { useState } from "react";
import { toast } from "sonner";
import { SelectField } from "#components/ui/select-field.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { RULE_KINDS, type RuleKind } from "#lib/retention/core/rules.ts";
import { AskingButton } from "../asking-button.tsx";
import { dropRule, giveRule } from "./actions.ts";

interface AddRuleProps {
  readonly id: string;
  readonly name: string;
  readonly templates: readonly { readonly id: string; readonly name: string }[];
}

/** Says which envelopes a class decides about. */
export function AddRuleButton({ id, name, templates }: AddRuleProps) {
  const t = useTranslations("app.retention.schedule.rules");
  const [kind, setKind] = useState<RuleKind>("tag");
  return (
    <AskingButton
      label={t("add.open")}
      about={name}
      title={t("add.title", { name })}
      description={t("add.consequence")}
      confirmLabel={t("add.confirm")}
      action={(form) => giveRule(id, form)}
      onDone={() => toast(t("add.done"))}
    >
      <SelectField
        name="kind"
        label={t("add.kind")}
        options={RULE_KINDS.map((value) => ({ value, label: t(`kinds.${value}`) }))}
        value={kind}
        onChange={(event) => setKind(event.currentTarget.value as RuleKind)}
      />
      {kind === "template" ? (
        <SelectField
          name="value"
          label={t("values.template")}
          hint={t(templates.length === 0 ? "add.noTemplates" : "hints.template")}
          options={templates.map((one) => ({ value: one.id, label: one.name }))}
          required
        />
      ) : (
        <TextField
          key={kind}
          name="value"
          label={t(`values.${kind}`)}
          hint={t(`hints.${kind}`)}
          maxLength={200}
          required
        />
      )}
    </AskingButton>
  );
}

/** Takes a rule back, after asking. */
export function RemoveRuleButton({ id, about }: { readonly id: string; readonly about: string }) {
  const t = useTranslations("app.retention.schedule.rules");
  return (
    <AskingButton
      kind="quiet"
      label={t("remove")}
      about={about}
      title={t("drop.title")}
      description={t("drop.consequence")}
      confirmLabel={t("remove")}
      action={() => dropRule(id)}
      onDone={() => toast(t("removed"))}
    >
      {null}
    </AskingButton>
  );
}
