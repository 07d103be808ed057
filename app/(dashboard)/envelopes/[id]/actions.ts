"use server";

import type { Route } from "next";
import { refresh } from "next/cache";
import { redirect } from "next/navigation";
import { confirmWithCounsel } from "#lib/envelopes/confirm-with-counsel.ts";
import type { Exclusion } from "#lib/envelopes/core/exclusions.ts";
import { deleteDraft } from "#lib/envelopes/delete-draft.ts";
import { markHealth as markDocument } from "#lib/envelopes/documents/mark-health.ts";
import { extendEnvelope } from "#lib/envelopes/extend-envelope.ts";
import { giveMoreTime } from "#lib/envelopes/give-more-time.ts";
import { remindRecipient } from "#lib/envelopes/remind-recipient.ts";
import { removeDocument } from "#lib/envelopes/remove-document.ts";
import { sendEnvelope } from "#lib/envelopes/send-envelope.ts";
import { setAccessCode } from "#lib/envelopes/set-access-code.ts";
import { voidEnvelope } from "#lib/envelopes/void-envelope.ts";
import { requestPackage } from "#lib/evidence/request-package.ts";
import { publicId } from "#lib/ids.ts";
import { openDispute } from "#lib/retention/open-dispute.ts";
import { resetAuthenticator } from "#lib/signing/checks/reset-authenticator.ts";
import { markPaperSent } from "#lib/signing/consent/paper-copies.ts";
import type { Settlement } from "#lib/signing/core/offline-settlement.ts";
import { makeHostedLink, revokeHostedLink } from "#lib/signing/hosted-links/make-hosted-link.ts";
import { startKiosk } from "#lib/signing/kiosk/start-kiosk.ts";
import { removeKit } from "#lib/signing/offline/end-kit.ts";
import { settleKept } from "#lib/signing/offline/settle-kept.ts";
import { revealAnswer } from "#lib/signing/reveal-answer.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerForm, type FormState } from "../../../_server/form.ts";
import { readHeldSession as readSession, setKiosk, takeSession } from "../../../_server/kiosk.ts";
import { documentIdIn, envelopeIdIn } from "../../../_server/params.ts";

export async function remind(id: string, recipientId: string): Promise<FormState> {
  return answerForm(async () => {
    const envelopeId = envelopeIdIn(String(id));
    await remindRecipient(await memberContext(), { envelopeId, recipientId: String(recipientId) });
    refresh();
    return undefined;
  });
}

/** The link is told here, and never again. */
export async function hostLink(
  id: string,
  recipientId: string,
  days: number,
): Promise<FormState<{ readonly url: string; readonly expiresAt: string }>> {
  return answerForm(async () => {
    const { url, expiresAt } = await makeHostedLink(await memberContext(), {
      envelopeId: envelopeIdIn(String(id)),
      recipientId: String(recipientId),
      days: Number(days),
    });
    refresh();
    return { url, expiresAt: expiresAt.toISOString() };
  });
}

export async function endHostedLink(id: string, recipientId: string): Promise<FormState> {
  return answerForm(async () => {
    await revokeHostedLink(await memberContext(), {
      envelopeId: envelopeIdIn(String(id)),
      recipientId: String(recipientId),
    });
    refresh();
    return undefined;
  });
}

export async function voidIt(id: string, reason: string): Promise<FormState> {
  return answerForm(async () => {
    await voidEnvelope(await memberContext(), {
      envelopeId: envelopeIdIn(String(id)),
      reason: String(reason),
    });
    refresh();
    return undefined;
  });
}

export async function extend(id: string, days: number): Promise<FormState> {
  return answerForm(async () => {
    const envelopeId = envelopeIdIn(String(id));
    await extendEnvelope(await memberContext(), { envelopeId, days: Number(days) });
    refresh();
    return undefined;
  });
}

export async function extendPerson(id: string, recipientId: string, days: number): Promise<FormState> {
  return answerForm(async () => {
    const envelopeId = envelopeIdIn(String(id));
    const input = { envelopeId, recipientId: String(recipientId), days: Number(days) };
    await giveMoreTime(await memberContext(), input);
    refresh();
    return undefined;
  });
}

/** Shows a sensitive answer, once it is on record who looks at it and why. */
export async function reveal(id: string, fieldId: string, reason: string): Promise<FormState<string>> {
  return answerForm(async () => {
    const envelopeId = envelopeIdIn(String(id));
    const input = { envelopeId, fieldId: String(fieldId), reason: String(reason) };
    return (await revealAnswer(await memberContext(), input)).value;
  });
}

/** The code a person is asked for; the sender tells it to them. */
export async function giveAccessCode(id: string, recipientId: string, code: string): Promise<FormState> {
  return answerForm(async () => {
    const envelopeId = envelopeIdIn(String(id));
    await setAccessCode(await memberContext(), { envelopeId, recipientId, code });
    return undefined;
  });
}

