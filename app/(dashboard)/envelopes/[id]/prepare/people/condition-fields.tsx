"use client";

import { useTranslations } from "next-intl";
import { SelectField } from "#components/ui/select-field.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { type DraftContent, type DraftRecipient, turnsOf } from "#lib/envelopes/core/draft.ts";
import {
  RULE_LIMITS,
  RULE_OPERATORS,
  type RuleTest,
  takesValue,
} from "#lib/envelopes/core/fields/field-rules.ts";
import { labelIn } from "../fields/rule-words.ts";

interface ConditionFieldsProps {
  readonly person: DraftRecipient;
  readonly content: Pick<DraftContent, "order" | "recipients" | "fields">;
  readonly onChange: (part: Partial<DraftRecipient>) => void;
}

/** Asked only where an answer of somebody before is so. */
export function ConditionFields({ person, content, onChange }: ConditionFieldsProps) {
  const t = useTranslations("app.prepare.people");
  const rules = useTranslations("app.prepare.rules");
  const named = useTranslations("app.prepare.fields");
  const { id, onlyIf } = person;
  const { fields } = content;
  const offered = fieldsBefore(person, content);
  const missing = fields.filter((field) => field.id === onlyIf?.fieldId && !offered.includes(field));
  const change = (part: Partial<RuleTest>) => onlyIf && onChange({ onlyIf: { ...onlyIf, ...part } });
  return (
    <div className="grid grid-cols-1 gap-3 sm:col-span-2 sm:grid-cols-[1fr_13rem_1fr]">
      <SelectField
        id={`only-if-${id}`}
        label={t("onlyIf")}
        hint={t("onlyIfHint")}
        value={onlyIf?.fieldId ?? ""}
        onChange={({ target }) =>
          onChange({
            onlyIf: target.value ? { operator: "filled", value: "", ...onlyIf, fieldId: target.value } : null,
          })
        }
        options={[
          { value: "", label: t("always") },
          ...[...offered, ...missing].map((field) => ({
            value: field.id,
            label: labelIn(named, fields, field.id),
          })),
        ]}
      />
      {onlyIf ? (
        <SelectField
          label={rules("operator")}
          value={onlyIf.operator}
          options={RULE_OPERATORS.map((one) => ({ value: one, label: rules(`operators.${one}`) }))}
          onChange={({ target }) => change({ operator: target.value as RuleTest["operator"] })}
        />
      ) : null}
      {onlyIf && takesValue(onlyIf.operator) ? (
        <TextField
          label={rules("value")}
          value={onlyIf.value}
          maxLength={RULE_LIMITS.value}
          autoComplete="off"
          onChange={({ target }) => change({ value: target.value })}
        />
      ) : null}
    </div>
  );
}

/** What those before this person answer, and is not kept apart. */
export function fieldsBefore(
  { id }: DraftRecipient,
  { order, recipients, fields }: Pick<DraftContent, "order" | "recipients" | "fields">,
) {
  const turns = turnsOf(order, recipients);
  return fields.filter(
    ({ recipientId, type, settings }) =>
      (turns.get(recipientId) ?? Number.POSITIVE_INFINITY) < turns.get(id)! &&
      !settings.isSensitive &&
      !UNANSWERED.has(type),
  );
}

const UNANSWERED: ReadonlySet<string> = new Set(["note", "link", "signature", "initials", "decline"]);
