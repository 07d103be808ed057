"use client";

import { X } from "lucide-react";
import { useTranslations } from "next-intl";
import { IconButton } from "#components/ui/icon-button.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import {
  canAct,
  canHold,
  RULE_LIMITS,
  type RuleAction,
  type RuleCondition,
  type RuleEvent,
} from "#lib/integrations/core/workspace-rule.ts";
import type { RuleChoices } from "#lib/integrations/rules/get-rules.ts";
import { ACTION_KINDS, CONDITION_KINDS, emptyAction, emptyCondition } from "./rule-draft.ts";

const asOptions = (all: readonly { readonly id: string; readonly name: string }[]) =>
  all.map(({ id, name }) => ({ value: id, label: name }));

interface ConditionPartProps {
  /** There has to be an answer to what is asked after it. */
  readonly event: RuleEvent;
  readonly condition: RuleCondition;
  readonly choices: RuleChoices;
  readonly onChange: (condition: RuleCondition) => void;
  readonly onRemove: () => void;
}

/** One condition: what is looked at, and what it has to be. */
export function ConditionPart({ event, condition, choices, onChange, onRemove }: ConditionPartProps) {
  const t = useTranslations("app.rules");
  return (
    <div className="flex items-end gap-2 rounded-control border border-line p-3">
      <div className="grid min-w-0 flex-1 gap-3 sm:grid-cols-2">
        <SelectField
          label={t("condition")}
          value={condition.kind}
          options={CONDITION_KINDS.filter((value) => canHold(event, value)).map((value) => ({
            value,
            label: t(`conditions.${value}`),
          }))}
          onChange={({ target }) => onChange(emptyCondition(target.value as RuleCondition["kind"], choices))}
        />
        <ConditionValue condition={condition} choices={choices} onChange={onChange} />
      </div>
      <IconButton label={t("removeCondition")} onClick={onRemove}>
        <X aria-hidden="true" className="size-5" />
      </IconButton>
    </div>
  );
}

function ConditionValue({ condition, choices, onChange }: Omit<ConditionPartProps, "event" | "onRemove">) {
  const t = useTranslations("app.rules");
  switch (condition.kind) {
    case "template":
      return choices.templates.length === 0 ? (
        <p className="self-end pb-2 text-ink-600">{t("noTemplates")}</p>
      ) : (
        <SelectField
          label={t("template")}
          value={condition.templateId}
          options={asOptions(choices.templates)}
          onChange={({ target }) => onChange({ ...condition, templateId: target.value })}
        />
      );
    case "title":
      return (
        <TextField
          label={t("words")}
          value={condition.words}
          required
          maxLength={200}
          onChange={({ target }) => onChange({ ...condition, words: target.value })}
        />
      );
    case "tag":
      return (
        <TextField
          label={t("tag")}
          value={condition.tag}
          required
          maxLength={60}
          onChange={({ target }) => onChange({ ...condition, tag: target.value })}
        />
      );
    case "sender":
      return (
        <SelectField
          label={t("sender")}
          value={condition.memberId}
          options={asOptions(choices.people)}
          onChange={({ target }) => onChange({ ...condition, memberId: target.value })}
        />
      );
    case "amount":
      return (
        <>
          <TextField
            label={t("field")}
            value={condition.label}
            required
            maxLength={100}
            onChange={({ target }) => onChange({ ...condition, label: target.value })}
          />
          <SelectField
            label={t("compared")}
            value={condition.operator}
            options={(["at-least", "at-most"] as const).map((value) => ({
              value,
              label: t(`operators.${value}`),
            }))}
            onChange={({ target }) =>
              onChange({ ...condition, operator: target.value as typeof condition.operator })
            }
          />
          <TextField
            label={t("amount")}
            hint={t("amountHint")}
            value={condition.amount}
            required
            inputMode="decimal"
            pattern="-?\d{1,15}(\.\d{1,6})?"
            title={t("amountHint")}
            maxLength={24}
            onChange={({ target }) => onChange({ ...condition, amount: target.value })}
          />
        </>
      );
  }
}

