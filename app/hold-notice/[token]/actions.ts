"use server";

import { refresh } from "next/cache";
import { acknowledgeHold, custodianContext } from "#lib/retention/custodians/acknowledge-hold.ts";
import { visitor } from "../../_server/context.ts";
import { answerForm, type FormState } from "../../_server/form.ts";

export async function acknowledge(token: string, noticeSha256: string): Promise<FormState> {
  return answerForm(async () => {
    const ctx = await custodianContext(await visitor(), String(token));
    await acknowledgeHold(ctx, { noticeSha256: String(noticeSha256) });
    refresh();
    return undefined;
  });
}
