"use server";

import { refresh } from "next/cache";
import { deleteContact, keepContact } from "#lib/envelopes/contacts.ts";
import type { CheckMethod } from "#lib/envelopes/core/checks.ts";
import type { Language } from "#lib/envelopes/core/languages.ts";
import { memberContext } from "../../_server/context.ts";
import { answerForm, type FormState } from "../../_server/form.ts";

export async function forget(email: string): Promise<FormState> {
  return answerForm(async () => {
    await deleteContact(await memberContext(), { email: String(email) });
    refresh();
    return undefined;
  });
}

/** Adds a contact, or changes the one of an address. */
export async function keep(was: string | null, form: FormData): Promise<FormState> {
  return answerForm(async () => {
    const text = (name: string) => String(form.get(name) ?? "");
    await keepContact(await memberContext(), {
      was: was === null ? null : String(was),
      ...{ name: text("name"), email: text("email"), company: text("company"), phone: text("phone") },
      language: text("language") as Language | "",
      check: text("check") as CheckMethod | "",
      groups: text("groups")
        .split(",")
        .map((group) => group.trim())
        .filter((group) => group !== ""),
      isFound: text("isFound") === "yes",
    });
    refresh();
    return undefined;
  });
}
