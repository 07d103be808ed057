"use server";

import type { Route } from "next";
import { redirect } from "next/navigation";
import { correctEnvelope } from "#lib/signing/correction/correct-envelope.ts";
import { memberContext } from "../../../../_server/context.ts";
import { answerForm, type FormState } from "../../../../_server/form.ts";
import { envelopeIdIn } from "../../../../_server/params.ts";

type Wish = Omit<Parameters<typeof correctEnvelope>[1], "envelopeId">;

export async function correct(id: string, wish: Wish): Promise<FormState> {
  return answerForm(async () => {
    const envelopeId = envelopeIdIn(String(id));
    await correctEnvelope(await memberContext(), { ...wish, envelopeId });
    redirect(`/envelopes/${id}` as Route);
  });
}
