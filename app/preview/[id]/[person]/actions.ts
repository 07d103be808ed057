"use server";

import type { MarkInput } from "#lib/signing/adopt-mark.ts";
import { previewAdoption, previewMarks } from "#lib/signing/preview-ceremony.ts";
import type { MarkChoice } from "#lib/signing/preview-mark.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerForm, type FormState } from "../../../_server/form.ts";
import { envelopeIdIn } from "../../../_server/params.ts";

export async function drawNames(id: string, text: string): Promise<FormState<readonly MarkChoice[]>> {
  return answerForm(async () =>
    previewMarks(await memberContext(), { envelopeId: envelopeIdIn(String(id)), text: String(text) }),
  );
}

export async function drawMarks(
  id: string,
  signature: MarkInput,
  initials: MarkInput | null,
): Promise<FormState<{ signature: string; initials: string | null }>> {
  return answerForm(async () =>
    previewAdoption(await memberContext(), { envelopeId: envelopeIdIn(String(id)), signature, initials }),
  );
}
