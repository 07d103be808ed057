"use server";

import { refresh } from "next/cache";
import type { EnvelopeId } from "#lib/ids.ts";
import { addClass, changeClass, retireClass } from "#lib/retention/add-class.ts";
import { approveShorter, refuseShorter } from "#lib/retention/approve-shorter.ts";
import { askArchiveTrial, removeArchivePlace, setArchivePlace } from "#lib/retention/archive/set-place.ts";
import { addRule, removeRule } from "#lib/retention/change-rules.ts";
import { chooseClass } from "#lib/retention/choose-class.ts";
import type { HoldScope } from "#lib/retention/core/hold.ts";
import type { RuleKind } from "#lib/retention/core/rules.ts";
import type { Trigger } from "#lib/retention/core/schedule.ts";
import { ACTIONS, COUNTS_FROM } from "#lib/retention/core/schedule.ts";
import {
  addCustodian,
  remindCustodian,
  removeCustodian,
  writeNotice,
} from "#lib/retention/custodians/change-custodians.ts";
import { approvePurges, removePurge, reviewPurges, settlePurge } from "#lib/retention/decide-purges.ts";
import { type HoldPreview, placeHold, previewHold } from "#lib/retention/place-hold.ts";
import { askRelease, keepHold, releaseHold } from "#lib/retention/release-hold.ts";
import { setContractEnd } from "#lib/retention/set-contract-end.ts";
import { memberContext } from "../../_server/context.ts";
import { answerForm, type FormState } from "../../_server/form.ts";
import { envelopeIdIn } from "../../_server/params.ts";

const textIn = (form: FormData, name: string) => String(form.get(name) ?? "");
const chosenIn = (form: FormData) => form.getAll("envelope").map(String);

const done = (work: () => Promise<unknown>): Promise<FormState> =>
  answerForm(async () => {
    await work();
    refresh();
    return undefined;
  });

const contentIn = (form: FormData) => ({
  name: textIn(form, "name"),
  years: Number(textIn(form, "years")),
  basis: textIn(form, "basis"),
  leastCertificateDays: textIn(form, "leastCertificateDays") || "0",
  countsFrom: COUNTS_FROM.find((one) => one === textIn(form, "countsFrom")) ?? "end",
  action: ACTIONS.find((one) => one === textIn(form, "action")) ?? "destroy",
  isDefault: form.get("isDefault") === "on",
});

export async function add(form: FormData): Promise<FormState> {
  const trigger = textIn(form, "trigger") as Trigger;
  return done(async () => addClass(await memberContext(), { trigger, ...contentIn(form) }));
}

export async function change(classId: string, form: FormData): Promise<FormState> {
  return done(async () =>
    changeClass(await memberContext(), { classId: String(classId), ...contentIn(form) }),
  );
}

export async function approveLess(classId: string, form: FormData): Promise<FormState> {
  const password = textIn(form, "password");
  return done(async () => approveShorter(await memberContext(), { classId: String(classId), password }));
}

export async function refuseLess(classId: string): Promise<FormState> {
  return done(async () => refuseShorter(await memberContext(), { classId: String(classId) }));
}

export async function giveRule(classId: string, form: FormData): Promise<FormState> {
  const rule = { kind: textIn(form, "kind") as RuleKind, value: textIn(form, "value") };
  return done(async () => addRule(await memberContext(), { classId: String(classId), ...rule }));
}

export async function dropRule(ruleId: string): Promise<FormState> {
  return done(async () => removeRule(await memberContext(), { ruleId: String(ruleId) }));
}

export async function retire(classId: string): Promise<FormState> {
  return done(async () => retireClass(await memberContext(), { classId: String(classId) }));
}

/** Neither a day nor a field takes it back. */
export async function setEnd(id: string, form: FormData): Promise<FormState> {
  const input = { endsOn: textIn(form, "endsOn"), fieldId: textIn(form, "field") || null };
  return done(async () => {
    const envelopeId = envelopeIdIn(String(id));
    await setContractEnd(await memberContext(), { envelopeId, ...input });
  });
}

/** An empty class leaves it to the schedule. */
export async function choose(id: string, form: FormData): Promise<FormState> {
  const classId = textIn(form, "class") || null;
  return done(async () =>
    chooseClass(await memberContext(), { envelopeId: envelopeIdIn(String(id)), classId }),
  );
}

