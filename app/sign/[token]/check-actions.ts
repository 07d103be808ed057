"use server";

import { cookies } from "next/headers";
import { beginEnrollment } from "#lib/signing/checks/begin-enrollment.ts";
import { openCheck } from "#lib/signing/checks/open-check.ts";
import { passCheck } from "#lib/signing/checks/pass-check.ts";
import { requestCode } from "#lib/signing/checks/request-code.ts";
import { checkCookie, recipientContext } from "../../_server/context.ts";
import { answerForm, type FormState } from "../../_server/form.ts";

interface CodeState {
  readonly state: "none" | "sending" | "sent" | "failed";
  readonly failure: string | null;
  readonly waitMs: number;
}

/** Has a code sent by mail or text message. */
export async function askCode(token: string): Promise<FormState> {
  return answerForm(async () => {
    await requestCode(await recipientContext(token));
    return undefined;
  });
}

/** What became of the code that was asked for last. */
export async function codeState(token: string): Promise<FormState<CodeState>> {
  return answerForm(async () => {
    const { code } = await openCheck(await recipientContext(token));
    return { state: code.state, failure: code.failure, waitMs: code.waitMs };
  });
}

/** Makes what an authenticator app is to learn. */
export async function enroll(token: string): Promise<FormState> {
  return answerForm(async () => {
    await beginEnrollment(await recipientContext(token));
    return undefined;
  });
}

/** Checks a code; the browser is then known for this link and some hours. */
export async function passWith(token: string, code: string): Promise<FormState> {
  return answerForm(async () => {
    const ctx = await recipientContext(token);
    const session = await passCheck(ctx, { code });
    (await cookies()).set({
      ...{ name: checkCookie(token), value: session, path: "/sign", httpOnly: true, sameSite: "lax" },
      secure: ctx.runtime.config.baseUrl.startsWith("https:"),
    });
    return undefined;
  });
}
