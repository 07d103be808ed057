"use server";

import { refresh } from "next/cache";
import { CUSTODY_PART_NAMES, type CustodyParts } from "#lib/evidence/core/package/custody-parts.ts";
import { publishWording } from "#lib/evidence/wordings/edit-wording.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerForm, type FormState } from "../../../_server/form.ts";

export async function publish(form: FormData): Promise<FormState> {
  const parts = Object.fromEntries(
    CUSTODY_PART_NAMES.map((name) => [name, String(form.get(name) ?? "")]),
  ) as unknown as CustodyParts;
  return answerForm(async () => {
    await publishWording(await memberContext(), { parts });
    refresh();
    return undefined;
  });
}
