"use server";

import type { Route } from "next";
import { refresh } from "next/cache";
import { redirect } from "next/navigation";
import { type CertificateId, parsePublicId, publicId } from "#lib/ids.ts";
import { askRotation, cancelPlannedRotation } from "#lib/pki/ask-rotation.ts";
import { KEY_ALGORITHMS } from "#lib/pki/core/key-algorithms.ts";
import { pkiError } from "#lib/pki/errors.ts";
import { revokeCertificate } from "#lib/pki/revoke-certificate.ts";
import { askDrill, setBackupPolicy } from "#lib/signing/key-care/drill-backup.ts";
import {
  acceptStandbyIssuer,
  askStandby,
  retireStandby,
  setStandbyPolicy,
} from "#lib/signing/key-care/standby.ts";
import { endCalendarAddress, newCalendarAddress } from "#lib/signing/keys/calendar.ts";
import { askConnectorCheck } from "#lib/signing/keys/connectors.ts";
import { setKeyPolicy } from "#lib/signing/keys/key-policy.ts";
import { setReviewPolicy, signOffReview } from "#lib/signing/keys/reviews.ts";
import { setSealLife } from "#lib/signing/keys/seal-life.ts";
import { reportCompromise } from "#lib/signing/report-compromise.ts";
import { confirmRotation, startRotation, switchSeal, undoRotation } from "#lib/signing/rotate-seal.ts";
import { memberContext } from "../../_server/context.ts";
import { answerForm, type FormState } from "../../_server/form.ts";

const SOURCES = ["own", "request", "brought"] as const;

type AuthorityKind = Parameters<typeof askRotation>[1]["kind"];
type Reason = Parameters<typeof revokeCertificate>[1]["reason"];

function certificateId(text: string): CertificateId {
  const id = parsePublicId<CertificateId>("certificate", text);
  if (!id) throw pkiError("not-found", "no certificate's id");
  return id;
}

/** Begins a rotation of the seal and goes to its steps. */
export async function beginRotation(form: FormData): Promise<FormState> {
  return answerForm(async () => {
    const text = (name: string) => String(form.get(name) ?? "");
    const source = SOURCES.find((one) => one === text("source")) ?? "own";
    const names = {
      ...{ organization: text("organization"), commonName: text("commonName") },
      ...{ unit: text("unit"), country: text("country") },
    };
    const id = await startRotation(await memberContext(), {
      ...{ source, acceptsOwnIssuer: form.get("acceptsOwnIssuer") === "on" },
      ...{ provider: text("provider") || null, sealId: text("sealId") || null },
      algorithm: KEY_ALGORITHMS.find((one) => one === text("algorithm")) ?? null,
      names: source === "request" ? names : null,
    });
    redirect(`/keys/rotate/${id}` as Route);
  });
}

/** @param at ISO 8601; null for now. */
export async function switchTo(id: string, at: string | null, overlapDays: number): Promise<FormState> {
  return answerForm(async () => {
    const when = at === null ? null : new Date(at);
    await switchSeal(await memberContext(), { rotationId: id, at: when, overlapDays });
    refresh();
    return undefined;
  });
}

export async function undo(id: string): Promise<FormState> {
  return answerForm(async () => {
    await undoRotation(await memberContext(), { rotationId: id });
    refresh();
    return undefined;
  });
}

export async function confirm(id: string): Promise<FormState> {
  return answerForm(async () => {
    await confirmRotation(await memberContext(), { rotationId: id });
    redirect("/keys" as Route);
  });
}

/** Goes to the steps of the exchange. @param at ISO 8601; null for now. */
export async function rotateAuthority(kind: string, at: string | null): Promise<FormState> {
  return answerForm(async () => {
    const when = at === null ? null : new Date(at);
    const id = await askRotation(await memberContext(), { kind: kind as AuthorityKind, at: when });
    redirect(`/keys/authorities/${id}` as Route);
  });
}

export async function cancelExchange(id: string): Promise<FormState> {
  return answerForm(async () => {
    await cancelPlannedRotation(await memberContext(), { rotationId: String(id) });
    refresh();
    return undefined;
  });
}

