"use server";

import { refresh } from "next/cache";
import { endAgreement, recordAgreement } from "#lib/envelopes/agreements/record-agreement.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerForm, type FormState } from "../../../_server/form.ts";

export async function record(form: FormData): Promise<FormState> {
  return answerForm(async () => {
    const text = (name: string) => String(form.get(name) ?? "");
    const file = form.get("file");
    const bytes = file instanceof File ? new Uint8Array(await file.arrayBuffer()) : new Uint8Array();
    await recordAgreement(await memberContext(), {
      ...{ coveredEntity: text("coveredEntity"), businessAssociate: text("businessAssociate") },
      ...{ signedOn: text("signedOn"), endsOn: text("endsOn"), keepYears: text("keepYears") },
      ...{ fileName: file instanceof File ? file.name : "", bytes },
    });
    refresh();
    return undefined;
  });
}

export async function end(agreementId: string): Promise<FormState> {
  return answerForm(async () => {
    await endAgreement(await memberContext(), { agreementId: String(agreementId) });
    refresh();
    return undefined;
  });
}
