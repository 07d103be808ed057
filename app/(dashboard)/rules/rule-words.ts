import type { RuleAction, RuleCondition } from "#lib/integrations/core/workspace-rule.ts";
import type { RuleChoices, RuleView } from "#lib/integrations/rules/get-rules.ts";

type Words = (key: string, values?: Record<string, string>) => string;

/** A rule as one sentence. */
export function ruleSentence(t: Words, rule: RuleView, choices: RuleChoices): string {
  const conditions = rule.conditions.map((condition) =>
    t("joined", { condition: conditionText(t, condition, choices) }),
  );
  return t("whole", {
    ...{ event: t(`events.${rule.event}`), conditions: conditions.join("") },
    action: actionText(t, rule.action, choices),
  });
}

const nameOf = (t: Words, all: readonly { id: string; name: string }[], id: string): string =>
  all.find((one) => one.id === id)?.name ?? t("gone");

function conditionText(t: Words, condition: RuleCondition, choices: RuleChoices): string {
  switch (condition.kind) {
    case "template":
      return t("sentence.template", { value: nameOf(t, choices.templates, condition.templateId) });
    case "title":
      return t("sentence.title", { value: condition.words });
    case "tag":
      return t("sentence.tag", { value: condition.tag });
    case "sender":
      return t("sentence.sender", { value: nameOf(t, choices.people, condition.memberId) });
    case "amount":
      return t("sentence.amount", {
        ...{
          field: condition.label,
          operator: t(`operators.${condition.operator}`),
          value: condition.amount,
        },
      });
  }
}

function actionText(t: Words, action: RuleAction, choices: RuleChoices): string {
  switch (action.kind) {
    case "remind":
      return t("sentence.remind");
    case "export":
      return t("sentence.export");
    case "send":
      return t("sentence.send");
    case "file":
      return t("sentence.file", { value: nameOf(t, choices.folders, action.folderId) });
    case "tag":
      return t("sentence.doTag", { value: action.tag });
    case "mail":
      return t("sentence.mail", { value: nameOf(t, choices.people, action.memberId) });
    case "start-template":
      return t("sentence.start-template", { value: nameOf(t, choices.templates, action.templateId) });
    case "webhook":
      return t("sentence.webhook", { value: action.url });
  }
}
