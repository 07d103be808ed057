"use server";

import { refresh } from "next/cache";
import {
  addAuthenticationRule,
  removeAuthenticationRule,
  setAuthenticationPolicy,
} from "#lib/envelopes/authentication/change-policy.ts";
import { setRequiredStep } from "#lib/envelopes/authentication/required-steps.ts";
import type { ClassStep } from "#lib/envelopes/core/class-steps.ts";
import type { IdentityMethod } from "#lib/ports/identity-provider.ts";
import {
  removeIdentityProvider,
  setIdentityProvider,
  testIdentityProvider,
} from "#lib/signing/sso/change-provider.ts";
import { conditionsIn } from "../../../_server/conditions.ts";
import { memberContext } from "../../../_server/context.ts";
import { answerForm, type FormState } from "../../../_server/form.ts";

type Policy = Parameters<typeof setAuthenticationPolicy>[1];
type Rule = Parameters<typeof addAuthenticationRule>[1];
type Conditions = Rule["conditions"];

const methodIn = (form: FormData): IdentityMethod =>
  form.get("method") === "identity-document" ? "identity-document" : "sso";

export async function savePolicy(form: FormData): Promise<FormState> {
  return answerForm(async () => {
    const chosen = (name: string) => String(form.get(name) ?? "") || null;
    await setAuthenticationPolicy(await memberContext(), {
      defaultCheck: chosen("defaultCheck") as Policy["defaultCheck"],
      minimum: chosen("minimum") as Policy["minimum"],
      asksTwoFactors: form.get("asksTwoFactors") === "on",
    });
    refresh();
    return undefined;
  });
}

export async function addRule(form: FormData): Promise<FormState> {
  return answerForm(async () => {
    const textIn = (name: string) => String(form.get(name) ?? "").trim();
    const conditions = conditionsIn(form) as Conditions;
    const minimum = textIn("minimum") as Rule["minimum"];
    await addAuthenticationRule(await memberContext(), { name: textIn("name"), minimum, conditions });
    refresh();
    return undefined;
  });
}

export async function removeRule(ruleId: string): Promise<FormState> {
  return answerForm(async () => {
    await removeAuthenticationRule(await memberContext(), { ruleId: String(ruleId) });
    refresh();
    return undefined;
  });
}

export async function saveProvider(form: FormData): Promise<FormState> {
  return answerForm(async () => {
    const textIn = (name: string) => String(form.get(name) ?? "");
    await setIdentityProvider(await memberContext(), {
      method: methodIn(form),
      ...{ acrValues: textIn("acrValues"), trustFrameworks: textIn("trustFrameworks") },
      ...{ name: textIn("name"), issuer: textIn("issuer").trim(), clientId: textIn("clientId").trim() },
      ...{ clientSecret: textIn("clientSecret").trim(), password: textIn("password") },
    });
    refresh();
    return undefined;
  });
}

export async function testProvider(method: IdentityMethod): Promise<FormState> {
  return answerForm(async () => {
    await testIdentityProvider(await memberContext(), {
      method: method === "identity-document" ? method : "sso",
    });
    refresh();
    return undefined;
  });
}

export async function removeProvider(form: FormData): Promise<FormState> {
  return answerForm(async () => {
    await removeIdentityProvider(await memberContext(), {
      ...{ password: String(form.get("password") ?? ""), method: methodIn(form) },
    });
    refresh();
    return undefined;
  });
}

/** Says what documents of a class are not sent without. */
export async function requireSteps(classId: string, steps: readonly ClassStep[]): Promise<FormState> {
  return answerForm(async () => {
    await setRequiredStep(await memberContext(), { classId: String(classId), steps: [...steps] });
    refresh();
    return undefined;
  });
}
