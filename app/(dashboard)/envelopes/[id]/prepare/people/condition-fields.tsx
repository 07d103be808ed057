"use client";

import { Plus } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "#components/ui/button.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { type DraftContent, type DraftRecipient, turnsOf } from "#lib/envelopes/core/draft.ts";
import {
  asRule,
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

/** Asked only where answers of those before are so: one, or several of which all or any count. */
export function ConditionFields({ person, content, onChange }: ConditionFieldsProps) {
  const t = useTranslations("app.prepare.people");
  const rules = useTranslations("app.prepare.rules");
  const { id, onlyIf } = person;
  const offered = fieldsBefore(person, content);
  const { tests, combine } = onlyIf ? asRule(onlyIf) : { tests: [], combine: "all" as const };
  const set = (next: readonly RuleTest[], how = combine) => {
    const [first, ...more] = next;
    onChange({ onlyIf: first ? { ...first, ...(more.length > 0 ? { more, combine: how } : {}) } : null });
  };
  const changed = (at: number, part: Partial<RuleTest>) =>
    tests.map((test, index) => (index === at ? { ...test, ...part } : test));
  return (
    <div className="flex flex-col gap-3 sm:col-span-2">
      {tests.length > 1 ? (
        <SelectField
          label={rules("combine")}
          value={combine}
          options={(["all", "any"] as const).map((one) => ({ value: one, label: rules(`combines.${one}`) }))}
          onChange={({ target }) => set(tests, target.value as typeof combine)}
        />
      ) : null}
      <Test
        {...{ content, offered }}
        id={`only-if-${id}`}
        label={t("onlyIf")}
        hint={t("onlyIfHint")}
        never={t("always")}
        test={tests[0] ?? null}
        onChange={(part) =>
          part.fieldId === ""
            ? set(tests.slice(1))
            : set(
                tests.length > 0
                  ? changed(0, part)
                  : [{ operator: "filled", value: "", fieldId: "", ...part }],
              )
        }
      />
      {tests.slice(1).map((test, index) => (
        <Test
          // biome-ignore lint/suspicious/noArrayIndexKey: tests have no id, and only the last is added.
          key={index}
          {...{ content, offered, test }}
          id={`only-if-${id}-${index + 2}`}
          label={rules("test", { number: index + 2 })}
          never={t("noMore")}
          onChange={(part) =>
            set(part.fieldId === "" ? tests.toSpliced(index + 1, 1) : changed(index + 1, part))
          }
        />
      ))}
      {onlyIf && offered[0] && tests.length < RULE_LIMITS.tests ? (
        <Button
          kind="quiet"
          className="self-start"
          onClick={() => set([...tests, { fieldId: offered[0]!.id, operator: "filled", value: "" }])}
        >
          <Plus aria-hidden="true" className="size-5" />
          {rules("addTest")}
        </Button>
      ) : null}
    </div>
  );
}

interface TestProps {
  readonly id: string;
  readonly label: string;
  readonly hint?: string;
  /** What choosing no field means. */
  readonly never: string;
  readonly test: RuleTest | null;
  readonly content: ConditionFieldsProps["content"];
  readonly offered: ReturnType<typeof fieldsBefore>;
  readonly onChange: (part: Partial<RuleTest>) => void;
}

function Test({ id, label, hint, never, test, content: { fields }, offered, onChange }: TestProps) {
  const rules = useTranslations("app.prepare.rules");
  const named = useTranslations("app.prepare.fields");
  const missing = fields.filter((field) => field.id === test?.fieldId && !offered.includes(field));
  return (
    <div className="grid grid-cols-1 gap-3 sm:grid-cols-[1fr_13rem_1fr]">
      <SelectField
        {...{ id, label, hint }}
        value={test?.fieldId ?? ""}
        onChange={({ target }) => onChange({ fieldId: target.value })}
        options={[
          { value: "", label: never },
          ...[...offered, ...missing].map((field) => ({
            value: field.id,
            label: labelIn(named, fields, field.id),
          })),
        ]}
      />
      {test ? (
        <SelectField
          label={rules("operator")}
          value={test.operator}
          options={RULE_OPERATORS.map((one) => ({ value: one, label: rules(`operators.${one}`) }))}
          onChange={({ target }) => onChange({ operator: target.value as RuleTest["operator"] })}
        />
      ) : null}
      {test && takesValue(test.operator) ? (
        <TextField
          label={rules("value")}
          value={test.value}
          maxLength={RULE_LIMITS.value}
          autoComplete="off"
          onChange={({ target }) => onChange({ value: target.value })}
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
