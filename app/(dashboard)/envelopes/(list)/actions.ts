"use server";

import type { Route } from "next";
import { refresh } from "next/cache";
import { redirect } from "next/navigation";
import type { Context } from "#lib/context.ts";
import { addFolder, placeFolder, removeFolder, renameFolder, restoreFolder } from "#lib/envelopes/folders.ts";
import { getEnvelope } from "#lib/envelopes/get-envelope.ts";
import {
  chooseColumns,
  dropFilter,
  fileAway,
  keepFilter,
  moveEnvelope,
  tagEnvelope,
  transferEnvelope,
} from "#lib/envelopes/organize.ts";
import { remindRecipient } from "#lib/envelopes/remind-recipient.ts";
import { shareEnvelope } from "#lib/envelopes/share-envelope.ts";
import { voidEnvelope } from "#lib/envelopes/void-envelope.ts";
import type { AppError } from "#lib/errors.ts";
import { isRefusal } from "#lib/errors.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerForm, type FormState } from "../../../_server/form.ts";
import { envelopeIdIn } from "../../../_server/params.ts";

const MOST = 100;

type Given = Readonly<Record<string, string>>;
type Work = (ctx: Context, envelopeId: EnvelopeId, given: Given) => Promise<void>;
type Act = "remind" | "void" | "move" | "tag" | "share" | "handOver" | "fileAway" | "takeBack";

const ACTS: Readonly<Record<Act, Work>> = {
  async remind(ctx, envelopeId) {
    const { recipients } = await getEnvelope(ctx, { envelopeId });
    for (const { id, isTheirTurn } of recipients)
      if (isTheirTurn) await remindRecipient(ctx, { envelopeId, recipientId: id });
  },
  void: (ctx, envelopeId, { reason = "" }) => voidEnvelope(ctx, { envelopeId, reason }),
  move: (ctx, envelopeId, { folder = "" }) => moveEnvelope(ctx, { envelopeId, folderId: folder || null }),
  tag: (ctx, envelopeId, { tags = "", how = "set" }) =>
    tagEnvelope(ctx, {
      ...{ envelopeId, how: how as "set" },
      tags: tags
        .split(",")
        .map((tag) => tag.trim())
        .filter((tag) => tag !== ""),
    }),
  share: (ctx, envelopeId, { member = "", access }) =>
    shareEnvelope(ctx, { envelopeId, memberId: member, access: access === "act" ? "act" : "read" }),
  handOver: (ctx, envelopeId, { member = "" }) => transferEnvelope(ctx, { envelopeId, to: member }),
  fileAway: (ctx, envelopeId) => fileAway(ctx, { envelopeId, isAway: true }),
  takeBack: (ctx, envelopeId) => fileAway(ctx, { envelopeId, isAway: false }),
};

/** Does the same with each; what one refuses stops no other. */
export async function actOnMany(
  ids: string[],
  act: Act,
  given: Given,
): Promise<FormState<{ readonly done: number; readonly refused: readonly string[] }>> {
  return answerForm(async () => {
    if (!Object.hasOwn(ACTS, act) || !Array.isArray(ids)) throw new TypeError("no such act");
    const ctx = await memberContext();
    const refused: string[] = [];
    const values = Object.fromEntries(
      Object.entries(given ?? {}).map(([name, text]) => [name, String(text)]),
    );
    let done = 0;
    for (const id of ids.slice(0, MOST)) {
      try {
        await ACTS[act](ctx, envelopeIdIn(String(id)), values);
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

export async function renameIt(folderId: string, name: string): Promise<FormState> {
  return answerForm(async () => {
    await renameFolder(await memberContext(), { folderId: String(folderId), name: String(name) });
    refresh();
    return undefined;
  });
}

/** @param parentId empty for the top. */
export async function placeIt(folderId: string, parentId: string): Promise<FormState> {
  return answerForm(async () => {
    const input = { folderId: String(folderId), parentId: String(parentId) || null };
    await placeFolder(await memberContext(), input);
    refresh();
    return undefined;
  });
}

export async function removeIt(folderId: string): Promise<FormState> {
  return answerForm(async () => {
    await removeFolder(await memberContext(), { folderId: String(folderId) });
    refresh();
    return undefined;
  });
}

export async function bringBack(folderId: string): Promise<FormState> {
  return answerForm(async () => {
    await restoreFolder(await memberContext(), { folderId: String(folderId) });
    refresh();
    return undefined;
  });
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
