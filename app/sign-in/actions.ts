"use server";

import { requestSignInLink, signIn } from "#lib/identity/sign-in.ts";
import { visitor } from "../_server/context.ts";
import { answerForm, type FormState } from "../_server/form.ts";

/** Checks a password; right, it gives the token that the browser exchanges for a session. */
export async function checkPassword(form: FormData): Promise<FormState<{ token: string }>> {
  return answerForm(async () => {
    const token = await signIn(await visitor(), {
      email: String(form.get("email")),
      password: String(form.get("password")),
    });
    return { token };
  });
}

export async function mailLink(email: string): Promise<FormState> {
  return answerForm(async () => {
    await requestSignInLink(await visitor(), { email: String(email) });
    return undefined;
  });
}
