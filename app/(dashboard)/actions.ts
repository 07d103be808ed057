"use server";

import type { Route } from "next";
import { refresh } from "next/cache";
import { cookies } from "next/headers";
import { redirect } from "next/navigation";
import { createEnvelope } from "#lib/envelopes/create-envelope.ts";
import { listEnvelopes } from "#lib/envelopes/list-envelopes.ts";
import { endSession, switchOrganization as switchTo } from "#lib/identity/session.ts";
import { type OrganizationId, publicId } from "#lib/ids.ts";
import { openOwnPlace } from "#lib/signing/hosted-links/make-hosted-link.ts";
import { memberContext, requireSession } from "../_server/context.ts";
import { answerForm, type FormState } from "../_server/form.ts";
import { envelopeIdIn } from "../_server/params.ts";
import { themeOf } from "./theme.ts";

/** Starts a draft and goes to prepare it. */
export async function startEnvelope(): Promise<FormState> {
  return answerForm(async () => {
    const id = await createEnvelope(await memberContext(), { title: "" });
    redirect(`/envelopes/${publicId("envelope", id)}/prepare` as Route);
  });
}

/** Leads to the member's own part of an envelope that waits for them. */
export async function openMyPart(envelope: string, recipientId: string): Promise<FormState> {
  return answerForm(async () => {
    const whose = { envelopeId: envelopeIdIn(String(envelope)), recipientId: String(recipientId) };
    const { url } = await openOwnPlace(await memberContext(), whose);
    redirect(new URL(url).pathname as Route);
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

const YEAR_SECONDS = 31_536_000;

/** By day, by night, or as the system is: kept by the browser, for every organization. */
export async function chooseTheme(theme: string): Promise<FormState> {
  return answerForm(async () => {
    const jar = await cookies();
    jar.set("theme", themeOf(String(theme)), {
      path: "/",
      maxAge: YEAR_SECONDS,
      sameSite: "lax",
      httpOnly: true,
    });
    refresh();
    return undefined;
  });
}

/** Envelopes that the command palette offers for what is typed. */
export async function findEnvelopes(
  typed: string,
): Promise<
  FormState<readonly { readonly address: string; readonly title: string; readonly shortId: string }[]>
> {
  return answerForm(async () => {
    const { items } = await listEnvelopes(await memberContext(), { search: String(typed).slice(0, 200) });
    return items.slice(0, 6).map(({ id, title, shortId, state }) => ({
      address: `/envelopes/${publicId("envelope", id)}${state === "draft" ? "/prepare" : ""}`,
      ...{ title, shortId },
    }));
  });
}
