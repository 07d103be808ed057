"use server";

import { cookies } from "next/headers";
import { beginEnrollment } from "#lib/signing/checks/begin-enrollment.ts";
import { openCheck } from "#lib/signing/checks/open-check.ts";
import { passCheck } from "#lib/signing/checks/pass-check.ts";
import { beginPasskey, type PasskeyRequest, passPasskey } from "#lib/signing/checks/passkeys.ts";
import { requestCode } from "#lib/signing/checks/request-code.ts";
import { beginSso } from "#lib/signing/sso/sign-on.ts";
import { checkCookie, recipientContext, ssoCookie } from "../../_server/context.ts";
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
    await keep(token, await passCheck(ctx, { code }), ctx.runtime.config.baseUrl);
    return undefined;
  });
}

/** What the browser is to ask its authenticator for. */
export async function askPasskey(token: string): Promise<FormState<PasskeyRequest>> {
  return answerForm(async () => beginPasskey(await recipientContext(token)));
}

type Answer = Parameters<typeof passPasskey>[1]["answer"];

/** Checks what the authenticator answered. */
export async function passWithPasskey(token: string, answer: Answer): Promise<FormState> {
  return answerForm(async () => {
    const ctx = await recipientContext(token);
    await keep(token, await passPasskey(ctx, { answer }), ctx.runtime.config.baseUrl);
    return undefined;
  });
}

/** Where the organization's people sign on. Which link they come from is kept in this browser until they are back. */
export async function askSso(token: string): Promise<FormState<string>> {
  return answerForm(async () => {
    const ctx = await recipientContext(token);
    const { url, state } = await beginSso(ctx);
    (await cookies()).set({
      ...{
        name: ssoCookie(state),
        value: token,
        path: "/sign/sso",
        httpOnly: true,
        sameSite: "lax",
        maxAge: 600,
      },
      secure: ctx.runtime.config.baseUrl.startsWith("https:"),
    });
    return url;
  });
}

async function keep(token: string, session: string, baseUrl: string): Promise<void> {
  (await cookies()).set({
    ...{ name: checkCookie(token), value: session, path: "/sign", httpOnly: true, sameSite: "lax" },
    secure: baseUrl.startsWith("https:"),
  });
}
