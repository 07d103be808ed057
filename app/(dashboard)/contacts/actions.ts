"use server";

import { refresh } from "next/cache";
import { deleteContact } from "#lib/envelopes/contacts.ts";
import { memberContext } from "../../_server/context.ts";
import { answerForm, type FormState } from "../../_server/form.ts";

export async function forget(email: string): Promise<FormState> {
  return answerForm(async () => {
    await deleteContact(await memberContext(), { email: String(email) });
    refresh();
    return undefined;
  });
}
