import {
  canAct,
  canHold,
  type RuleAction,
  type RuleCondition,
  type RuleEvent,
  type WorkspaceRule,
} from "#lib/integrations/core/workspace-rule.ts";
import type { RuleChoices, RuleView } from "#lib/integrations/rules/get-rules.ts";

/** A condition as it stands in the form: its key stays while others come and go. */
export interface DraftCondition {
  readonly key: number;
  readonly condition: RuleCondition;
}

export interface RuleDraft {
  readonly name: string;
  readonly event: RuleEvent;
  readonly conditions: readonly DraftCondition[];
  readonly action: RuleAction;
}

export const CONDITION_KINDS = ["template", "title", "tag", "sender", "amount"] as const;
export const ACTION_KINDS = [
  "tag",
  "file",
  "mail",
  "remind",
  "send",
  "export",
  "start-template",
  "webhook",
] as const;

export function draftOf(rule: RuleView | null): RuleDraft {
  const { name = "", event = "completed", conditions = [], action } = rule ?? {};
  return {
    ...{ name, event, action: action ?? { kind: "tag", tag: "" } },
    conditions: conditions.map((condition, key) => ({ key, condition })),
  };
}

/** Another event leaves out what could come to nothing after it. */
export function withEvent(draft: RuleDraft, event: RuleEvent, choices: RuleChoices): RuleDraft {
  const action = canAct(event, draft.action.kind)
    ? draft.action
    : emptyAction(ACTION_KINDS.find((kind) => canAct(event, kind))!, choices);
  const conditions = draft.conditions.filter(({ condition }) => canHold(event, condition.kind));
  return { ...draft, event, action, conditions };
}

export const writtenRule = ({ name, event, conditions, action }: RuleDraft): WorkspaceRule => ({
  ...{ name, event, action },
  conditions: conditions.map(({ condition }) => condition),
});

export function emptyCondition(kind: RuleCondition["kind"], choices: RuleChoices): RuleCondition {
  switch (kind) {
    case "template":
      return { kind, templateId: choices.templates[0]?.id ?? "" };
    case "title":
      return { kind, words: "" };
    case "tag":
      return { kind, tag: "" };
    case "sender":
      return { kind, memberId: choices.people[0]?.id ?? "" };
    case "amount":
      return { kind, label: "", operator: "at-least", amount: "" };
  }
}

export function emptyAction(kind: RuleAction["kind"], choices: RuleChoices): RuleAction {
  switch (kind) {
    case "remind":
    case "export":
    case "send":
      return { kind };
    case "file":
      return { kind, folderId: choices.folders[0]?.id ?? "" };
    case "tag":
      return { kind, tag: "" };
    case "mail":
      return { kind, memberId: choices.people[0]?.id ?? "" };
    case "start-template":
      return { kind, templateId: choices.templates[0]?.id ?? "", people: [] };
    case "webhook":
      return { kind, url: "" };
  }
}
