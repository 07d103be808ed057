"use server";

import type { Route } from "next";
import { redirect } from "next/navigation";
import {
  draftNotice,
  dropNotice,
  publishNotice,
  saveNoticeDraft,
} from "#lib/signing/consent/edit-notices.ts";
import type { ConsentMode } from "#lib/signing/core/consent.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerForm, type FormState } from "../../../_server/form.ts";

export async function beginNotice(mode: string, locale: string): Promise<FormState> {
  return answerForm(async () => {
    const id = await draftNotice(await memberContext(), { mode: mode as ConsentMode, locale });
    redirect(`/consents/notices/${id}` as Route);
  });
}

export async function keepDraft(id: string, parts: Record<string, string>): Promise<FormState> {
  return answerForm(async () => {
    await saveNoticeDraft(await memberContext(), { id, parts });
    return undefined;
  });
}

export async function publish(
  id: string,
  parts: Record<string, string>,
  change: { readonly isMaterial: boolean; readonly isTold: boolean },
): Promise<FormState> {
  return answerForm(async () => {
    const { isMaterial, isTold } = change;
    await publishNotice(await memberContext(), { id, parts, isMaterial, isTold });
    redirect("/consents/notices" as Route);
  });
}

export async function drop(id: string): Promise<FormState> {
  return answerForm(async () => {
    await dropNotice(await memberContext(), { id });
    redirect("/consents/notices" as Route);
  });
}
