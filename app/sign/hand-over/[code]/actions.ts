"use server";

import { claimHandOver } from "#lib/signing/hand-overs/draw-by-telephone.ts";
import { visitor } from "../../../_server/context.ts";
import { answerForm, type FormState } from "../../../_server/form.ts";

/** @returns what this telephone shows with everything it draws. */
export async function claim(code: string): Promise<FormState<string>> {
  return answerForm(async () => claimHandOver(await visitor(), String(code)));
}
