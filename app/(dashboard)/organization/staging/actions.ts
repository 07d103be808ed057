"use server";

import { refresh } from "next/cache";
import { createStaging } from "#lib/identity/create-staging.ts";
import { carryOver } from "#lib/signing/staging/carry-over.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerForm, type FormState } from "../../../_server/form.ts";

export async function openStaging(form: FormData): Promise<FormState> {
  return answerForm(async () => {
    await createStaging(await memberContext(), { password: String(form.get("password") ?? "") });
    refresh();
    return undefined;
  });
}

export async function carry(): Promise<FormState<{ added: number }>> {
  return answerForm(async () => {
    const carried = await carryOver(await memberContext());
    refresh();
    return carried;
  });
}
