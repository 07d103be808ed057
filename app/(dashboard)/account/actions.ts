"use server";

import { refresh } from "next/cache";
import { setPassword } from "#lib/identity/set-password.ts";
import { requireSession } from "../../_server/context.ts";
import { answerForm, type FormState } from "../../_server/form.ts";

export async function choosePassword(form: FormData): Promise<FormState> {
  return answerForm(async () => {
    const { ctx, sessionId } = await requireSession();
    const text = (name: string) => String(form.get(name) ?? "");
    await setPassword(ctx, { sessionId, password: text("password"), currentPassword: text("current") });
    refresh();
    return undefined;
  });
}
