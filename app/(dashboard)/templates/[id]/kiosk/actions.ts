"use server";

import { refresh } from "next/cache";
import type { RecipientId } from "#lib/ids.ts";
import { startTemplateKiosk } from "#lib/signing/kiosk/walk-up.ts";
import { attachCertificate } from "#lib/signing/presented/attach-certificate.ts";
import { memberContext } from "../../../../_server/context.ts";
import { answerForm, type FormState } from "../../../../_server/form.ts";
import { readHeldSession, setKiosk, takeSession } from "../../../../_server/kiosk.ts";
import { envelopeIdIn, templateIdIn } from "../../../../_server/params.ts";

/** From here on this device is a stand: the host's own session is kept on the server, and not here. */
export async function startStand(id: string, eventTitle: string, pin: string): Promise<FormState> {
  return answerForm(async () => {
    const ctx = await memberContext();
    const secret = await startTemplateKiosk(ctx, {
      ...{ templateId: templateIdIn(String(id)), eventTitle: String(eventTitle), pin: String(pin) },
      heldSession: await readHeldSession(),
    });
    await takeSession();
    await setKiosk(secret);
    return undefined;
  });
}

export async function attach(envelope: string, recipientId: string, form: FormData): Promise<FormState> {
  return answerForm(async () => {
    const file = form.get("file");
    const isFile = file instanceof File && file.size > 0 && file.size <= 64 * 1024;
    await attachCertificate(await memberContext(), {
      ...{ envelopeId: envelopeIdIn(String(envelope)), recipientId: String(recipientId) as RecipientId },
      file: isFile ? new Uint8Array(await file.arrayBuffer()) : null,
      text: String(form.get("text") ?? "").slice(0, 65_536),
    });
    refresh();
    return undefined;
  });
}
