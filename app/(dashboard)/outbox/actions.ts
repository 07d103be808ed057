"use server";

import { type OutboxMail, openOutboxMail } from "#lib/delivery/read-outbox.ts";
import { memberContext } from "../../_server/context.ts";
import { answerForm, type FormState } from "../../_server/form.ts";

/** Opens a mail; that it was opened is recorded. */
export async function openMail(mailId: string): Promise<FormState<Pick<OutboxMail, "html" | "text">>> {
  return answerForm(async () => {
    const { html, text } = await openOutboxMail(await memberContext(), { mailId: String(mailId) });
    return { html, text };
  });
}
