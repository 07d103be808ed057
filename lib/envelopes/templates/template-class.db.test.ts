import { expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { addClass, retireClass } from "#lib/retention/add-class.ts";
import { chooseClass } from "#lib/retention/choose-class.ts";
import { getRetention } from "#lib/retention/get-retention.ts";
import { newDraft } from "#lib/signing/testing.ts";
import { askApproval, getApproval } from "../approvals/approve-sending.ts";
import { addSendDuty, listSendDuties } from "../approvals/send-duties.ts";
import { setRequiredStep } from "../authentication/required-steps.ts";
import { loadSource } from "../bulk/load-source.ts";
import { cloneEnvelope } from "../clone-envelope.ts";
import { getDraft } from "../get-draft.ts";
import { sendEnvelope } from "../send-envelope.ts";
import { createTemplate } from "./create-template.ts";
import { compareTemplate, getTemplate } from "./get-template.ts";
import { publishTemplate, retireTemplate } from "./publish-template.ts";
import { useTemplate as startFrom } from "./use-template.ts";

const product = testProduct();
const about = { trigger: "completion", years: 10, basis: "State law", isDefault: false } as const;

async function office() {
  const organization = await product().newOrganization();
  const [owner, sender] = [await organization.member("owner"), await organization.member("sender")];
  const classId = await addClass(owner, { ...about, name: "Deeds" });
  const draft = await newDraft(sender, [{ name: "Ana Ruiz" }]);
  await chooseClass(sender, { envelopeId: draft.envelopeId, classId });
  const template = await createTemplate(sender, { fromEnvelopeId: draft.envelopeId, name: "Deed" });
  return { organization, owner, sender, classId, draft, template };
}

type Template = Awaited<ReturnType<typeof createTemplate>>;

const publish = async (ctx: Context, { templateId, envelopeId }: Template) =>
  publishTemplate(ctx, { templateId, draftVersion: (await getDraft(ctx, { envelopeId })).version });

async function used(ctx: Context, { templateId, envelopeId }: Template) {
  const [role] = (await getDraft(ctx, { envelopeId })).content.recipients;
  const people = [{ roleId: role!.id, name: "Ana Ruiz", email: "ana@example.com" }];
  return startFrom(ctx, { templateId, people });
}

const chosenFor = async (ctx: Context, envelopeId: EnvelopeId) =>
  (await getRetention(ctx, { envelopeId })).chosenId;

test("the class goes from a draft into its template, and from there into what is made of it", async () => {
  const { sender, classId, draft, template } = await office();
  expect((await getDraft(sender, template)).classes.chosenId).toBe(classId);
  expect((await getTemplate(sender, template)).className).toBe("Deeds");
  await publish(sender, template);
  const made = await used(sender, template);
  expect((await getDraft(sender, made)).classes).toMatchObject({
    ...{ chosenId: classId, isOfTemplate: true, mayChoose: false },
  });
  expect((await getDraft(sender, draft)).classes).toMatchObject({ isOfTemplate: false, mayChoose: true });
  await sendEnvelope(sender, made);
  const { entries } = await readChain(sender, made.envelopeId);
  expect(entries.find(({ type }) => type === "retention-class.chosen")!.data).toMatchObject({
    ...{ class: classId, name: "Deeds", from: null },
  });
  expect(entries.find(({ type }) => type === "envelope.sent")!.data).toMatchObject({ class: classId });
  const copyId = await cloneEnvelope(sender, { envelopeId: draft.envelopeId });
  expect(await chosenFor(sender, copyId)).toBe(classId);
  const source = await inTransaction(sender, (ctx) => loadSource(ctx, "template", template.templateId));
  expect(source.chosenClass).toEqual({ id: classId, name: "Deeds" });
});

test("who only sends does not take an envelope out of its template's class; who looks after retention may", async () => {
  const { owner, sender, classId, template } = await office();
  const other = await addClass(owner, { ...about, name: "Letters", years: 7 });
  await publish(sender, template);
  const { envelopeId, version } = await used(sender, template);
  const choose = (ctx: Context, to: string | null) =>
    refusalOf(chooseClass(ctx, { envelopeId, classId: to }));
  expect(await choose(sender, other)).toBe("retention/class-of-template");
  expect(await choose(sender, null)).toBe("retention/class-of-template");
  await sendEnvelope(sender, { envelopeId, version });
  expect(await choose(sender, other)).toBe("retention/class-of-template");
  expect(await chosenFor(owner, envelopeId)).toBe(classId);
  expect(await choose(owner, other)).toBeUndefined();
  // Where the template says nothing, whoever sends chooses.
  const free = await newDraft(sender, [{ name: "Ben Okafor" }]);
  expect(await refusalOf(chooseClass(sender, { ...free, classId: other }))).toBeUndefined();
});

test("a role that the class asks for is in the template before it is published", async () => {
  const { owner, sender, classId, template } = await office();
  await setRequiredStep(owner, { classId, steps: ["notary", "agreement"] });
  const { blockers } = await getDraft(sender, template);
  expect(blockers).toEqual([{ code: "notary-required" }]);
  expect(await refusalOf(publish(sender, template))).toBe("envelopes/not-ready");
  await chooseClass(sender, { envelopeId: template.envelopeId, classId: null });
  await publish(sender, template);
});

test("another class is another version, and a class that templates give is not retired", async () => {
  const { owner, sender, classId, template } = await office();
  await publish(sender, template);
  expect(await refusalOf(retireClass(owner, { classId }))).toBe("retention/class-in-templates");
  await chooseClass(sender, { envelopeId: template.envelopeId, classId: null });
  await publish(sender, template);
  const { templateId } = template;
  expect(await compareTemplate(sender, { templateId, from: 1, to: 2 })).toEqual([
    { about: "class", change: "changed" },
  ]);
  await retireClass(owner, { classId });
  // What was published before would give it, and says why it does not.
  const old = startFrom(sender, { templateId, number: 1, people: [] });
  expect(await refusalOf(old)).toBe("envelopes/class-not-found");
  await chooseClass(owner, { envelopeId: template.envelopeId, classId }).catch(() => {});
  expect((await getDraft(sender, template)).classes.chosenId).toBeNull();
});

test("a retired template holds its class no more", async () => {
  const { owner, sender, classId, template } = await office();
  await publish(sender, template);
  await retireTemplate(sender, { templateId: template.templateId, isRetired: true });
  expect(await refusalOf(retireClass(owner, { classId }))).toBeUndefined();
});

test("documents of a class are approved before they go out, and again under another class", async () => {
  const { owner, sender, classId, draft } = await office();
  const { envelopeId, version } = draft;
  const unknown = addSendDuty(owner, { kind: "class", classId: owner.organizationId });
  expect(await refusalOf(unknown)).toBe("envelopes/class-not-found");
  await addSendDuty(owner, { kind: "class", classId });
  expect(await listSendDuties(owner)).toMatchObject([{ kind: "class", classId, className: "Deeds" }]);
  expect(await refusalOf(sendEnvelope(sender, draft))).toBe("envelopes/approval-needed");
  const free = await newDraft(sender, [{ name: "Ben Okafor" }]);
  await sendEnvelope(sender, free);

  await askApproval(sender, { envelopeId, version, note: "" });
  const other = await addClass(owner, { ...about, name: "Letters" });
  await addSendDuty(owner, { kind: "class", classId: other });
  await chooseClass(sender, { envelopeId, classId: other });
  expect(await getApproval(sender, { envelopeId })).toMatchObject({ isNeeded: true, isOutdated: true });
  await chooseClass(sender, { envelopeId, classId: null });
  await sendEnvelope(sender, draft);
});
