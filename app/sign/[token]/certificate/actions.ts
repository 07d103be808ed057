"use server";

import { presentCertificate } from "#lib/signing/presented/present-certificate.ts";
import { recipientContext } from "../../../_server/context.ts";
import { answerForm, type FormState } from "../../../_server/form.ts";

/** @returns whose certificate it says it is. */
export async function present(token: string, form: FormData): Promise<FormState<string>> {
  return answerForm(async () => {
    const given = form.get("file");
    const file = given instanceof File && given.size > 0 ? new Uint8Array(await given.arrayBuffer()) : null;
    const text = String(form.get("text") ?? "");
    const { subject } = await presentCertificate(await recipientContext(token), { file, text });
    return subject;
  });
}
