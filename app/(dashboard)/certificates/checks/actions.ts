"use server";

import { refresh } from "next/cache";
import { askCertificateCheck } from "#lib/evidence/certificate-checks/run-checks.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerForm, type FormState } from "../../../_server/form.ts";

export async function checkAll(): Promise<FormState> {
  return answerForm(async () => {
    await askCertificateCheck(await memberContext());
    refresh();
    return undefined;
  });
}