interface ActionPartProps {
  /** What is done has to make sense after it. */
  readonly event: RuleEvent;
  readonly action: RuleAction;
  readonly choices: RuleChoices;
  readonly onChange: (action: RuleAction) => void;
}

/** What is done, and with what. */
export function ActionPart({ event, action, choices, onChange }: ActionPartProps) {
  const t = useTranslations("app.rules");
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      <SelectField
        label={t("action")}
        value={action.kind}
        options={ACTION_KINDS.filter((value) => canAct(event, value)).map((value) => ({
          value,
          label: t(`actions.${value}`),
        }))}
        onChange={({ target }) => onChange(emptyAction(target.value as RuleAction["kind"], choices))}
      />
      <ActionValue action={action} choices={choices} onChange={onChange} />
    </div>
  );
}

function ActionValue({ action, choices, onChange }: Omit<ActionPartProps, "event">) {
  const t = useTranslations("app.rules");
  switch (action.kind) {
    case "remind":
      return null;
    case "export":
      return <p className="self-end pb-2 text-ink-600">{t("exportHint")}</p>;
    case "send":
      return <p className="self-end pb-2 text-ink-600">{t("sendHint")}</p>;
    case "file":
      return choices.folders.length === 0 ? (
        <p className="self-end pb-2 text-ink-600">{t("noFolders")}</p>
      ) : (
        <SelectField
          label={t("folder")}
          value={action.folderId}
          options={asOptions(choices.folders)}
          onChange={({ target }) => onChange({ ...action, folderId: target.value })}
        />
      );
    case "tag":
      return (
        <TextField
          label={t("tag")}
          value={action.tag}
          required
          maxLength={60}
          onChange={({ target }) => onChange({ ...action, tag: target.value })}
        />
      );
    case "mail":
      return (
        <SelectField
          label={t("member")}
          value={action.memberId}
          options={asOptions(choices.people)}
          onChange={({ target }) => onChange({ ...action, memberId: target.value })}
        />
      );
    case "start-template":
      return <TemplateStart action={action} choices={choices} onChange={onChange} />;
    case "webhook":
      return (
        <TextField
          label={t("address")}
          hint={t("addressHint")}
          value={action.url}
          required
          inputMode="url"
          maxLength={RULE_LIMITS.urlLength}
          autoComplete="off"
          onChange={({ target }) => onChange({ ...action, url: target.value })}
        />
      );
  }
}

type StartAction = Extract<RuleAction, { kind: "start-template" }>;

function TemplateStart({
  action,
  choices,
  onChange,
}: Omit<ActionPartProps, "event"> & { readonly action: StartAction }) {
  const t = useTranslations("app.rules");
  const template = choices.templates.find(({ id }) => id === action.templateId);
  const personOf = (roleId: string) =>
    action.people.find((person) => person.roleId === roleId) ?? { roleId, name: "", email: "" };
  const change = (roleId: string, part: { name?: string; email?: string }) =>
    onChange({
      ...action,
      people: [
        ...action.people.filter((person) => person.roleId !== roleId),
        { ...personOf(roleId), ...part },
      ],
    });
  if (choices.templates.length === 0) return <p className="self-end pb-2 text-ink-600">{t("noTemplates")}</p>;
  return (
    <>
      <SelectField
        label={t("template")}
        value={action.templateId}
        options={asOptions(choices.templates)}
        onChange={({ target }) => onChange({ ...action, templateId: target.value, people: [] })}
      />
      {(template?.roles ?? []).map(({ id, name }) => (
        <fieldset key={id} className="grid gap-3 sm:col-span-2 sm:grid-cols-2">
          <legend className="mb-1 font-medium [overflow-wrap:anywhere]">{name}</legend>
          <TextField
            label={t("personName")}
            value={personOf(id).name}
            required
            maxLength={64}
            autoComplete="off"
            onChange={({ target }) => change(id, { name: target.value })}
          />
          <TextField
            label={t("personEmail")}
            type="email"
            value={personOf(id).email}
            required
            maxLength={254}
            autoComplete="off"
            onChange={({ target }) => change(id, { email: target.value })}
          />
        </fieldset>
      ))}
    </>
  );
}
