"use client";

import { Plus, Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { IconButton } from "#components/ui/icon-button.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { MINIMUMS } from "#lib/envelopes/core/checks.ts";
import type { DraftField } from "#lib/envelopes/core/draft.ts";
import {
  type FieldRule,
  RULE_EFFECTS,
  RULE_LIMITS,
  RULE_OPERATORS,
  type RuleTest,
  takesValue,
} from "#lib/envelopes/core/fields/field-rules.ts";
import { labelIn } from "./rule-words.ts";

interface RuleDialogProps {
  readonly rule: FieldRule;
  readonly field: DraftField;
  readonly fields: readonly DraftField[];
  onDone(rule: FieldRule): void;
  onClose(): void;
}

/** If answers are so, then this field is so. */
export function RuleDialog({ rule: given, field, fields, onDone, onClose }: RuleDialogProps) {
  const t = useTranslations("app.prepare.rules");
  const named = useTranslations("app.prepare.fields");
  const people = useTranslations("app.prepare.people");
  const [rule, setRule] = useState(given);
  const { effect, tests, combine, value } = rule;
  const change = (part: Partial<FieldRule>) => setRule({ ...rule, ...part });
  const changeTest = (at: number, part: Partial<RuleTest>) =>
    change({ tests: tests.map((test, index) => (index === at ? { ...test, ...part } : test)) });
  const options = fields
    .filter(
      ({ id, type }) =>
        (id !== field.id || effect === "capture" || effect === "raise") && type !== "note" && type !== "link",
    )
    .map(({ id }) => ({ value: id, label: labelIn(named, fields, id) }));

  return (
    <Dialog
      isOpen
      onOpenChange={(isOpen) => isOpen || onClose()}
      title={t("dialog", { label: labelIn(named, fields, field.id) })}
      closeLabel={t("close")}
      width="wide"
      footer={
        <>
          <Button kind="secondary" onClick={onClose}>
            {t("cancel")}
          </Button>
          <Button
            onClick={() => onDone({ ...rule, targets: effect === "capture" ? [] : [field.id] })}
            disabled={tests.length === 0}
          >
            {t("done")}
          </Button>
        </>
      }
    >
      <div className="mt-3 flex flex-col gap-4">
        {tests.length > 1 ? (
          <SelectField
            label={t("combine")}
            value={combine}
            options={(["all", "any"] as const).map((one) => ({ value: one, label: t(`combines.${one}`) }))}
            onChange={({ target }) => change({ combine: target.value as FieldRule["combine"] })}
          />
        ) : null}
        {tests.map((test, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: tests have no id, and only the last is added.
          <fieldset key={index} className="grid gap-2 sm:grid-cols-[1fr_15rem_1fr_auto] sm:items-end">
            <legend className="sr-only">{t("test", { number: index + 1 })}</legend>
            <SelectField
              label={t("if")}
              value={test.fieldId}
              options={options}
              onChange={({ target }) => changeTest(index, { fieldId: target.value })}
            />
            <SelectField
              label={t("operator")}
              value={test.operator}
              options={RULE_OPERATORS.map((one) => ({ value: one, label: t(`operators.${one}`) }))}
              onChange={({ target }) => changeTest(index, { operator: target.value as RuleTest["operator"] })}
            />
            {takesValue(test.operator) ? (
              <TextField
                label={t("value")}
                value={test.value}
                maxLength={RULE_LIMITS.value}
                autoComplete="off"
                onChange={({ target }) => changeTest(index, { value: target.value })}
              />
            ) : (
              <span className="max-sm:hidden" />
            )}
            <IconButton
              label={t("removeTest")}
              disabled={tests.length === 1}
              onClick={() => change({ tests: tests.filter((_, at) => at !== index) })}
            >
              <Trash2 aria-hidden="true" className="size-5" />
            </IconButton>
          </fieldset>
        ))}
        <Button
          kind="quiet"
          disabled={tests.length >= RULE_LIMITS.tests}
          onClick={() =>
            change({ tests: [...tests, { fieldId: tests[0]!.fieldId, operator: "filled", value: "" }] })
          }
          className="self-start"
        >
          <Plus aria-hidden="true" className="size-5" />
          {t("addTest")}
        </Button>
        <SelectField
          label={t("then")}
          value={effect}
          options={RULE_EFFECTS.map((one) => ({ value: one, label: t(`effects.${one}`) }))}
          onChange={({ target }) => {
            const effect = target.value as FieldRule["effect"];
            change({ effect, value: effect === "raise" ? MINIMUMS[1] : "" });
          }}
        />
        {effect === "raise" ? (
          <SelectField
            label={t("raiseTo")}
            hint={t("raiseHint")}
            value={value}
            options={MINIMUMS.map((one) => ({ value: one, label: people(`checks.${one}`) }))}
            onChange={({ target }) => change({ value: target.value })}
          />
        ) : null}
        {effect === "set" ? (
          <TextField
            label={t("setTo")}
            hint={field.type === "checkbox" || field.type === "radio" ? t("setToTicked") : undefined}
            value={value}
            maxLength={RULE_LIMITS.value}
            autoComplete="off"
            onChange={({ target }) => change({ value: target.value })}
          />
        ) : null}
      </div>
    </Dialog>
  );
}
