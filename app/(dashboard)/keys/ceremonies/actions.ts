"use server";

import type { Route } from "next";
import { refresh } from "next/cache";
import { redirect } from "next/navigation";
import type { MemberId } from "#lib/ids.ts";
import type { CeremonyRole } from "#lib/signing/core/key-ceremony.ts";
import {
  recordInCeremony,
  signOffCeremony,
  startKeyCeremony,
} from "#lib/signing/key-ceremonies/hold-ceremony.ts";
import { publishKeyScript } from "#lib/signing/key-ceremonies/key-scripts.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerForm, type FormState } from "../../../_server/form.ts";

type Act = Parameters<typeof recordInCeremony>[1]["act"];
const textIn = (form: FormData, name: string) => String(form.get(name) ?? "");

/** Fields `role.<member>` say who is there as what. */
export async function begin(form: FormData): Promise<FormState> {
  return answerForm(async () => {
    const people = [...form.entries()].flatMap(([name, role]) =>
      name.startsWith("role.") && role !== ""
        ? [{ memberId: name.slice("role.".length) as MemberId, role: role as CeremonyRole }]
        : [],
    );
    const id = await startKeyCeremony(await memberContext(), {
      ...{ title: textIn(form, "title"), place: textIn(form, "place"), people },
      scriptName: textIn(form, "script"),
    });
    redirect(`/keys/ceremonies/${id}` as Route);
  });
}

export async function publish(form: FormData): Promise<FormState> {
  return answerForm(async () => {
    const custodiansNeeded = textIn(form, "custodians");
    const script = { name: textIn(form, "name"), custodiansNeeded, text: textIn(form, "text") };
    await publishKeyScript(await memberContext(), script);
    refresh();
    return undefined;
  });
}

async function record(ceremonyId: string, act: Act): Promise<FormState> {
  return answerForm(async () => {
    await recordInCeremony(await memberContext(), { ceremonyId: String(ceremonyId), act });
    refresh();
    return undefined;
  });
}

export async function recordStep(ceremonyId: string, number: number, form: FormData): Promise<FormState> {
  const output = textIn(form, "output");
  return record(ceremonyId, { kind: "step", number, output, initials: textIn(form, "initials") });
}

export async function recordFact(ceremonyId: string, form: FormData): Promise<FormState> {
  return record(ceremonyId, { kind: "fact", label: textIn(form, "label"), value: textIn(form, "value") });
}

export async function noteDeviation(ceremonyId: string, form: FormData): Promise<FormState> {
  const number = textIn(form, "number");
  const text = textIn(form, "text");
  return record(ceremonyId, { kind: "deviation", number: number === "" ? null : Number(number), text });
}

export async function abandon(ceremonyId: string, form: FormData): Promise<FormState> {
  return record(ceremonyId, { kind: "abandoned", text: textIn(form, "text") });
}

export async function signOffRecord(ceremonyId: string, form: FormData): Promise<FormState> {
  return answerForm(async () => {
    const password = textIn(form, "password");
    await signOffCeremony(await memberContext(), { ceremonyId: String(ceremonyId), password });
    refresh();
    return undefined;
  });
}
