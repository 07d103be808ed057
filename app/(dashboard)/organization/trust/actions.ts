"use server";

import { refresh } from "next/cache";
import { redirect } from "next/navigation";
import { offerTrustList, removeTrustList } from "#lib/evidence/trust/change-trust-list.ts";
import { importTrustList } from "#lib/evidence/trust/import-trust-list.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerForm, type FormState } from "../../../_server/form.ts";

export async function importList(form: FormData): Promise<FormState<{ services: number }>> {
  return answerForm(async () => {
    const file = form.get("file");
    const bytes = file instanceof File ? new Uint8Array(await file.arrayBuffer()) : new Uint8Array();
    const name = String(form.get("name") ?? "").trim();
    const result = await importTrustList(await memberContext(), { bytes, ...(name ? { name } : {}) });
    refresh();
    return { services: result.services };
  });
}

export async function offerList(listId: string, isOffered: boolean): Promise<FormState> {
  return answerForm(async () => {
    await offerTrustList(await memberContext(), { listId: String(listId), isOffered: isOffered === true });
    refresh();
    return undefined;
  });
}

export async function removeList(listId: string): Promise<FormState> {
  return answerForm(async () => {
    await removeTrustList(await memberContext(), { listId: String(listId) });
    redirect("/organization/trust" as never);
  });
}