/** Somebody lost the telephone with their authenticator app. */
export async function forgetAuthenticator(id: string, recipientId: string): Promise<FormState> {
  return answerForm(async () => {
    await resetAuthenticator(await memberContext(), { envelopeId: envelopeIdIn(String(id)), recipientId });
    refresh();
    return undefined;
  });
}

/** A paper copy that was asked for is on its way. */
export async function paperSent(id: string): Promise<FormState> {
  return answerForm(async () => {
    await markPaperSent(await memberContext(), { id });
    refresh();
    return undefined;
  });
}

/** Has an evidence package built; it is there a little later. */
export async function orderPackage(id: string, form: FormData): Promise<FormState> {
  return answerForm(async () => {
    const text = (name: string) => String(form.get(name) ?? "");
    await requestPackage(await memberContext(), {
      envelopeId: envelopeIdIn(String(id)),
      variant: text("variant") === "redacted" ? "redacted" : "full",
      ...{ batesPrefix: text("batesPrefix").trim(), reason: text("reason") },
      ...{ matter: text("matter"), preparedFor: text("preparedFor") },
    });
    refresh();
    return undefined;
  });
}

/** Takes a document out of a draft; gives the draft's new version. */
export async function takeOut(id: string, documentId: string): Promise<FormState<number>> {
  return answerForm(async () =>
    removeDocument(await memberContext(), {
      envelopeId: envelopeIdIn(String(id)),
      documentId: documentIdIn(String(documentId)),
    }),
  );
}

/** Says whether a document holds health data; gives the draft's new version. */
export async function markHealth(
  id: string,
  documentId: string,
  holdsHealth: boolean,
): Promise<FormState<number>> {
  return answerForm(async () =>
    markDocument(await memberContext(), {
      envelopeId: envelopeIdIn(String(id)),
      documentId: documentIdIn(String(documentId)),
      holdsHealth: holdsHealth === true,
    }),
  );
}

/** Puts on record that counsel was asked whether this may be electronic. */
export async function confirmCounsel(
  id: string,
  exclusions: readonly string[],
  reason: string,
): Promise<FormState> {
  return answerForm(async () => {
    await confirmWithCounsel(await memberContext(), {
      envelopeId: envelopeIdIn(String(id)),
      exclusions: exclusions.map(String) as Exclusion[],
      reason: String(reason),
    });
    return undefined;
  });
}

export async function send(id: string, version: number): Promise<FormState> {
  return answerForm(async () => {
    await sendEnvelope(await memberContext(), {
      envelopeId: envelopeIdIn(String(id)),
      version: Number(version),
    });
    redirect(`/envelopes/${id}?sent=1` as Route);
  });
}

export async function discard(id: string): Promise<FormState> {
  return answerForm(async () => {
    await deleteDraft(await memberContext(), { envelopeId: envelopeIdIn(String(id)) });
    redirect("/envelopes" as Route);
  });
}

export async function orderDispute(id: string, form: FormData): Promise<FormState> {
  return answerForm(async () => {
    await openDispute(await memberContext(), {
      envelopeId: envelopeIdIn(String(id)),
      recipientId: String(form.get("recipient") ?? ""),
      reason: String(form.get("reason") ?? ""),
      matter: String(form.get("matter") ?? ""),
      isHeld: form.get("hold") === "on",
    });
    refresh();
    return undefined;
  });
}

/** What becomes of what was captured without a network and not applied. */
export async function settleOffline(
  kitId: string,
  form: FormData,
): Promise<FormState<{ readonly copy: string | null; readonly answers: number }>> {
  return answerForm(async () => {
    const { copyId, answers } = await settleKept(await memberContext(), {
      ...{ kitId: String(kitId), reason: String(form.get("reason") ?? "") },
      settlement: String(form.get("settlement") ?? "") as Settlement,
    });
    refresh();
    return { copy: copyId && publicId("envelope", copyId), answers };
  });
}

export async function removeOffline(kitId: string): Promise<FormState> {
  return answerForm(async () => {
    await removeKit(await memberContext(), { kitId: String(kitId) });
    refresh();
    return undefined;
  });
}

/** From here on this device is the people's: the host's own session is kept on the server, and not here. */
export async function startInPerson(id: string, pin: string): Promise<FormState> {
  return answerForm(async () => {
    const ctx = await memberContext();
    const heldSession = await readSession();
    const secret = await startKiosk(ctx, {
      envelopeId: envelopeIdIn(String(id)),
      pin: String(pin),
      heldSession,
    });
    await takeSession();
    await setKiosk(secret);
    return undefined;
  });
}
