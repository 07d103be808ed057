"use server";

import { changeContact } from "#lib/signing/consent/change-contact.ts";
import { requestPaper } from "#lib/signing/consent/paper-copies.ts";
import { withdrawConsent } from "#lib/signing/consent/withdraw-consent.ts";
import { recipientContext } from "../../../_server/context.ts";
import { answerForm, type FormState } from "../../../_server/form.ts";

/** @returns which of the sentences of success is true. */
export async function exercise(right: string, token: string, text: string): Promise<FormState<string>> {
  return answerForm(async () => {
    const ctx = await recipientContext(token);
    if (right === "withdraw") return withdrawConsent(ctx, { reason: text });
    if (right === "contact") await changeContact(ctx, { contact: text });
    else await requestPaper(ctx, { address: text });
    return "done";
  });
}