const ALSO = ["person", "sender", "title", "tag", "template", "words"] as const;

const queryIn = (form: FormData) => ({
  scope: textIn(form, "scope") as HoldScope,
  query: textIn(form, "query"),
  also: ALSO.flatMap((scope) => {
    const query = textIn(form, `also-${scope}`).trim();
    return query === "" || scope === textIn(form, "scope") ? [] : [{ scope, query }];
  }),
  fromOn: textIn(form, "fromOn") || null,
  toOn: textIn(form, "toOn") || null,
});

export async function hold(form: FormData): Promise<FormState> {
  const words = {
    matter: textIn(form, "matter"),
    reason: textIn(form, "reason"),
    notice: textIn(form, "notice"),
  };
  return done(async () => placeHold(await memberContext(), { ...words, ...queryIn(form) }));
}

export async function preview(form: FormData): Promise<FormState<HoldPreview>> {
  return answerForm(async () => previewHold(await memberContext(), queryIn(form)));
}

export async function askCustodian(holdId: string, form: FormData): Promise<FormState> {
  const person = { name: textIn(form, "name"), email: textIn(form, "email") };
  return done(async () => addCustodian(await memberContext(), { holdId: String(holdId), ...person }));
}

export async function tellCustodians(holdId: string, form: FormData): Promise<FormState> {
  const notice = textIn(form, "notice");
  return done(async () => writeNotice(await memberContext(), { holdId: String(holdId), notice }));
}

export async function nudgeCustodian(holdId: string, custodianId: string): Promise<FormState> {
  const named = { holdId: String(holdId), custodianId: String(custodianId) };
  return done(async () => remindCustodian(await memberContext(), named));
}

export async function dismissCustodian(holdId: string, custodianId: string): Promise<FormState> {
  const named = { holdId: String(holdId), custodianId: String(custodianId) };
  return done(async () => removeCustodian(await memberContext(), named));
}

export async function askForRelease(holdId: string, form: FormData): Promise<FormState> {
  const reason = textIn(form, "reason");
  return done(async () => askRelease(await memberContext(), { holdId: String(holdId), reason }));
}

export async function release(holdId: string): Promise<FormState> {
  return done(async () => releaseHold(await memberContext(), { holdId: String(holdId) }));
}

export async function keep(holdId: string): Promise<FormState> {
  return done(async () => keepHold(await memberContext(), { holdId: String(holdId) }));
}

export async function review(form: FormData): Promise<FormState> {
  return done(async () => reviewPurges(await memberContext(), { envelopeIds: chosenIn(form) }));
}

export async function approve(envelopeIds: readonly string[], form: FormData): Promise<FormState> {
  const password = textIn(form, "password");
  return done(async () =>
    approvePurges(await memberContext(), { envelopeIds: envelopeIds.map(String), password }),
  );
}

export async function remove(envelopeId: EnvelopeId, form: FormData): Promise<FormState> {
  const input = { reason: textIn(form, "reason"), years: textIn(form, "years") || "1" };
  return done(async () => removePurge(await memberContext(), { envelopeId: String(envelopeId), ...input }));
}

export async function settle(envelopeId: EnvelopeId, form: FormData): Promise<FormState> {
  const receiver = textIn(form, "receiver");
  return done(async () => settlePurge(await memberContext(), { envelopeId: String(envelopeId), receiver }));
}

/** An empty choice of lock archives without one. */
export async function chooseArchive(form: FormData): Promise<FormState> {
  const names = ["endpoint", "region", "bucket", "keyPrefix", "accessKeyId", "secretAccessKey"] as const;
  const typed = Object.fromEntries(names.map((name) => [name, textIn(form, name)])) as Record<
    (typeof names)[number],
    string
  >;
  const lockMode = (textIn(form, "lockMode") || null) as "governance" | null;
  return done(async () => setArchivePlace(await memberContext(), { ...typed, lockMode }));
}

export async function tryArchive(): Promise<FormState> {
  return done(async () => askArchiveTrial(await memberContext()));
}

export async function giveUpArchive(): Promise<FormState> {
  return done(async () => removeArchivePlace(await memberContext()));
}
