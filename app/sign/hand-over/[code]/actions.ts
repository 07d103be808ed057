"use server";

import { claimHandOver, takePageOver } from "#lib/signing/hand-overs/draw-by-telephone.ts";
import { visitor } from "../../../_server/context.ts";
import { answerForm, type FormState } from "../../../_server/form.ts";

/** @returns where this telephone goes on. */
export async function takeOver(code: string): Promise<FormState<string>> {
  return answerForm(async () => `/sign/${await takePageOver(await visitor(), String(code))}`);
}

/** @returns what this telephone shows with everything it draws. */
export async function claim(code: string): Promise<FormState<string>> {
  return answerForm(async () => claimHandOver(await visitor(), String(code)));
}
