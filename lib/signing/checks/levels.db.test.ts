import { expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import type { Context } from "#lib/context.ts";
import {
  addAuthenticationRule,
  getAuthenticationSettings,
  removeAuthenticationRule,
  setAuthenticationPolicy,
} from "#lib/envelopes/authentication/change-policy.ts";
import { getDraft } from "#lib/envelopes/get-draft.ts";
import { saveDraft } from "#lib/envelopes/save-draft.ts";
import { sendEnvelope } from "#lib/envelopes/send-envelope.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { addClass } from "#lib/retention/add-class.ts";
import { chooseClass } from "#lib/retention/choose-class.ts";
import { hotp, timeStep } from "../core/totp.ts";
import { delegate } from "../delegate.ts";
import { openCeremony } from "../open-ceremony.ts";
import { newDraft, personWith, sent, sign, type TestRecipient, until } from "../testing.ts";
import { beginEnrollment } from "./begin-enrollment.ts";
import { openCheck } from "./open-check.ts";
import { passCheck } from "./pass-check.ts";
import { type Asked, browser, fromBase32, heldBy, passByCode, typesOf } from "./testing-checks.ts";

const product = testProduct({ runsJobs: true });
const newOwner = async () => (await product().newOrganization()).member("owner");
const colleague = (ctx: Context, role: "sender" | "admin" | "counsel") =>
  ({ ...ctx, actor: { ...ctx.actor, role } }) as Context;
const raisedIn = async (ctx: Context, envelopeId: EnvelopeId) =>
  (await readChain(ctx, envelopeId)).entries.filter(({ type }) => type === "authentication.raised");
const open = { defaultCheck: null, minimum: null, asksTwoFactors: false } as const;

/** A draft of one person whose text field is called so. */
async function draftAsking(ctx: Context, label: string, person: TestRecipient) {
  const draft = await newDraft(ctx, [person]);
  const fields = draft.content.fields.map((field) => (field.type === "text" ? { ...field, label } : field));
  const { version } = await saveDraft(ctx, { ...draft, content: { ...draft.content, fields } });
  return { ...draft, version };
}

test("E-mail + SMS is where new people start once messages are sent, and what an administrator chose otherwise", async () => {
  const ctx = await newOwner();
  const { envelopeId } = await newDraft(ctx, [{ name: "Ana Ruiz" }]);
  expect((await getDraft(ctx, { envelopeId })).policy).toMatchObject({
    ...{ defaultCheck: "none", sendsSms: false, takesPasskeys: true },
  });
  const twilio = { accountSid: "AC1", authToken: "t", from: "+15550100", apiUrl: null };
  const config = { ...ctx.runtime.config, sms: { twilio } as never };
  const withSms = { ...ctx, runtime: { ...ctx.runtime, config } } as Context;
  expect((await getDraft(withSms, { envelopeId })).policy.defaultCheck).toBe("sms-code");
  for (const defaultCheck of ["none", "sms-code", "second-factor"] as const) {
    await setAuthenticationPolicy(ctx, { ...open, defaultCheck });
    expect((await getDraft(ctx, { envelopeId })).policy.defaultCheck).toBe(defaultCheck);
    expect((await getDraft(withSms, { envelopeId })).policy.defaultCheck).toBe(defaultCheck);
  }
  const stranger = await newOwner();
  expect(await getAuthenticationSettings(stranger)).toMatchObject({ defaultCheck: null, minimum: null });
});

test("who may settle it is decided by role, and what nobody could show is refused", async () => {
  const ctx = await newOwner();
  for (const role of ["sender", "counsel"] as const)
    expect(await refusalOf(setAuthenticationPolicy(colleague(ctx, role), open))).toBe(
      "authorize/not-allowed",
    );
  await setAuthenticationPolicy(colleague(ctx, "admin"), open);
  expect(await refusalOf(setAuthenticationPolicy(ctx, { ...open, minimum: "sso" }))).toBe(
    "envelopes/minimum-not-usable",
  );
  const http = { ...ctx.runtime.config, baseUrl: "http://sign.example.com" };
  const insecure = { ...ctx, runtime: { ...ctx.runtime, config: http } } as Context;
  expect(await refusalOf(setAuthenticationPolicy(insecure, { ...open, minimum: "passkey" }))).toBe(
    "envelopes/minimum-not-usable",
  );
  const { entries } = await readChain(ctx, null);
  expect(entries.filter(({ type }) => type === "authentication-policy.changed")).toHaveLength(1);
});

test("nobody sends with less than the organization asks for, and who has no telephone blocks it in plain words", async () => {
  const ctx = await newOwner();
  await setAuthenticationPolicy(ctx, { ...open, minimum: "sms-code" });
  const sender = colleague(ctx, "sender");
  const draft = await newDraft(sender, [{ name: "Ana Ruiz", check: "none" }]);
  const recipientId = draft.content.recipients[0]!.id;
  expect((await getDraft(sender, draft)).blockers).toEqual([{ code: "phone-missing", recipientId }]);
  expect(await refusalOf(sendEnvelope(sender, draft))).toBe("envelopes/not-ready");
  const recipients = draft.content.recipients.map((one) => ({ ...one, phone: "+15125550117" }));
  const saved = await saveDraft(sender, { ...draft, content: { ...draft.content, recipients } });
  await sendEnvelope(sender, { envelopeId: draft.envelopeId, version: saved.version });
  const [raised] = await raisedIn(ctx, draft.envelopeId);
  expect(raised!.data).toMatchObject({
    ...{ recipient: recipientId, at: "send", from: "none", to: "sms-code" },
    rules: [{ id: null, minimum: "sms-code" }],
  });
  const ana = await heldBy(ctx, draft.envelopeId);
  expect(await openCheck(ana.holder)).toMatchObject({ method: "sms-code", isRaised: false });
  expect(await refusalOf(openCeremony(ana.holder))).toBe("authorize/not-a-recipient");
  const { envelopeId } = await sent(ctx, [
    { name: "Ana Ruiz", check: "second-factor" },
    { name: "Ben Okafor", role: "copy" },
  ]);
  expect(await raisedIn(ctx, envelopeId)).toEqual([]);
});

test("rules of class, domain and country raise what people show when it is sent, and the trail names the rule", async () => {
  const ctx = await newOwner();
  const className = `Leases ${Date.now()}`;
  await addClass(ctx, {
    name: className,
    trigger: "completion",
    years: 10,
    basis: "Lease law",
    isDefault: false,
  });
  const { classes } = await getAuthenticationSettings(ctx);
  const classId = classes.find(({ name }) => name === className)!.id;
  const rule = (name: string, minimum: "email-code" | "second-factor", about: object) =>
    addAuthenticationRule(ctx, {
      ...{ name, minimum },
      conditions: [{ about: "class", label: "", operator: "is", value: classId, ...about } as never],
    });
  await rule("Leases", "second-factor", {});
  const outside = await rule("Outside", "email-code", {
    ...{ about: "domain", operator: "is-not", value: "example.com" },
  });
  await rule("Portugal", "email-code", { about: "country", value: "+351" });

  const usual = await sent(ctx, [{ name: "Ana Ruiz", phone: "+33612345678" }]);
  expect(await raisedIn(ctx, usual.envelopeId)).toEqual([]);
  // Whose number is left out may be from anywhere.
  const unknown = await sent(ctx, [{ name: "Ana Ruiz" }]);
  expect((await raisedIn(ctx, unknown.envelopeId))[0]!.data).toMatchObject({ reason: "Portugal" });
  const draft = await newDraft(ctx, [{ name: "Ana Ruiz", phone: "+351912345678" }]);
  await chooseClass(ctx, { envelopeId: draft.envelopeId, classId });
  await sendEnvelope(ctx, draft);
  const [raised] = await raisedIn(ctx, draft.envelopeId);
  expect(raised!.data).toMatchObject({ to: "second-factor", reason: "Leases, Portugal" });
  await removeAuthenticationRule(ctx, { ruleId: outside });
  expect(await refusalOf(removeAuthenticationRule(ctx, { ruleId: outside }))).toBe(
    "envelopes/rule-not-found",
  );
  expect((await getAuthenticationSettings(ctx)).rules.map(({ name }) => name)).toEqual([
    "Leases",
    "Portugal",
  ]);
});

test.for([
  ["an amount in words", { about: "amount", label: "Price", operator: "at-least", value: "much" }],
  ["an amount of no field", { about: "amount", label: "", operator: "at-least", value: "1000" }],
  ["a class that is none", { about: "class", label: "", operator: "is", value: "Leases" }],
  ["an address for a domain", { about: "domain", label: "", operator: "is", value: "ana@example.com" }],
  ["a country by name", { about: "country", label: "", operator: "is", value: "Germany" }],
  ["an answer to compare with nothing", { about: "field", label: "Kind", operator: "is", value: "" }],
] as const)("a rule about %s is refused", async ([, condition]) => {
  const ctx = await newOwner();
  const add = (conditions: readonly object[]) =>
    refusalOf(addAuthenticationRule(ctx, { name: "A rule", minimum: "sms-code", conditions } as never));
  expect(await add([condition])).toBe("envelopes/rule-unreadable");
  expect(await add([])).toBe("envelopes/rule-unreadable");
});

test("an answer asks for more before Finish: the person is told, shows it, and finishes what they had filled in", async () => {
  const ctx = await newOwner();
  await addAuthenticationRule(ctx, {
    ...{ name: "Over 50,000", minimum: "sms-code" },
    conditions: [{ about: "amount", label: "Price", operator: "at-least", value: "50000" }],
  });
  const draft = await draftAsking(ctx, "Price", { name: "Ana Ruiz", phone: "+15125550117" });
  await sendEnvelope(ctx, draft);
  const { envelopeId } = draft;
  const first = await heldBy(ctx, envelopeId);
  expect(first.holder.actor.kind).toBe("recipient");
  expect(await refusalOf(sign(first.holder, "EUR 60.000,00"))).toBe("signing/check-raised");
  expect((await typesOf(ctx, envelopeId)).includes("recipient.signed")).toBe(false);
  const [raised] = await raisedIn(ctx, envelopeId);
  expect(raised!.data).toMatchObject({ at: "finish", from: "none", to: "sms-code", reason: "Over 50,000" });

  const holder = await browser(ctx, first.token);
  expect(holder.actor.kind).toBe("link-holder");
  expect(await openCheck(holder)).toMatchObject({ isRaised: true, raisedBy: ["Over 50,000"] });
  const session = await passByCode({ ...first, holder }, "+15125550117");
  const ana = await browser(ctx, first.token, session);
  expect((await openCeremony(ana)).fields.find(({ type }) => type === "text")!.value).toBe("EUR 60.000,00");
  await sign(ana, "EUR 60.000,00");
  await until(ctx, envelopeId, ({ state }) => state === "completed");
  expect(await raisedIn(ctx, envelopeId)).toHaveLength(1);
  const signed = (await readChain(ctx, envelopeId)).entries.find(({ type }) => type === "recipient.signed")!;
  expect(signed.data.authentication).toMatchObject({ methods: ["link", "sms-code"] });
});

test("a sender's own rule about a field asks its person for more, by all answers together or by any", async () => {
  const ctx = await newOwner();
  const draft = await draftAsking(ctx, "Price", { name: "Ana Ruiz", phone: "+15125550117" });
  const { content } = await getDraft(ctx, draft);
  const [text, mark] = (["text", "signature"] as const).map(
    (type) => content.fields.find((field) => field.type === type)!.id,
  );
  const rule = (value: string, combine: "all" | "any") => ({
    ...{ id: crypto.randomUUID(), combine, effect: "raise" as const, targets: [mark!], value },
    tests: [
      { fieldId: text!, operator: "at-least" as const, value: "100" },
      { fieldId: text!, operator: "at-most" as const, value: "10" },
    ],
  });
  const withRule = async (version: number, one: ReturnType<typeof rule>) =>
    saveDraft(ctx, { ...draft, version, content: { ...content, rules: [one] } });
  const wrong = await withRule(draft.version, rule("a lot", "any"));
  expect((await getDraft(ctx, draft)).blockers).toEqual([{ code: "rule-value-wrong", fieldId: mark }]);
  const never = await withRule(wrong.version, rule("sms-code", "all"));
  expect((await getDraft(ctx, draft)).blockers).toEqual([]);
  const { version } = await withRule(never.version, rule("sms-code", "any"));
  await sendEnvelope(ctx, { ...draft, version });
  const first = await heldBy(ctx, draft.envelopeId);
  expect(first.holder.actor.kind).toBe("recipient");
  expect(await refusalOf(sign(first.holder, "250"))).toBe("signing/check-raised");
  const [raised] = await raisedIn(ctx, draft.envelopeId);
  expect(raised!.data).toMatchObject({ at: "finish", from: "none", to: "sms-code" });
  const session = await passByCode({ ...first, holder: await browser(ctx, first.token) }, "+15125550117");
  await sign(await browser(ctx, first.token, session), "250");
  await until(ctx, draft.envelopeId, ({ state }) => state === "completed");
});

test("an answer that asks for nothing lets finish, and one that cannot be met by telephone is met by an app", async () => {
  const ctx = await newOwner();
  await addAuthenticationRule(ctx, {
    ...{ name: "Guarantees", minimum: "sms-code" },
    conditions: [{ about: "field", label: "Guarantee", operator: "contains", value: "yes" }],
  });
  const small = await draftAsking(ctx, "Guarantee", { name: "Ana Ruiz" });
  await sendEnvelope(ctx, small);
  await sign((await heldBy(ctx, small.envelopeId)).holder, "No");
  const large = await draftAsking(ctx, "Guarantee", { name: "Ana Ruiz" });
  await sendEnvelope(ctx, large);
  const ana = await heldBy(ctx, large.envelopeId);
  expect(await refusalOf(sign(ana.holder, "Yes, both"))).toBe("signing/check-raised");
  expect(await openCheck(await browser(ctx, ana.token))).toMatchObject({
    ...{ method: "email-code", of: "second-factor" },
  });
});

test("where two factors are asked for, signers show two and approvers as chosen, and only then is a certificate captured", async () => {
  const ctx = await newOwner();
  const before = await sent(ctx, [{ name: "Ana Ruiz", check: "email-code" }]);
  const early = await heldBy(ctx, before.envelopeId);
  const session = await passByCode(early);
  await setAuthenticationPolicy(ctx, { ...open, asksTwoFactors: true });
  // What was on its way when it was settled is caught at Finish.
  expect(await refusalOf(sign(await browser(ctx, early.token, session)))).toBe("signing/check-raised");

  const { envelopeId } = await sent(
    ctx,
    [
      { name: "Ana Ruiz", phone: "+15125550117" },
      { name: "Ben Okafor", role: "approver" },
    ],
    "parallel",
  );
  const ana = await heldBy(ctx, envelopeId);
  expect(await openCheck(ana.holder)).toMatchObject({ method: "sms-code" });
  expect((await heldBy(ctx, envelopeId, "Ben Okafor")).holder.actor.kind).toBe("recipient");
  const { envelopeId: alone } = await sent(ctx, [{ name: "Ana Ruiz", phone: "+15125550117" }]);
  const signer = await heldBy(ctx, alone);
  await sign(await personWith(ctx, signer.token, await passByCode(signer, "+15125550117")));
  await until(ctx, alone, ({ state }) => state === "completed");
  expect(await typesOf(ctx, alone)).toContain("certificate.captured");
});

test.each(["witness", "notary"] as const)(
  "where two factors are asked for, a %s shows two as well",
  async (role) => {
    const ctx = await newOwner();
    await setAuthenticationPolicy(ctx, { ...open, asksTwoFactors: true });
    const { envelopeId, content } = await newDraft(ctx, [
      { name: "Ana Ruiz", phone: "+15125550117" },
      { name: "Wim Vos", role },
    ]);
    const { blockers } = await getDraft(ctx, { envelopeId });
    const lacking = blockers.filter(({ code }) => code === "phone-missing");
    expect(lacking).toMatchObject([{ recipientId: content.recipients[1]!.id }]);
  },
);

test("a signature that was made with one factor has its certificate left out, with the reason on record", async () => {
  const ctx = await newOwner();
  const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }, { name: "Ben Okafor" }], "parallel");
  await sign((await heldBy(ctx, envelopeId)).holder);
  await setAuthenticationPolicy(ctx, { ...open, asksTwoFactors: true });
  const ben = await heldBy(ctx, envelopeId, "Ben Okafor");
  expect(await refusalOf(sign(ben.holder))).toBe("signing/check-raised");
  // As if it had been settled only now: what counts is what the act itself says.
  await setAuthenticationPolicy(ctx, open);
  await product().admin`update recipients set further_checks = '[]' where envelope_id = ${envelopeId}`;
  await sign(await browser(ctx, ben.token));
  await setAuthenticationPolicy(ctx, { ...open, asksTwoFactors: true });
  await until(ctx, envelopeId, ({ state }) => state === "completed");
  const skipped = (await readChain(ctx, envelopeId)).entries.filter(
    ({ type }) => type === "certificate.capture-skipped",
  );
  expect(skipped.map(({ data }) => data.reason)).toEqual([
    "two factors are asked for, and the person showed one: link",
    "two factors are asked for, and the person showed one: link",
  ]);
});

