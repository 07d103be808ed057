"use server";

import type { Route } from "next";
import { refresh } from "next/cache";
import { redirect } from "next/navigation";
import { cloneEnvelope } from "#lib/envelopes/clone-envelope.ts";
import type { Language } from "#lib/envelopes/core/languages.ts";
import { sendCopy } from "#lib/envelopes/send-copy.ts";
import { publicId } from "#lib/ids.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerForm, type FormState } from "../../../_server/form.ts";
import { envelopeIdIn } from "../../../_server/params.ts";

/** Starts a draft with everything of this envelope but what people answered, and goes to prepare it. */
export async function clone(id: string): Promise<FormState> {
  return answerForm(async () => {
    const made = await cloneEnvelope(await memberContext(), { envelopeId: envelopeIdIn(String(id)) });
    redirect(`/envelopes/${publicId("envelope", made)}/prepare?step=people` as Route);
  });
}

export async function copyTo(id: string, form: FormData): Promise<FormState> {
  return answerForm(async () => {
    const text = (name: string) => String(form.get(name) ?? "");
    await sendCopy(await memberContext(), {
      envelopeId: envelopeIdIn(String(id)),
      ...{ name: text("name"), email: text("email"), message: text("message") },
      language: text("language") as Language | "",
    });
    refresh();
    return undefined;
  });
}
