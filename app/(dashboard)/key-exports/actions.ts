"use server";

import { refresh } from "next/cache";
import { allowKeyExport } from "#lib/identity/change-organization.ts";
import type { MemberId } from "#lib/ids.ts";
import type { CustodySide, StatedAction } from "#lib/signing/core/custody.ts";
import type { ApprovalSide, ExportFormat, ExportReason } from "#lib/signing/core/key-export.ts";
import { approveKeyExport, refuseKeyExport } from "#lib/signing/key-exports/decide-key-export.ts";
import { askDelivery } from "#lib/signing/key-exports/deliver-key-export.ts";
import { reviewKeyExport } from "#lib/signing/key-exports/end-key-export.ts";
import { recordHandOver } from "#lib/signing/key-exports/hand-over-key.ts";
import { showPassphrase } from "#lib/signing/key-exports/passphrase-vault.ts";
import { requestKeyExport } from "#lib/signing/key-exports/request-key-export.ts";
import { signCustodyLine } from "#lib/signing/key-exports/sign-line.ts";
import { confirmKeyExport, takeKeyExport } from "#lib/signing/key-exports/take-key-export.ts";
import { addSftpPlace, askSftpTrial, removeSftpPlace } from "#lib/signing/sftp-places/add-place.ts";
import { memberContext } from "../../_server/context.ts";
import { answerForm, type FormState } from "../../_server/form.ts";

const textIn = (form: FormData, name: string) => String(form.get(name) ?? "");
/** Runs a verb, and lets the page show what came of it, also of a refusal that went on record. */
const done = <T>(work: () => Promise<T>): Promise<FormState<T>> =>
  answerForm(async () => {
    try {
      return await work();
    } finally {
      refresh();
    }
  });

export async function allow(isAllowed: boolean, form: FormData): Promise<FormState> {
  return done(async () => {
    const input = { isAllowed: isAllowed === true, password: textIn(form, "password") };
    await allowKeyExport(await memberContext(), input);
    return undefined;
  });
}

export async function ask(signingKeyId: string, form: FormData): Promise<FormState<string>> {
  return done(async () =>
    requestKeyExport(await memberContext(), {
      signingKeyId: String(signingKeyId),
      reason: textIn(form, "reason") as ExportReason,
      purpose: textIn(form, "purpose"),
      format: textIn(form, "format") as ExportFormat,
      passphraseReaders: form.getAll("passphraseReader").map(String) as MemberId[],
      destination: textIn(form, "destination"),
      contract: textIn(form, "contract"),
      recipientId: textIn(form, "recipient") as MemberId,
      sftpPlaceId: textIn(form, "place") || null,
    }),
  );
}

export async function approve(exportId: string, side: ApprovalSide, form: FormData): Promise<FormState> {
  return done(async () => {
    const password = textIn(form, "password");
    await approveKeyExport(await memberContext(), { exportId: String(exportId), side, password });
    return undefined;
  });
}

export async function refuse(exportId: string, form: FormData): Promise<FormState> {
  return done(async () => {
    const reason = textIn(form, "reason");
    await refuseKeyExport(await memberContext(), { exportId: String(exportId), reason });
    return undefined;
  });
}

export async function seePassphrase(exportId: string, form: FormData): Promise<FormState<string>> {
  return done(async () => {
    const password = textIn(form, "password");
    return showPassphrase(await memberContext(), { exportId: String(exportId), password });
  });
}

export interface TakenFile {
  readonly name: string;
  readonly base64: string;
}

export async function take(exportId: string, form: FormData): Promise<FormState<TakenFile>> {
  return done(async () => {
    const password = textIn(form, "password");
    const { fileName, bytes } = await takeKeyExport(await memberContext(), {
      exportId: String(exportId),
      password,
    });
    const whole = Buffer.from(await new Response(bytes).arrayBuffer());
    return { name: fileName, base64: whole.toString("base64") };
  });
}

export async function confirm(exportId: string, form: FormData): Promise<FormState> {
  return done(async () => {
    const sha256 = textIn(form, "sha256");
    await confirmKeyExport(await memberContext(), { exportId: String(exportId), sha256 });
    return undefined;
  });
}

export async function handOver(exportId: string, form: FormData): Promise<FormState> {
  return done(async () => {
    await recordHandOver(await memberContext(), {
      ...{ exportId: String(exportId), releasedBy: textIn(form, "releasedBy") },
      action: textIn(form, "action") as StatedAction,
      ...{ receivedBy: textIn(form, "receivedBy"), happenedOn: textIn(form, "happenedOn") },
      ...{ storedAt: textIn(form, "storedAt"), channel: textIn(form, "channel") },
      ...{ purpose: textIn(form, "purpose"), sha256: textIn(form, "sha256") },
    });
    return undefined;
  });
}

export async function signLine(
  exportId: string,
  sequence: number,
  side: CustodySide,
  form: FormData,
): Promise<FormState> {
  return done(async () => {
    const password = textIn(form, "password");
    await signCustodyLine(await memberContext(), {
      ...{ exportId: String(exportId), sequence: Number(sequence), side, password },
    });
    return undefined;
  });
}

export async function review(exportId: string, form: FormData): Promise<FormState> {
  return done(async () => {
    const note = textIn(form, "note");
    await reviewKeyExport(await memberContext(), { exportId: String(exportId), note });
    return undefined;
  });
}

export async function deliverAgain(exportId: string): Promise<FormState> {
  return done(async () => {
    await askDelivery(await memberContext(), { exportId: String(exportId) });
    return undefined;
  });
}

export async function addPlace(form: FormData): Promise<FormState> {
  return done(async () => {
    await addSftpPlace(await memberContext(), {
      ...{ name: textIn(form, "name"), host: textIn(form, "host"), port: textIn(form, "port") },
      ...{ userName: textIn(form, "userName"), folder: textIn(form, "folder") },
      fingerprint: textIn(form, "fingerprint"),
    });
    return undefined;
  });
}

export async function tryPlace(placeId: string): Promise<FormState> {
  return done(async () => {
    await askSftpTrial(await memberContext(), { placeId: String(placeId) });
    return undefined;
  });
}

export async function removePlace(placeId: string): Promise<FormState> {
  return done(async () => {
    await removeSftpPlace(await memberContext(), { placeId: String(placeId) });
    return undefined;
  });
}