/** @param lostAt ISO 8601. Goes to the list of what the key signed. */
export async function compromised(id: string, lostAt: string, note: string): Promise<FormState> {
  return answerForm(async () => {
    const ctx = await memberContext();
    const own = certificateId(id);
    await reportCompromise(ctx, { certificateId: own, lostAt: new Date(lostAt), note });
    const query = new URLSearchParams({ lost: new Date(lostAt).toISOString() });
    redirect(`/keys/signed/${publicId("certificate", own)}?${query}` as Route);
  });
}

export async function revokeAuthority(id: string, reason: string, note: string): Promise<FormState> {
  return answerForm(async () => {
    const target = { authorityId: id };
    await revokeCertificate(await memberContext(), { target, reason: reason as Reason, note });
    refresh();
    return undefined;
  });
}

export async function signOff(id: string, note: string): Promise<FormState> {
  return answerForm(async () => {
    await signOffReview(await memberContext(), { reviewId: id, note });
    refresh();
    return undefined;
  });
}

export async function changePolicy(
  change: { readonly reviewMonths: number } | { readonly passphraseMonths: number },
): Promise<FormState> {
  return answerForm(async () => {
    await setReviewPolicy(await memberContext(), change);
    refresh();
    return undefined;
  });
}

export async function changeSealLife(days: number): Promise<FormState> {
  return answerForm(async () => {
    await setSealLife(await memberContext(), { leastSealDays: days });
    refresh();
    return undefined;
  });
}

/** @returns the address, which is shown once. */
export async function openCalendar(): Promise<FormState<string>> {
  return answerForm(async () => {
    const address = await newCalendarAddress(await memberContext());
    refresh();
    return address;
  });
}

export async function closeCalendar(): Promise<FormState> {
  return answerForm(async () => {
    await endCalendarAddress(await memberContext());
    refresh();
    return undefined;
  });
}

/** @param minutes null for never. */
export async function changeStandby(minutes: number | null): Promise<FormState> {
  return answerForm(async () => {
    await setStandbyPolicy(await memberContext(), { standbyAfterMinutes: minutes });
    refresh();
    return undefined;
  });
}

export async function prepareStandby(provider: string, acceptsOwnIssuer: boolean): Promise<FormState> {
  return answerForm(async () => {
    const accepts = acceptsOwnIssuer === true;
    await askStandby(await memberContext(), { provider: String(provider), acceptsOwnIssuer: accepts });
    refresh();
    return undefined;
  });
}

/** With a key that was brought and tested before. */
export async function chooseStandby(sealId: string): Promise<FormState> {
  return answerForm(async () => {
    await askStandby(await memberContext(), { sealId: String(sealId) });
    refresh();
    return undefined;
  });
}

export async function allowStandbyIssuer(): Promise<FormState> {
  return answerForm(async () => {
    await acceptStandbyIssuer(await memberContext());
    refresh();
    return undefined;
  });
}

export async function endStandby(): Promise<FormState> {
  return answerForm(async () => {
    await retireStandby(await memberContext());
    refresh();
    return undefined;
  });
}

/** @param every days; null for never. @param keep days. */
export async function changeBackups(every: number | null, keep: number): Promise<FormState> {
  return answerForm(async () => {
    await setBackupPolicy(await memberContext(), { backupEveryDays: every, backupKeepDays: keep });
    refresh();
    return undefined;
  });
}

export async function runDrill(id: string): Promise<FormState> {
  return answerForm(async () => {
    await askDrill(await memberContext(), { backupId: String(id) });
    refresh();
    return undefined;
  });
}

export async function changeKeyPolicy(forbidsExportable: boolean): Promise<FormState> {
  return answerForm(async () => {
    await setKeyPolicy(await memberContext(), { forbidsExportable: forbidsExportable === true });
    refresh();
    return undefined;
  });
}

export async function testConnection(provider: string): Promise<FormState> {
  return answerForm(async () => {
    await askConnectorCheck(await memberContext(), { provider: String(provider) });
    refresh();
    return undefined;
  });
}
