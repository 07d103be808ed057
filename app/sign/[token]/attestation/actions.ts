"use server";

import type { Attestation } from "#lib/envelopes/core/attestation.ts";
import { saveAttestation } from "#lib/signing/attestations/save-attestation.ts";
import { recipientContext } from "../../../_server/context.ts";
import { answerForm, type FormState } from "../../../_server/form.ts";

/** Keeps what a witness or a notary states; it stands in their block from then on. */
export async function state(token: string, kind: string, form: FormData): Promise<FormState> {
  return answerForm(async () => {
    const of = (name: string) => String(form.get(name) ?? "").slice(0, 400);
    const entry = Object.fromEntries([...form.keys()].map((name) => [name, of(name)]));
    const { timeZone, ...said } = entry;
    const whole = { ...said, kind: kind === "notary" ? "notary" : "witness" } as Attestation;
    await saveAttestation(await recipientContext(token), { entry: whole, timeZone: timeZone ?? "UTC" });
    return undefined;
  });
}
