"use server";

import type { Route } from "next";
import { refresh } from "next/cache";
import { redirect } from "next/navigation";
import type { Context } from "#lib/context.ts";
import { getEnvelope } from "#lib/envelopes/get-envelope.ts";
import {
  addFolder,
  chooseColumns,
  dropFilter,
  keepFilter,
  moveEnvelope,
  tagEnvelope,
} from "#lib/envelopes/organize.ts";
import { remindRecipient } from "#lib/envelopes/remind-recipient.ts";
import { voidEnvelope } from "#lib/envelopes/void-envelope.ts";
import type { AppError } from "#lib/errors.ts";
import { isRefusal } from "#lib/errors.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerForm, type FormState } from "../../../_server/form.ts";
import { envelopeIdIn } from "../../../_server/params.ts";

const MOST = 100;

type Work = (ctx: Context, envelopeId: EnvelopeId, value: string) => Promise<void>;

const ACTS: Readonly<Record<"remind" | "void" | "move" | "tag", Work>> = {
  async remind(ctx, envelopeId) {
    const { recipients } = await getEnvelope(ctx, { envelopeId });
    for (const { id, isTheirTurn } of recipients)
      if (isTheirTurn) await remindRecipient(ctx, { envelopeId, recipientId: id });
  },
  void: (ctx, envelopeId, reason) => voidEnvelope(ctx, { envelopeId, reason }),
  move: (ctx, envelopeId, folder) =>
    moveEnvelope(ctx, { envelopeId, folderId: folder === "" ? null : folder }),
  tag: (ctx, envelopeId, tags) =>
    tagEnvelope(ctx, {
      envelopeId,
      tags: tags
        .split(",")
        .map((tag) => tag.trim())
        .filter((tag) => tag !== ""),
    }),
};

/** Does the same with each; what one refuses stops no other. */
export async function actOnMany(
  ids: string[],
  act: keyof typeof ACTS,
  value: string,
): Promise<FormState<{ readonly done: number; readonly refused: readonly string[] }>> {
  return answerForm(async () => {
    if (!Object.hasOwn(ACTS, act) || !Array.isArray(ids)) throw new TypeError("no such act");
    const ctx = await memberContext();
    const refused: string[] = [];
    let done = 0;
    for (const id of ids.slice(0, MOST)) {
      try {
        await ACTS[act](ctx, envelopeIdIn(String(id)), String(value));
        done++;
      } catch (error) {
        if (!isRefusal(error)) throw error;
        refused.push((error as AppError).code);
      }
    }
    return { done, refused };
  });
}

export async function newFolder(name: string): Promise<FormState<string>> {
  return answerForm(async () => addFolder(await memberContext(), { name: String(name) }));
}

type Wish = Parameters<typeof keepFilter>[1]["wish"];

export async function saveFilter(name: string, wish: Wish): Promise<FormState> {
  return answerForm(async () => {
    await keepFilter(await memberContext(), { name: String(name), wish });
    refresh();
    return undefined;
  });
}

export async function forgetFilter(name: string): Promise<FormState> {
  return answerForm(async () => {
    await dropFilter(await memberContext(), { name: String(name) });
    redirect("/envelopes" as Route);
  });
}

export async function saveColumns(columns: string[]): Promise<FormState> {
  return answerForm(async () => {
    const chosen = columns as Parameters<typeof chooseColumns>[1]["columns"];
    await chooseColumns(await memberContext(), { columns: chosen });
    refresh();
    return undefined;
  });
}
