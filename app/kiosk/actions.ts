"use server";

import type { Route } from "next";
import { redirect } from "next/navigation";
import { isLanguage } from "#lib/envelopes/core/languages.ts";
import { signingError } from "#lib/signing/errors.ts";
import { endKiosk, handToPerson, leaveKiosk } from "#lib/signing/kiosk/use-kiosk.ts";
import { registerWalkUp } from "#lib/signing/kiosk/walk-up.ts";
import { memberContext, visitor } from "../_server/context.ts";
import { answerForm, type FormState } from "../_server/form.ts";
import { kioskSecret, putSessionBack, setKiosk } from "../_server/kiosk.ts";

async function requireSecret(): Promise<string> {
  const secret = await kioskSecret();
  if (!secret) throw signingError("kiosk-over", "no device");
  return secret;
}

/** Hands the device to somebody. @returns where they sign */
export async function begin(recipientId: string): Promise<FormState<string>> {
  return answerForm(async () => {
    const token = await handToPerson(await visitor(), await requireSecret(), {
      recipientId: String(recipientId),
    });
    return `/sign/${token}`;
  });
}

/** Whoever walked up says who they are. */
export async function register(entry: {
  readonly name: string;
  readonly email: string;
  readonly phone: string;
  readonly language: string;
}): Promise<FormState> {
  return answerForm(async () => {
    await registerWalkUp(await visitor(), await requireSecret(), {
      ...{ name: String(entry.name), email: String(entry.email), phone: String(entry.phone) },
      language: isLanguage(entry.language) ? entry.language : "",
    });
    return undefined;
  });
}

/** The host comes back by their number: their own session is there again, where it has not ended meanwhile. */
export async function leaveByPin(pin: string): Promise<FormState> {
  return answerForm(async () => {
    const held = await leaveKiosk(await visitor(), await requireSecret(), { pin: String(pin) });
    if (held) await putSessionBack(held);
    await setKiosk(null);
    return undefined;
  });
}

/** Who has signed in ends it. */
export async function endBySignIn(): Promise<FormState> {
  return answerForm(async () => {
    await endKiosk(await memberContext(), { secret: await requireSecret() });
    await setKiosk(null);
    redirect("/envelopes" as Route);
  });
}
