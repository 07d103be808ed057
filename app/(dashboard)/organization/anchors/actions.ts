"use server";

import { refresh } from "next/cache";
import { addAnchors, removeAnchor } from "#lib/envelopes/hints/anchors.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerForm, type FormState } from "../../../_server/form.ts";

type Given = Extract<Parameters<typeof addAnchors>[1], { anchor: unknown }>["anchor"];

export async function saveAnchor(form: FormData): Promise<FormState> {
  return answerForm(async () => {
    const textIn = (name: string) => String(form.get(name) ?? "").trim();
    const lengthIn = (name: string) =>
      textIn(name) === "" ? undefined : Number(textIn(name).replace(",", "."));
    const isOn = (name: string) => form.get(name) === "on";
    const options = textIn("options")
      .split("\n")
      .map((one) => one.trim())
      .filter(Boolean);
    const anchor = {
      ...{ text: textIn("text"), type: textIn("type"), label: textIn("label"), signer: textIn("signer") },
      ...{ xOffset: lengthIn("xOffset") ?? 0, yOffset: lengthIn("yOffset") ?? 0, unit: textIn("unit") },
      ...{ width: lengthIn("width"), height: lengthIn("height"), isRequired: isOn("isRequired") },
      ...{ isWholeWord: isOn("isWholeWord"), matchesCase: isOn("matchesCase") },
      ...{ mayBeAbsent: isOn("mayBeAbsent"), isTakenOut: isOn("isTakenOut") },
      settings: textIn("type") === "dropdown" ? { options } : {},
    } as Given;
    await addAnchors(await memberContext(), { anchor });
    refresh();
    return undefined;
  });
}

export async function bringAnchors(form: FormData): Promise<FormState> {
  return answerForm(async () => {
    await addAnchors(await memberContext(), { signNow: String(form.get("list") ?? "") });
    refresh();
    return undefined;
  });
}

export async function deleteAnchor(text: string): Promise<FormState> {
  return answerForm(async () => {
    await removeAnchor(await memberContext(), { text });
    refresh();
    return undefined;
  });
}
