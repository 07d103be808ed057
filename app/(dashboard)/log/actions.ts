"use server";

import { refresh } from "next/cache";
import { askForLogCheck } from "#lib/evidence/read-log.ts";
import { signedInContext } from "../../_server/context.ts";
import { answerForm, type FormState } from "../../_server/form.ts";

export async function checkNow(): Promise<FormState> {
  return answerForm(async () => {
    await askForLogCheck(await signedInContext());
    refresh();
    return undefined;
  });
}
