"use server";

import { refresh } from "next/cache";
import { addCaptureRule, removeCaptureRule } from "#lib/evidence/capture/change-rules.ts";
import { conditionsIn } from "../../../_server/conditions.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerForm, type FormState } from "../../../_server/form.ts";

type Rule = Parameters<typeof addCaptureRule>[1];
type Conditions = Rule["conditions"];

export async function addRule(form: FormData): Promise<FormState> {
  return answerForm(async () => {
    const textIn = (name: string) => String(form.get(name) ?? "");
    const conditions = conditionsIn(form) as Conditions;
    const combine = textIn("combine") as Rule["combine"];
    await addCaptureRule(await memberContext(), { name: textIn("name"), combine, conditions });
    refresh();
    return undefined;
  });
}

export async function removeRule(ruleId: string): Promise<FormState> {
  return answerForm(async () => {
    await removeCaptureRule(await memberContext(), { ruleId: String(ruleId) });
    refresh();
    return undefined;
  });
}
