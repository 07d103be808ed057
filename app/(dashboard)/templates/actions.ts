"use server";

import type { Route } from "next";
import { refresh } from "next/cache";
import { redirect } from "next/navigation";
import { createTemplate } from "#lib/envelopes/templates/create-template.ts";
import {
  decideVersion,
  publishTemplate,
  retireTemplate,
  setTemplatePolicy,
} from "#lib/envelopes/templates/publish-template.ts";
import { testTemplate } from "#lib/envelopes/templates/test-template.ts";
import { useTemplate as startFrom } from "#lib/envelopes/templates/use-template.ts";
import { publicId } from "#lib/ids.ts";
import { memberContext } from "../../_server/context.ts";
import { answerForm, type FormState } from "../../_server/form.ts";
import { envelopeIdIn, templateIdIn } from "../../_server/params.ts";

const prepare = (envelopeId: string, step = "") =>
  `/envelopes/${publicId("envelope", envelopeId)}/prepare${step ? `?step=${step}` : ""}` as Route;

/** Starts an empty template and goes to prepare it. */
export async function startTemplate(): Promise<FormState> {
  return answerForm(async () => {
    const { envelopeId } = await createTemplate(await memberContext(), {});
    redirect(prepare(envelopeId));
  });
}

/** Makes a template of an envelope, or another one of a template, and goes to prepare it. */
export async function saveTemplate(envelopeId: string, name?: string): Promise<FormState> {
  return answerForm(async () => {
    const from = { fromEnvelopeId: envelopeIdIn(String(envelopeId)), name: String(name ?? "") };
    const made = await createTemplate(await memberContext(), from);
    redirect(prepare(made.envelopeId, "people"));
  });
}

export async function publish(id: string, draftVersion: number, note: string): Promise<FormState> {
  return answerForm(async () => {
    const templateId = templateIdIn(String(id));
    const input = { templateId, draftVersion: Number(draftVersion), note: String(note) };
    await publishTemplate(await memberContext(), input);
    redirect(`/templates/${publicId("template", templateId)}` as Route);
  });
}

export async function decide(
  id: string,
  number: number,
  decision: "publish" | "return",
  note: string,
): Promise<FormState> {
  return answerForm(async () => {
    const templateId = templateIdIn(String(id));
    await decideVersion(await memberContext(), {
      ...{ templateId, number: Number(number), note: String(note) },
      decision: decision === "publish" ? "publish" : "return",
    });
    refresh();
    return undefined;
  });
}

export async function retire(id: string, isRetired: boolean): Promise<FormState> {
  return answerForm(async () => {
    const templateId = templateIdIn(String(id));
    await retireTemplate(await memberContext(), { templateId, isRetired: isRetired === true });
    refresh();
    return undefined;
  });
}

export async function askForApproval(asksForApproval: boolean): Promise<FormState> {
  return answerForm(async () => {
    await setTemplatePolicy(await memberContext(), { asksForApproval: asksForApproval === true });
    refresh();
    return undefined;
  });
}

/** Sends the template to oneself from the workspace for trials. */
export async function sendTest(id: string): Promise<FormState> {
  return answerForm(async () => {
    await testTemplate(await memberContext(), { templateId: templateIdIn(String(id)) });
    return undefined;
  });
}

interface RoleEntry {
  readonly roleId: string;
  readonly name: string;
  readonly email: string;
}

/** Starts an envelope from a template and goes to look it over. */
export async function use(id: string, people: readonly RoleEntry[]): Promise<FormState> {
  return answerForm(async () => {
    const entries = Array.isArray(people) ? people.slice(0, 50) : [];
    const { envelopeId } = await startFrom(await memberContext(), {
      templateId: templateIdIn(String(id)),
      people: entries.map(({ roleId, name, email }) => ({
        ...{ roleId: String(roleId), name: String(name), email: String(email) },
      })),
    });
    redirect(prepare(envelopeId, "review"));
  });
}