test("who a part is handed on to shows what was asked of the first, and what rules ask of somebody from elsewhere", async () => {
  const ctx = await newOwner();
  await addAuthenticationRule(ctx, {
    ...{ name: "Outside", minimum: "second-factor" },
    conditions: [{ about: "domain", label: "", operator: "is-not", value: "example.com" }],
  });
  const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }]);
  const to = { name: "Ben Okafor", email: "ben@elsewhere.example", reason: "He runs that office" };
  await delegate((await heldBy(ctx, envelopeId)).holder, to);
  const [raised] = await raisedIn(ctx, envelopeId);
  expect(raised!.data).toMatchObject({ to: "second-factor", reason: "Outside" });
  const people = await until(ctx, envelopeId, () => true);
  expect(people.recipients.find(({ name }) => name === "Ben Okafor")!.checks).toEqual(["second-factor"]);
});

const both = "sms-and-second-factor" as const;

/** A code to the telephone, then an app that is set up after it. @returns what the browser keeps */
async function passBoth(held: Asked, phone: string): Promise<string> {
  expect(await openCheck(held.holder)).toMatchObject({ method: "sms-code", of: "sms-code" });
  const sms = await passByCode(held, phone);
  const holder = await browser(held.ctx, held.token, sms);
  expect(holder.actor).toMatchObject({ kind: "link-holder", checked: [{ method: "sms-code" }] });
  expect(await openCheck(holder)).toMatchObject({ method: "second-factor", shown: ["sms-code"] });
  await beginEnrollment(holder);
  const seed = fromBase32((await openCheck(holder)).enrollment!.secret);
  return passCheck(holder, { code: hotp(seed, timeStep(new Date())) });
}

