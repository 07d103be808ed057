"use server";

import { refresh } from "next/cache";
import { recordRotation } from "#lib/signing/secrets/record-rotation.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerForm, type FormState } from "../../../_server/form.ts";

export async function noteRotation(ref: string, note: string): Promise<FormState> {
  return answerForm(async () => {
    await recordRotation(await memberContext(), { ref, note });
    refresh();
    return undefined;
  });
}
