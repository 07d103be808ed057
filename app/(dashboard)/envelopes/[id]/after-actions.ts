"use server";

import type { Route } from "next";
import { refresh } from "next/cache";
import { redirect } from "next/navigation";
import { cloneEnvelope } from "#lib/envelopes/clone-envelope.ts";
import type { Language } from "#lib/envelopes/core/languages.ts";
import { addFolder } from "#lib/envelopes/folders.ts";
import { fileAway, moveEnvelope, tagEnvelope, transferEnvelope } from "#lib/envelopes/organize.ts";
import { scheduleEnvelope, unscheduleEnvelope } from "#lib/envelopes/schedule-envelope.ts";
import { sendCopy } from "#lib/envelopes/send-copy.ts";
import { shareEnvelope } from "#lib/envelopes/share-envelope.ts";
import { publicId } from "#lib/ids.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerForm, type FormState } from "../../../_server/form.ts";
import { envelopeIdIn } from "../../../_server/params.ts";

/** Starts a draft with everything of this envelope but what people answered, and goes to prepare it. */
export async function clone(id: string): Promise<FormState> {
  return answerForm(async () => {
    const made = await cloneEnvelope(await memberContext(), { envelopeId: envelopeIdIn(String(id)) });
    redirect(`/envelopes/${publicId("envelope", made)}/prepare?step=people` as Route);
  });
}

/** Has a draft go out by itself. */
export async function schedule(id: string, version: number, form: FormData): Promise<FormState> {
  return answerForm(async () => {
    await scheduleEnvelope(await memberContext(), {
      ...{ envelopeId: envelopeIdIn(String(id)), version: Number(version) },
      ...{ at: String(form.get("at") ?? ""), timeZone: String(form.get("timeZone") ?? "") },
    });
    redirect(`/envelopes/${id}` as Route);
  });
}

/** Makes a scheduled envelope a draft again, and goes to prepare it. */
export async function takeBack(id: string): Promise<FormState> {
  return answerForm(async () => {
    await unscheduleEnvelope(await memberContext(), { envelopeId: envelopeIdIn(String(id)) });
    redirect(`/envelopes/${id}/prepare?step=review` as Route);
  });
}

/** Lets a colleague read or act on it, or no more. */
export async function share(id: string, form: FormData): Promise<FormState> {
  return answerForm(async () => {
    await shareEnvelope(await memberContext(), {
      envelopeId: envelopeIdIn(String(id)),
      memberId: String(form.get("member") ?? ""),
      access: String(form.get("access")) as "read",
    });
    refresh();
    return undefined;
  });
}

export async function handEnvelopeOver(id: string, form: FormData): Promise<FormState> {
  return answerForm(async () => {
    const envelopeId = envelopeIdIn(String(id));
    await transferEnvelope(await memberContext(), { envelopeId, to: String(form.get("member") ?? "") });
    redirect("/envelopes" as Route);
  });
}

export async function copyTo(id: string, form: FormData): Promise<FormState> {
  return answerForm(async () => {
    const text = (name: string) => String(form.get(name) ?? "");
    await sendCopy(await memberContext(), {
      envelopeId: envelopeIdIn(String(id)),
      ...{ name: text("name"), email: text("email"), message: text("message") },
      language: text("language") as Language | "",
    });
    refresh();
    return undefined;
  });
}

/** Puts it into a folder, a new one too, or into none. */
export async function moveTo(id: string, form: FormData): Promise<FormState> {
  return answerForm(async () => {
    const ctx = await memberContext();
    const folder = String(form.get("folder") ?? "");
    const folderId =
      folder === "new" ? await addFolder(ctx, { name: String(form.get("name") ?? "") }) : folder;
    await moveEnvelope(ctx, { envelopeId: envelopeIdIn(String(id)), folderId: folderId || null });
    refresh();
    return undefined;
  });
}

/** Marks it with these words and no others. */
export async function tagWith(id: string, form: FormData): Promise<FormState> {
  return answerForm(async () => {
    const tags = String(form.get("tags") ?? "")
      .split(",")
      .map((tag) => tag.trim())
      .filter((tag) => tag !== "");
    await tagEnvelope(await memberContext(), { envelopeId: envelopeIdIn(String(id)), tags });
    refresh();
    return undefined;
  });
}

/** Has lists of what is over leave it out, or no longer. */
export async function fileEnvelope(id: string, isAway: boolean): Promise<FormState> {
  return answerForm(async () => {
    await fileAway(await memberContext(), { envelopeId: envelopeIdIn(String(id)), isAway: Boolean(isAway) });
    refresh();
    return undefined;
  });
}
