"use server";

import { refresh } from "next/cache";
import { addCaptureRule, removeCaptureRule } from "#lib/evidence/capture/change-rules.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerForm, type FormState } from "../../../_server/form.ts";

type Rule = Parameters<typeof addCaptureRule>[1];
type Condition = Rule["conditions"][number];

/** Fields `about.0`, `label.0`, `operator.0`, `value.0` and so on, one set for each condition. */
export async function addRule(form: FormData): Promise<FormState> {
  return answerForm(async () => {
    const textIn = (name: string) => String(form.get(name) ?? "");
    const numbers = [...form.keys()].flatMap((name) => /^about\.(\d+)$/.exec(name)?.[1] ?? []);
    const conditions = numbers.map((number) => ({
      about: textIn(`about.${number}`) as Condition["about"],
      label: textIn(`label.${number}`),
      operator: textIn(`operator.${number}`) as Condition["operator"],
      value: textIn(`value.${number}`),
    }));
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
