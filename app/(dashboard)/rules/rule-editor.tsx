"use client";

import { Plus } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState, useTransition } from "react";
import { refusalText } from "#components/envelopes/refusal-text.ts";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { SelectField } from "#components/ui/select-field.tsx";
import { TextField } from "#components/ui/text-field.tsx";
import { RULE_EVENT_NAMES, RULE_LIMITS, type RuleEvent } from "#lib/integrations/core/workspace-rule.ts";
import type { RuleChoices, RuleView } from "#lib/integrations/rules/get-rules.ts";
import { keepRule } from "./actions.ts";
import { type DraftCondition, draftOf, emptyCondition, withEvent, writtenRule } from "./rule-draft.ts";
import { ActionPart, ConditionPart } from "./rule-parts.tsx";
import { SecretDialog } from "./secret-dialog.tsx";
import { TryButton } from "./try-button.tsx";

interface EditRuleButtonProps {
  readonly choices: RuleChoices;
  /** Null for a new one. */
  readonly rule: RuleView | null;
}

const FORM = "rule-form";

/** A rule as a sentence to fill in. */
export function EditRuleButton({ choices, rule }: EditRuleButtonProps) {
  const t = useTranslations("app.rules");
  const refusals = useTranslations("refusals");
  const [isOpen, setOpen] = useState(false);
  const [draft, setDraft] = useState(() => draftOf(rule));
  const [wrong, setWrong] = useState<string | null>(null);
  const [secret, setSecret] = useState<string | null>(null);
  const [isBusy, start] = useTransition();
  const { name, event, conditions, action } = draft;

  function open(isOpen: boolean) {
    if (isOpen) setDraft(draftOf(rule));
    setWrong(null);
    setOpen(isOpen);
  }

  function change(key: number, condition: DraftCondition["condition"]) {
    const changed = conditions.map((one) => (one.key === key ? { key, condition } : one));
    setDraft({ ...draft, conditions: changed });
  }

  function add() {
    const key = Math.max(-1, ...conditions.map((one) => one.key)) + 1;
    setDraft({ ...draft, conditions: [...conditions, { key, condition: emptyCondition("title", choices) }] });
  }

  const submit = () =>
    start(async () => {
      setWrong(null);
      const { refusal, result } = await keepRule(rule?.id ?? null, writtenRule(draft));
      if (refusal) return setWrong(refusalText(refusals, refusal));
      setOpen(false);
      setSecret(result ?? null);
    });

  return (
    <>
      <Button
        kind={rule ? "secondary" : "primary"}
        aria-label={rule ? `${t("edit")}: ${rule.name}` : undefined}
        onClick={() => open(true)}
      >
        {rule ? t("edit") : t("new")}
      </Button>
      <Dialog
        isOpen={isOpen}
        onOpenChange={open}
        title={rule ? t("edit") : t("new")}
        closeLabel={t("close")}
        width="wide"
        footer={
          <Button type="submit" form={FORM} isBusy={isBusy}>
            {t("save")}
          </Button>
        }
      >
        <form
          method="post"
          id={FORM}
          className="flex flex-col gap-5"
          onSubmit={(submitted) => {
            submitted.preventDefault();
            submit();
          }}
        >
          <TextField
            label={t("name")}
            value={name}
            required
            maxLength={RULE_LIMITS.nameLength}
            autoComplete="off"
            onChange={({ target }) => setDraft({ ...draft, name: target.value })}
          />
          <SelectField
            label={t("when")}
            value={event}
            options={RULE_EVENT_NAMES.map((value) => ({ value, label: t(`events.${value}`) }))}
            onChange={({ target }) => setDraft(withEvent(draft, target.value as RuleEvent, choices))}
          />
          <fieldset className="flex flex-col gap-3">
            <legend className="mb-1 font-medium">{t("and")}</legend>
            {conditions.length === 0 ? <p className="text-ink-600">{t("noCondition")}</p> : null}
            {conditions.map(({ key, condition }) => (
              <ConditionPart
                key={key}
                event={event}
                condition={condition}
                choices={choices}
                onChange={(next) => change(key, next)}
                onRemove={() =>
                  setDraft({ ...draft, conditions: conditions.filter((one) => one.key !== key) })
                }
              />
            ))}
            <div className="flex flex-wrap gap-2">
              {conditions.length < RULE_LIMITS.conditions ? (
                <Button kind="quiet" onClick={add}>
                  <Plus aria-hidden="true" className="size-4" />
                  {t("addCondition")}
                </Button>
              ) : null}
              <TryButton event={event} conditions={conditions.map(({ condition }) => condition)} />
            </div>
          </fieldset>
          <fieldset className="flex flex-col gap-3">
            <legend className="mb-1 font-medium">{t("then")}</legend>
            <ActionPart
              event={event}
              action={action}
              choices={choices}
              onChange={(next) => setDraft({ ...draft, action: next })}
            />
          </fieldset>
          {wrong ? <Notice tone="bad">{wrong}</Notice> : null}
        </form>
      </Dialog>
      <SecretDialog secret={secret} onDone={() => setSecret(null)} />
    </>
  );
}
