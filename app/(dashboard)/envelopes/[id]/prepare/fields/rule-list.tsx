"use client";

import { GitBranchPlus, Pencil, Trash2 } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { IconButton } from "#components/ui/icon-button.tsx";
import type { Minimum } from "#lib/envelopes/core/checks.ts";
import type { DraftField } from "#lib/envelopes/core/draft.ts";
import { type FieldRule, isLockedRule, RULE_LIMITS } from "#lib/envelopes/core/fields/field-rules.ts";
import { newId } from "../people/draft-people.ts";
import type { FieldCommands } from "./field-commands.ts";
import { RuleDialog } from "./rule-dialog.tsx";
import { labelIn } from "./rule-words.ts";

interface RuleListProps {
  readonly field: DraftField;
  readonly fields: readonly DraftField[];
  readonly rules: readonly FieldRule[];
  readonly commands: FieldCommands;
  readonly isTemplate: boolean;
}

/** The rules about a field, in words; each can be changed or taken away. */
export function RuleList({ field, fields, rules, commands, isTemplate }: RuleListProps) {
  const t = useTranslations("app.prepare.rules");
  const named = useTranslations("app.prepare.fields");
  const people = useTranslations("app.prepare.people");
  const [edited, setEdited] = useState<FieldRule | null>(null);
  const isAbout = ({ targets, tests, effect }: FieldRule) =>
    targets.includes(field.id) || (effect === "capture" && tests.some(({ fieldId }) => fieldId === field.id));
  const locked = new Set(isTemplate ? [] : fields.filter(({ isLocked }) => isLocked).map(({ id }) => id));
  const others = fields.filter(({ id }) => id !== field.id);

  function add() {
    const first = others[0] ?? field;
    setEdited({
      ...{ id: newId(), combine: "all", effect: "show", targets: [field.id], value: "" },
      tests: [{ fieldId: first.id, operator: "filled", value: "" }],
    });
  }

  const tell = (rule: FieldRule): string => {
    const tests = rule.tests.map(({ fieldId, operator, value }) =>
      t(`tests.${operator}`, { label: labelIn(named, fields, fieldId), value }),
    );
    const when = tests.join(t(rule.combine === "all" ? "and" : "or"));
    const value = rule.effect === "raise" ? people(`checks.${rule.value as Minimum}`) : rule.value;
    return t(`sentences.${rule.effect}`, { when, value });
  };

  return (
    <section aria-label={t("title")} className="border-t border-line pt-3">
      <h3 className="font-medium">{t("title")}</h3>
      <ul className="mt-1 flex flex-col gap-1">
        {rules.filter(isAbout).map((rule) => (
          <li key={rule.id} className="flex items-start gap-1 text-small">
            <span className="min-w-0 flex-1 py-2.5 [overflow-wrap:anywhere]">{tell(rule)}</span>
            <IconButton
              label={t("edit")}
              disabled={isLockedRule(rule, locked)}
              onClick={() => setEdited(rule)}
            >
              <Pencil aria-hidden="true" className="size-4" />
            </IconButton>
            <IconButton
              label={t("remove")}
              disabled={isLockedRule(rule, locked)}
              onClick={() => commands.dropRule(rule.id)}
            >
              <Trash2 aria-hidden="true" className="size-4" />
            </IconButton>
          </li>
        ))}
      </ul>
      <Button
        kind="secondary"
        onClick={add}
        disabled={others.length === 0 || rules.length >= RULE_LIMITS.rules}
        className="mt-2 w-full"
      >
        <GitBranchPlus aria-hidden="true" className="size-5" />
        {t("add")}
      </Button>
      {edited ? (
        <RuleDialog
          rule={edited}
          field={field}
          fields={fields}
          onDone={(rule) => {
            commands.rule(rule);
            setEdited(null);
          }}
          onClose={() => setEdited(null)}
        />
      ) : null}
    </section>
  );
}
