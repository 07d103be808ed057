"use server";

import type { Route } from "next";
import { refresh } from "next/cache";
import { redirect } from "next/navigation";
import { createEnvelope } from "#lib/envelopes/create-envelope.ts";
import { endSession, switchOrganization as switchTo } from "#lib/identity/session.ts";
import { type OrganizationId, publicId } from "#lib/ids.ts";
import { memberContext, requireSession } from "../_server/context.ts";
import { answerForm, type FormState } from "../_server/form.ts";

/** Starts a draft and goes to prepare it. */
export async function startEnvelope(): Promise<FormState> {
  return answerForm(async () => {
    const id = await createEnvelope(await memberContext(), { title: "" });
    redirect(`/envelopes/${publicId("envelope", id)}/prepare` as Route);
  });
}

/** Ends the session on the server; the browser then drops its cookie. */
export async function leave(): Promise<FormState> {
  return answerForm(async () => {
    const { ctx, sessionId } = await requireSession();
    await endSession(ctx, sessionId);
    return undefined;
  });
}

export async function switchOrganization(organizationId: string): Promise<FormState> {
  return answerForm(async () => {
    const session = await requireSession();
    await switchTo(session, {
      sessionId: session.sessionId,
      organizationId: String(organizationId) as OrganizationId,
    });
    refresh();
    return undefined;
  });
}
