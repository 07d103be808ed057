"use server";

import { delegate } from "#lib/signing/delegate.ts";
import { recipientContext } from "../../../_server/context.ts";
import { answerForm, type FormState } from "../../../_server/form.ts";

export async function handOn(token: string, form: FormData): Promise<FormState> {
  return answerForm(async () => {
    const text = (name: string) => String(form.get(name) ?? "");
    await delegate(await recipientContext(token), {
      ...{ name: text("name"), email: text("email"), phone: text("phone"), reason: text("reason") },
    });
    return undefined;
  });
}
