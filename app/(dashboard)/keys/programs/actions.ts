"use server";

import { refresh } from "next/cache";
import { decideAsked } from "#lib/signing/programs/check-approval.ts";
import { closeProgram, openProgram, type ProgramLogIn } from "#lib/signing/programs/open-program.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerForm, type FormState } from "../../../_server/form.ts";

/** @returns what the program logs in with, which is shown once. */
export async function letIn(form: FormData): Promise<FormState<ProgramLogIn>> {
  return answerForm(async () => {
    const text = (name: string) => String(form.get(name) ?? "");
    const logIn = await openProgram(await memberContext(), {
      ...{ name: text("name"), pin: text("pin"), maySign: form.has("maySign") },
      ...{ perMinute: Number(text("perMinute")), days: Number(text("days")) },
      ...{ redirectUri: text("redirectUri").trim(), challengeKey: text("challengeKey") },
      asksApproval: form.has("asksApproval"),
      keyIds: form.getAll("keyIds").map(String),
    });
    refresh();
    return logIn;
  });
}

export async function close(programId: string): Promise<FormState> {
  return answerForm(async () => {
    await closeProgram(await memberContext(), { programId: String(programId) });
    refresh();
    return undefined;
  });
}

export async function decideRequest(authorizationId: string, isAllowed: boolean): Promise<FormState> {
  return answerForm(async () => {
    const decision = { authorizationId: String(authorizationId), isAllowed: isAllowed === true };
    await decideAsked(await memberContext(), decision);
    refresh();
    return undefined;
  });
}
