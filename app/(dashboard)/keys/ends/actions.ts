"use server";

import { refresh } from "next/cache";
import { nameOwner } from "#lib/signing/keys/name-owner.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerForm, type FormState } from "../../../_server/form.ts";

export async function chooseOwner(ref: string, memberId: string): Promise<FormState> {
  return answerForm(async () => {
    await nameOwner(await memberContext(), { ref, memberId });
    refresh();
    return undefined;
  });
}
