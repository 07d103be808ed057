"use server";

import type { Route } from "next";
import { refresh } from "next/cache";
import { redirect } from "next/navigation";
import type { MemberId } from "#lib/ids.ts";
import type { ProjectStep } from "#lib/signing/core/key-project.ts";
import { changeProjectStep, doProjectStep } from "#lib/signing/key-projects/do-step.ts";
import { startKeyProject } from "#lib/signing/key-projects/start-key-project.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerForm, type FormState } from "../../../_server/form.ts";

const textIn = (form: FormData, name: string) => String(form.get(name) ?? "");

export async function start(form: FormData): Promise<FormState> {
  return answerForm(async () => {
    const id = await startKeyProject(await memberContext(), {
      title: textIn(form, "title"),
      scope: textIn(form, "scope"),
      authority: textIn(form, "authority"),
      formats: textIn(form, "formats"),
      startsOn: textIn(form, "startsOn"),
      ownerId: textIn(form, "owner") as MemberId,
    });
    redirect(`/keys/projects/${id}` as Route);
  });
}

export async function signOffStep(projectId: string, step: ProjectStep, form: FormData): Promise<FormState> {
  return answerForm(async () => {
    const isWaived = form.get("isWaived") !== null;
    const evidence = textIn(form, "evidence");
    await doProjectStep(await memberContext(), { projectId: String(projectId), step, evidence, isWaived });
    refresh();
    return undefined;
  });
}

export async function changeStep(projectId: string, step: ProjectStep, form: FormData): Promise<FormState> {
  return answerForm(async () => {
    const ownerId = textIn(form, "owner") as MemberId;
    const dueOn = textIn(form, "dueOn");
    await changeProjectStep(await memberContext(), { projectId: String(projectId), step, ownerId, dueOn });
    refresh();
    return undefined;
  });
}
