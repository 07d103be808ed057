"use server";

import type { AbuseReason } from "#lib/signing/core/abuse-reasons.ts";
import { reportAbuse } from "#lib/signing/report-abuse.ts";
import { recipientContext } from "../../../_server/context.ts";
import { answerForm, type FormState } from "../../../_server/form.ts";

export async function report(token: string, form: FormData): Promise<FormState> {
  return answerForm(async () => {
    await reportAbuse(await recipientContext(token), {
      reason: String(form.get("reason")) as AbuseReason,
      details: String(form.get("details") ?? ""),
    });
    return undefined;
  });
}
