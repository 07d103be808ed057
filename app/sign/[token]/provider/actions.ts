"use server";

import { cookies } from "next/headers";
import { answerQuestions } from "#lib/signing/providers/answer-questions.ts";
import { askChallenge } from "#lib/signing/providers/ask-challenge.ts";
import { beginApproval, beginAuthorization, type Way } from "#lib/signing/providers/begin-authorization.ts";
import { chooseCredential } from "#lib/signing/providers/choose-credential.ts";
import { authorizedCookie, recipientContext } from "../../../_server/context.ts";
import { answerForm, type FormState } from "../../../_server/form.ts";

/** Where the person goes to let us see their credentials; null when there is nothing to do there. */
export async function beginThere(token: string): Promise<FormState<string | null>> {
  return answerForm(async () => {
    const ctx = await recipientContext(token);
    return remember(token, await beginAuthorization(ctx), ctx.runtime.config.baseUrl);
  });
}

/** Where the person lets the prepared hashes be signed. */
export async function allowThere(token: string): Promise<FormState<string | null>> {
  return answerForm(async () => {
    const ctx = await recipientContext(token);
    return remember(token, await beginApproval(ctx), ctx.runtime.config.baseUrl);
  });
}

/** Which link they come from is kept in this browser until they are back. */
async function remember(token: string, { url, state }: Way, baseUrl: string): Promise<string | null> {
  if (url === null) return null;
  (await cookies()).set({
    ...{ name: authorizedCookie(state), value: token, path: "/sign/authorized", httpOnly: true },
    ...{ sameSite: "lax", maxAge: 1800, secure: baseUrl.startsWith("https:") },
  });
  return url;
}

export async function choose(token: string, credentialId: string, isMine: boolean): Promise<FormState> {
  return answerForm(async () => {
    await chooseCredential(await recipientContext(token), {
      ...{ credentialId: String(credentialId), isMine: isMine === true },
    });
    return undefined;
  });
}

/** @returns what the person is to answer; null where the provider has sent it to them. */
export async function challenge(token: string, questionId: string): Promise<FormState<string | null>> {
  return answerForm(async () =>
    askChallenge(await recipientContext(token), { questionId: String(questionId) }),
  );
}

/** What the provider asks goes on to it. */
export async function answer(token: string, form: FormData): Promise<FormState> {
  return answerForm(async () => {
    const answers = Object.fromEntries(
      [...form.entries()].flatMap(([id, value]) =>
        typeof value === "string" && value !== "" ? [[id, value]] : [],
      ),
    );
    await answerQuestions(await recipientContext(token), { answers });
    return undefined;
  });
}
