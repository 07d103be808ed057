"use server";

import { refresh } from "next/cache";
import { OWN_MAILS } from "#lib/delivery/core/own-mails.ts";
import { chooseMutedMails } from "#lib/delivery/own-mails.ts";
import { setPassword } from "#lib/identity/set-password.ts";
import { forgetOwnMarks } from "#lib/signing/saved-marks/own-marks.ts";
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

export async function chooseMails(form: FormData): Promise<FormState> {
  return answerForm(async () => {
    const wanted = new Set(form.getAll("mail").map(String));
    const muted = OWN_MAILS.filter((mail) => !wanted.has(mail));
    await chooseMutedMails((await requireSession()).ctx, { muted });
    refresh();
    return undefined;
  });
}

export async function forgetMySignature(): Promise<FormState> {
  return answerForm(async () => {
    await forgetOwnMarks((await requireSession()).ctx);
    refresh();
    return undefined;
  });
}
