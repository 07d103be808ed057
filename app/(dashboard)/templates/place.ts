"use server";

import { refresh } from "next/cache";
import { placeTemplate } from "#lib/envelopes/templates/template-access.ts";
import { memberContext } from "../../_server/context.ts";
import { answerForm, type FormState } from "../../_server/form.ts";
import { templateIdIn } from "../../_server/params.ts";

/** @param teamId empty where everybody uses it. @param folderId empty for no folder. */
export async function place(id: string, teamId: string, folderId: string): Promise<FormState> {
  return answerForm(async () => {
    await placeTemplate(await memberContext(), {
      templateId: templateIdIn(String(id)),
      teamId: String(teamId) || null,
      folderId: String(folderId) || null,
    });
    refresh();
    return undefined;
  });
}
