"use server";

import type { Route } from "next";
import { redirect } from "next/navigation";
import { giveReason } from "#lib/evidence/access/give-reason.ts";
import type { AccessPurpose } from "#lib/identity/core/access-purposes.ts";
import { memberContext } from "../../_server/context.ts";
import { answerForm, type FormState } from "../../_server/form.ts";
import { envelopeIdIn } from "../../_server/params.ts";

/** Takes the reason for what a page is about to do. */
export async function sayWhy(purpose: AccessPurpose, id: string | null, reason: string): Promise<FormState> {
  return answerForm(async () => {
    const envelopeId = id === null ? null : envelopeIdIn(String(id));
    await giveReason(await memberContext(), { purpose, envelopeId, reason: String(reason) });
    return undefined;
  });
}

/** Takes the reason for opening an envelope, and opens it. */
export async function openWith(id: string, _: FormState, form: FormData): Promise<FormState> {
  return answerForm(async () => {
    const envelopeId = envelopeIdIn(String(id));
    const reason = String(form.get("reason") ?? "");
    await giveReason(await memberContext(), { purpose: "foreign-envelope", envelopeId, reason });
    redirect(`/envelopes/${id}` as Route);
  });
}
