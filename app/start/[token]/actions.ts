"use server";

import { cookies } from "next/headers";
import { redirect } from "next/navigation";
import { isLanguage } from "#lib/envelopes/core/languages.ts";
import { askToStart, confirmStart, enterStarted } from "#lib/signing/public-links/open-link.ts";
import { checkCookie, startCookie, visitor } from "../../_server/context.ts";
import { answerForm, type FormState } from "../../_server/form.ts";

/** Has a code sent to the address somebody gave. */
export async function ask(
  token: string,
  given: { readonly name: string; readonly email: string; readonly language: string },
): Promise<FormState> {
  return answerForm(async () => {
    const language = isLanguage(given.language) ? given.language : "en";
    const input = { name: String(given.name), email: String(given.email), language };
    const who = await visitor();
    await keep(startCookie(token), await askToStart(who, String(token), input), "/start");
    return undefined;
  });
}

export async function confirm(token: string, code: string): Promise<FormState> {
  return answerForm(async () => {
    await confirmStart(await visitor(), String(token), { secret: await secretOf(token), code: String(code) });
    return undefined;
  });
}

/** Goes to the envelope that was made. */
export async function enter(token: string): Promise<FormState> {
  return answerForm(async () => {
    const entry = await enterStarted(await visitor(), String(token), await secretOf(token));
    await keep(checkCookie(entry.token), entry.session, "/sign");
    redirect(`/sign/${entry.token}`);
  });
}

/** Begins anew, with another address. */
export async function forget(token: string): Promise<FormState> {
  return answerForm(async () => {
    (await cookies()).set({ name: startCookie(token), value: "", path: "/start", maxAge: 0 });
    return undefined;
  });
}

const secretOf = async (token: string) => (await cookies()).get(startCookie(token))?.value ?? "";

async function keep(name: string, value: string, path: string): Promise<void> {
  const { runtime } = await visitor();
  (await cookies()).set({
    ...{ name, value, path, httpOnly: true, sameSite: "lax", maxAge: 4 * 3_600 },
    secure: runtime.config.baseUrl.startsWith("https:"),
  });
}
