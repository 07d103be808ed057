"use server";

import { refresh } from "next/cache";
import { askApproval, decideApproval } from "#lib/envelopes/approvals/approve-sending.ts";
import { memberContext } from "../../../../_server/context.ts";
import { answerForm, type FormState } from "../../../../_server/form.ts";
import { envelopeIdIn } from "../../../../_server/params.ts";

export async function ask(id: string, version: number, note: string): Promise<FormState> {
  return answerForm(async () => {
    const envelopeId = envelopeIdIn(String(id));
    await askApproval(await memberContext(), { envelopeId, version: Number(version), note: String(note) });
    refresh();
    return undefined;
  });
}

export async function decide(
  id: string,
  approvalId: string,
  isApproved: boolean,
  reason: string,
): Promise<FormState> {
  return answerForm(async () => {
    await decideApproval(await memberContext(), {
      ...{ envelopeId: envelopeIdIn(String(id)), approvalId: String(approvalId) },
      ...{ isApproved: isApproved === true, reason: String(reason) },
    });
    refresh();
    return undefined;
  });
}
