"use server";

import { createOrganization } from "#lib/identity/create-organization.ts";
import { signIn } from "#lib/identity/sign-in.ts";
import { visitor } from "../_server/context.ts";
import { answerForm, type FormState } from "../_server/form.ts";

/** Sets the installation up and signs its owner in. */
export async function setUp(form: FormData): Promise<FormState<{ token: string }>> {
  return answerForm(async () => {
    const who = await visitor();
    const text = (name: string) => String(form.get(name) ?? "");
    const [email, password] = [text("email"), text("password")];
    await createOrganization(who, {
      organizationName: text("organization"),
      name: text("name"),
      email,
      password,
    });
    return { token: await signIn(who, { email, password }) };
  });
}