const methodsOf = async (ctx: Context, envelopeId: EnvelopeId) =>
  (await readChain(ctx, envelopeId)).entries.find(({ type }) => type === "recipient.signed")!.data
    .authentication;

test("a sender asks for a code by SMS and a second factor beside it: neither is left out, and both stand on record", async () => {
  const ctx = await newOwner();
  const { version, envelopeId: draftId } = await newDraft(ctx, [{ name: "Ana Ruiz", check: both }]);
  expect(await refusalOf(sendEnvelope(ctx, { envelopeId: draftId, version }))).toBe("envelopes/not-ready");
  const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz", check: both, phone: "+15125550117" }]);
  const held = await heldBy(ctx, envelopeId);
  const ana = await browser(ctx, held.token, await passBoth(held, "+15125550117"));
  await sign(ana);
  expect(await methodsOf(ctx, envelopeId)).toMatchObject({
    methods: ["link", "sms-code", "authenticator"],
  });
});

test("a rule asks for both of who was to show one of them", async () => {
  const ctx = await newOwner();
  await addAuthenticationRule(ctx, {
    ...{ name: "Over 50,000", minimum: both },
    conditions: [{ about: "amount", label: "Price", operator: "at-least", value: "50000" }],
  });
  const draft = await draftAsking(ctx, "Price", {
    ...{ name: "Ana Ruiz", phone: "+15125550117", check: "second-factor" },
  });
  await sendEnvelope(ctx, draft);
  const { envelopeId } = draft;
  const first = await heldBy(ctx, envelopeId);
  const mailed = await browser(ctx, first.token, await passByCode(first));
  await beginEnrollment(mailed);
  const seed = fromBase32((await openCheck(mailed)).enrollment!.secret);
  const session = await passCheck(mailed, { code: hotp(seed, timeStep(new Date())) });
  const ana = await browser(ctx, first.token, session);
  expect(await refusalOf(sign(ana, "60,000.00"))).toBe("signing/check-raised");
  const [raised] = await raisedIn(ctx, envelopeId);
  expect(raised!.data).toMatchObject({ at: "finish", from: "second-factor", to: both });
  const holder = await browser(ctx, first.token, session);
  expect(await openCheck(holder)).toMatchObject({ method: "sms-code", isRaised: true });
  const after = await passByCode({ ...first, holder }, "+15125550117");
  await sign(await browser(ctx, first.token, after), "60,000.00");
  expect(await methodsOf(ctx, envelopeId)).toMatchObject({
    methods: ["link", "email-code", "authenticator", "sms-code"],
  });
});
