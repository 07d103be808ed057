"use server";

import { approveRequest, refuseRequest } from "#lib/signing/programs/approve-request.ts";
import { memberContext } from "../../../../_server/context.ts";
import { answerForm, type FormState } from "../../../../_server/form.ts";

/** @returns where the browser goes back to, with what was decided. */
export async function decide(search: string, isAllowed: boolean): Promise<FormState<string>> {
  return answerForm(async () => {
    const asked = Object.fromEntries(new URLSearchParams(String(search).slice(0, 30_000)));
    const ctx = await memberContext();
    return isAllowed === true ? approveRequest(ctx, asked) : refuseRequest(ctx, asked);
  });
}
