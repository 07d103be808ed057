"use server";

import { refresh } from "next/cache";
import type { ApiScope } from "#lib/context.ts";
import { issueApiKey, revokeApiKey } from "#lib/identity/api-keys/issue-api-key.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerForm, type FormState } from "../../../_server/form.ts";

/** @returns the key, which is shown once. */
export async function issueKey(form: FormData): Promise<FormState<{ key: string }>> {
  return answerForm(async () => {
    const text = (name: string) => String(form.get(name) ?? "");
    const { key } = await issueApiKey(await memberContext(), {
      ...{ name: text("name"), networks: text("networks"), password: text("password") },
      ...{ perMinute: Number(text("perMinute")), days: Number(text("days")) },
      scopes: form.getAll("scopes").map(String) as ApiScope[],
    });
    refresh();
    return { key };
  });
}

export async function revokeKey(apiKeyId: string): Promise<FormState> {
  return answerForm(async () => {
    await revokeApiKey(await memberContext(), { apiKeyId: String(apiKeyId) });
    refresh();
    return undefined;
  });
}
