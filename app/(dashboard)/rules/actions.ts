"use server";

import { refresh } from "next/cache";
import type { RuleCondition, RuleEvent, WorkspaceRule } from "#lib/integrations/core/workspace-rule.ts";
import { removeRule, saveRule, switchRule } from "#lib/integrations/rules/change-rules.ts";
import { type RuleTrial, tryRule } from "#lib/integrations/rules/get-rules.ts";
import { memberContext } from "../../_server/context.ts";
import { answerForm, type FormState } from "../../_server/form.ts";

/** Makes or changes a rule. @returns the secret of its webhook, this once. */
export async function keepRule(
  ruleId: string | null,
  rule: WorkspaceRule,
): Promise<FormState<string | null>> {
  return answerForm(async () => {
    const { secret } = await saveRule(await memberContext(), { ruleId, rule });
    refresh();
    return secret;
  });
}

export async function turnRule(ruleId: string, isOn: boolean): Promise<FormState> {
  return answerForm(async () => {
    await switchRule(await memberContext(), { ruleId: String(ruleId), isOn: isOn === true });
    refresh();
    return undefined;
  });
}

export async function dropRule(ruleId: string): Promise<FormState> {
  return answerForm(async () => {
    await removeRule(await memberContext(), { ruleId: String(ruleId) });
    refresh();
    return undefined;
  });
}

/** What a rule would have matched; nothing is done. */
export async function tryOut(
  event: RuleEvent,
  conditions: readonly RuleCondition[],
): Promise<FormState<RuleTrial>> {
  return answerForm(async () => tryRule(await memberContext(), { event, conditions: [...conditions] }));
}
