"use server";

import { refresh } from "next/cache";
import { askAuthority } from "#lib/evidence/statuses/ask-authority.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerForm, type FormState } from "../../../_server/form.ts";
import { certificateIdIn } from "../../../_server/params.ts";

/** @returns whether it is revoked. */
export async function askNow(id: string): Promise<FormState<boolean>> {
  return answerForm(async () => {
    const { isRevoked } = await askAuthority(await memberContext(), { certificateId: certificateIdIn(id) });
    refresh();
    return isRevoked;
  });
}
