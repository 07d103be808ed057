"use server";

import { refresh } from "next/cache";
import { adoptMarks, type MarkInput } from "#lib/signing/adopt-mark.ts";
import { askForLink, type LinkAnswer } from "#lib/signing/ask-for-link.ts";
import { extendSession } from "#lib/signing/checks/extend-session.ts";
import { forgetPasskey } from "#lib/signing/checks/own-passkeys.ts";
import { demonstrateAccess, noticeChoices } from "#lib/signing/consent/demonstrate-access.ts";
import type { MarkDigests } from "#lib/signing/core/shown-answers.ts";
import { decline } from "#lib/signing/decline.ts";
import { finishLater } from "#lib/signing/finish-later.ts";
import { approve, finishSigning } from "#lib/signing/finish-signing.ts";
import { giveConsent } from "#lib/signing/give-consent.ts";
import { beginHandOver, endHandOver, type HandOver } from "#lib/signing/hand-overs/begin-hand-over.ts";
import { nameNext } from "#lib/signing/name-next.ts";
import { type MarkChoice, previewMark } from "#lib/signing/preview-mark.ts";
import { forgetMarks, keepMarks } from "#lib/signing/saved-marks/keep-marks.ts";
import { recipientContext } from "../../_server/context.ts";
import { answerForm, type FormState } from "../../_server/form.ts";

/** As they stood on screen, in the language numbers were written in. */
interface Answers {
  readonly values: Readonly<Record<string, string>>;
  readonly locale: string;
  /** The marks on the screen; null where it shows some that were made without a network. */
  readonly marks: MarkDigests | null;
}

type Shown = readonly { readonly documentId: string; readonly sha256: string }[];

export async function agreeToSign(
  token: string,
  notice: { version: string; locale: string; sha256: string; wording: string },
): Promise<FormState> {
  return answerForm(async () => {
    await giveConsent(await recipientContext(token), notice);
    return undefined;
  });
}

/** Takes the word read out of the notice's PDF. */
export async function showAccess(
  token: string,
  answer: { word: string; method: "typed" | "chosen" },
): Promise<FormState> {
  return answerForm(async () => {
    await demonstrateAccess(await recipientContext(token), answer);
    return undefined;
  });
}

export async function wordChoices(token: string): Promise<FormState<readonly string[]>> {
  return answerForm(async () => noticeChoices(await recipientContext(token)));
}

export async function previewName(token: string, text: string): Promise<FormState<readonly MarkChoice[]>> {
  return answerForm(async () => previewMark(await recipientContext(token), { text }));
}

export async function adopt(
  token: string,
  signature: MarkInput,
  initials: MarkInput | null,
  keeps: boolean,
): Promise<FormState<{ signature: string; initials: string | null; digests?: MarkDigests }>> {
  return answerForm(async () => {
    const ctx = await recipientContext(token);
    const adopted = await adoptMarks(ctx, { signature, initials });
    if (keeps) await keepMarks(ctx);
    return adopted;
  });
}

export async function forgetKept(token: string): Promise<FormState> {
  return answerForm(async () => {
    await forgetMarks(await recipientContext(token));
    refresh();
    return undefined;
  });
}

export async function finish(
  token: string,
  input: { shown: Shown; answers: Answers; wording: string; timeZone: string },
): Promise<FormState> {
  return answerForm(async () => {
    await finishSigning(await recipientContext(token), { ...input, shown: [...input.shown] });
    refresh();
    return undefined;
  });
}

export async function approveDocuments(
  token: string,
  input: { shown: Shown; answers: Answers; wording: string },
): Promise<FormState> {
  return answerForm(async () => {
    await approve(await recipientContext(token), { ...input, shown: [...input.shown] });
    refresh();
    return undefined;
  });
}

export async function nameNextPerson(
  token: string,
  input: { personId: string; name: string; email: string },
): Promise<FormState> {
  return answerForm(async () => {
    await nameNext(await recipientContext(token), input);
    return undefined;
  });
}

export async function declineDocuments(token: string, reason: string): Promise<FormState> {
  return answerForm(async () => {
    await decline(await recipientContext(token), { reason });
    refresh();
    return undefined;
  });
}

export async function leaveForLater(token: string): Promise<FormState> {
  return answerForm(async () => {
    await finishLater(await recipientContext(token));
    return undefined;
  });
}

export async function linkAgain(token: string): Promise<FormState<LinkAnswer>> {
  return answerForm(async () => askForLink(await recipientContext(token)));
}

/** @param fieldId of the field to give a file for; without one the signature is drawn. */
export async function beginTelephone(token: string, fieldId?: string): Promise<FormState<HandOver>> {
  return answerForm(async () =>
    beginHandOver(await recipientContext(token), fieldId === undefined ? {} : { fieldId: String(fieldId) }),
  );
}

/** Lets a telephone go on with this page. */
export async function beginMove(token: string): Promise<FormState<HandOver>> {
  return answerForm(async () => beginHandOver(await recipientContext(token), { link: String(token) }));
}

export async function endTelephone(token: string, id: string): Promise<FormState> {
  return answerForm(async () => {
    await endHandOver(await recipientContext(token), { id: String(id) });
    return undefined;
  });
}

/** Goes on with what was shown in this browser. @returns for how long it counts now, in milliseconds. */
export async function stay(token: string): Promise<FormState<number>> {
  return answerForm(async () => {
    const ctx = await recipientContext(token);
    return (await extendSession(ctx)).getTime() - ctx.now().getTime();
  });
}

/** Forgets a passkey, by which the person is then known no more. */
export async function forgetOwnPasskey(token: string, id: string): Promise<FormState> {
  return answerForm(async () => {
    await forgetPasskey(await recipientContext(token), { id });
    refresh();
    return undefined;
  });
}
