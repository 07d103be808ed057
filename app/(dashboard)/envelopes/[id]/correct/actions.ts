"use server";

import type { Route } from "next";
import { redirect } from "next/navigation";
import { replaceEnvelope } from "#lib/envelopes/replace-envelope.ts";
import { publicId } from "#lib/ids.ts";
import { correctEnvelope } from "#lib/signing/correction/correct-envelope.ts";
import { memberContext } from "../../../../_server/context.ts";
import { answerForm, type FormState } from "../../../../_server/form.ts";
import { envelopeIdIn } from "../../../../_server/params.ts";

/** Withdraws it, and opens a copy of it to be changed and sent. */
export async function replaceIt(id: string, reason: string): Promise<FormState> {
  return answerForm(async () => {
    const made = await replaceEnvelope(await memberContext(), {
      envelopeId: envelopeIdIn(String(id)),
      reason: String(reason),
    });
    redirect(`/envelopes/${publicId("envelope", made)}/prepare?step=fields` as Route);
  });
}

type Wish = Omit<Parameters<typeof correctEnvelope>[1], "envelopeId">;

export async function correct(id: string, wish: Wish): Promise<FormState> {
  return answerForm(async () => {
    const envelopeId = envelopeIdIn(String(id));
    await correctEnvelope(await memberContext(), { ...wish, envelopeId });
    redirect(`/envelopes/${id}` as Route);
  });
}
