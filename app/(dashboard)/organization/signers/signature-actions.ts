"use server";

import { refresh } from "next/cache";
import {
  removeSignatureProvider,
  setSignaturePolicy,
  setSignatureProvider,
  testSignatureProvider,
} from "#lib/signing/providers/change-providers.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerForm, type FormState } from "../../../_server/form.ts";

type Policy = Parameters<typeof setSignaturePolicy>[1];
type Provider = Parameters<typeof setSignatureProvider>[1];

export async function saveSignatureKinds(form: FormData): Promise<FormState> {
  return answerForm(async () => {
    const allowed = form.getAll("allowed").map(String) as Policy["allowed"];
    await setSignaturePolicy(await memberContext(), { allowed });
    refresh();
    return undefined;
  });
}

export async function saveSignatureProvider(form: FormData): Promise<FormState> {
  return answerForm(async () => {
    const text = (name: string) => String(form.get(name) ?? "").trim();
    await setSignatureProvider(await memberContext(), {
      ...{ providerId: text("providerId") || undefined, name: text("name"), url: text("url") },
      ...{ oauthUrl: text("oauthUrl"), clientId: text("clientId"), clientSecret: text("clientSecret") },
      ...{ kind: text("kind") as Provider["kind"], logIn: text("logIn") as Provider["logIn"] },
      password: String(form.get("password") ?? ""),
    });
    refresh();
    return undefined;
  });
}

export async function testSignatures(providerId: string): Promise<FormState> {
  return answerForm(async () => {
    await testSignatureProvider(await memberContext(), { providerId: String(providerId) });
    refresh();
    return undefined;
  });
}

export async function removeSignatures(form: FormData): Promise<FormState> {
  return answerForm(async () => {
    const [providerId, password] = [String(form.get("providerId")), String(form.get("password") ?? "")];
    await removeSignatureProvider(await memberContext(), { providerId, password });
    refresh();
    return undefined;
  });
}
