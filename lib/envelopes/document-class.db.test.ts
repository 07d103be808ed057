import { expect, test } from "vitest";
import { contract, refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { addClass } from "#lib/retention/add-class.ts";
import { chooseClass } from "#lib/retention/choose-class.ts";
import { newDraft } from "#lib/signing/testing.ts";
import { recordAgreement } from "./agreements/record-agreement.ts";
import { addAuthenticationRule } from "./authentication/change-policy.ts";
import { policyOf } from "./authentication/policy.ts";
import { setRequiredStep } from "./authentication/required-steps.ts";
import { confirmWithCounsel } from "./confirm-with-counsel.ts";
import type { ClassStep } from "./core/class-steps.ts";
import { getDraft } from "./get-draft.ts";
import { saveDraft } from "./save-draft.ts";
import { sendEnvelope } from "./send-envelope.ts";
import { shareEnvelope } from "./share-envelope.ts";

const product = testProduct();

async function withClass(steps: readonly ClassStep[]) {
  const organization = await product().newOrganization();
  const [owner, sender] = [await organization.member("owner"), await organization.member("sender")];
  const about = { trigger: "completion", years: 10, basis: "State law", isDefault: false } as const;
  const classId = await addClass(owner, { ...about, name: "Patient papers" });
  await setRequiredStep(owner, { classId, steps: [...steps] });
  const draft = await newDraft(sender, [{ name: "Ana Ruiz" }]);
  return { organization, owner, sender, classId, draft, envelopeId: draft.envelopeId };
}

const codesOf = async (ctx: Context, draft: { envelopeId: EnvelopeId }) =>
  (await getDraft(ctx, draft)).blockers.map(({ code }) => code);

const retitled = async (ctx: Context, draft: Awaited<ReturnType<typeof newDraft>>, title: string) => {
  const { content, version } = await getDraft(ctx, draft);
  return saveDraft(ctx, { ...draft, version, content: { ...content, title } });
};

test("what a class asks for stands in the way until each of it is there", async () => {
  const { owner, sender, classId, draft, envelopeId } = await withClass(["consumer", "agreement", "counsel"]);
  expect(await codesOf(sender, draft)).toEqual([]);
  await chooseClass(sender, { envelopeId, classId });
  const asked = ["agreement-required", "counsel-required"];
  expect(await codesOf(sender, draft)).toEqual(asked);
  expect((await getDraft(sender, draft)).classes).toMatchObject({
    ...{ chosenId: classId, mayChoose: true },
    options: [{ id: classId, name: "Patient papers", years: 10, isUsual: false }],
  });
  expect(await refusalOf(sendEnvelope(sender, draft))).toBe("envelopes/not-ready");

  const { version } = draft;
  await recordAgreement(owner, {
    ...{ coveredEntity: "Mill Street Practice", businessAssociate: "Harbour Studio" },
    ...{ signedOn: "2024-02-29", fileName: "baa.pdf", bytes: contract() },
  });
  expect(await codesOf(sender, draft)).toEqual(["counsel-required"]);
  await confirmWithCounsel(sender, { envelopeId, exclusions: [], reason: "Asked Maria Keller" });
  expect(await codesOf(sender, draft)).toEqual([]);
  // Another class is another question.
  await chooseClass(sender, { envelopeId, classId: null });
  await setRequiredStep(owner, { classId, steps: ["counsel"] });
  expect(await refusalOf(sendEnvelope(sender, { envelopeId, version }))).toBeUndefined();
});

test("a class for consumers sets the mode itself: it is sent so, and the trail says so", async () => {
  const { sender, classId, draft, envelopeId } = await withClass(["consumer"]);
  await chooseClass(sender, { envelopeId, classId });
  expect(draft.content.consentMode).toBe("business");
  expect(await codesOf(sender, draft)).toEqual([]);
  await sendEnvelope(sender, draft);
  const { entries } = await readChain(sender, envelopeId);
  expect(entries.find(({ type }) => type === "envelope.sent")!.data.consent).toBe("consumer");
  const [row] = await product().admin`select consent_mode from envelopes where id = ${envelopeId}`;
  expect(row!.consent_mode).toBe("consumer");
});

test("an envelope stays under the class it was sent under, whatever is chosen afterwards", async () => {
  const { owner, sender, classId, draft, envelopeId } = await withClass([]);
  await addAuthenticationRule(owner, {
    ...{ name: "Patients", minimum: "email-code" },
    conditions: [{ about: "class", label: "", operator: "is", value: classId }],
  });
  await chooseClass(sender, { envelopeId, classId });
  await sendEnvelope(sender, draft);
  await chooseClass(sender, { envelopeId, classId: null });
  const classOf = (id: EnvelopeId) => inTransaction(sender, async (ctx) => (await policyOf(ctx, id)).classId);
  expect(await classOf(envelopeId)).toBe(classId);
  const plain = await newDraft(sender, [{ name: "Ben Okafor" }]);
  await sendEnvelope(sender, plain);
  await chooseClass(sender, { envelopeId: plain.envelopeId, classId });
  expect(await classOf(plain.envelopeId)).toBeNull();
  const entry = (await readChain(sender, envelopeId)).entries.find(({ type }) => type === "envelope.sent");
  expect(entry!.data).toMatchObject({ class: classId });
  expect(entry!.data).not.toHaveProperty("exclusions");
});

test("what looks left out by 15 USC 7003 is warned of, confirmed with a reason, and written down at sending", async () => {
  const { sender, draft, envelopeId } = await withClass([]);
  const { version } = await retitled(sender, draft, "Last Will and Testament");
  // A warning keeps nobody from sending: whether it is one, only a lawyer can say.
  expect(await codesOf(sender, draft)).toEqual([]);
  const confirm = (more: object) =>
    refusalOf(
      confirmWithCounsel(sender, { envelopeId, exclusions: ["will"], reason: "Asked counsel", ...more }),
    );
  expect(await confirm({ reason: "  " })).toBe("envelopes/reason-missing");
  expect(await confirm({ exclusions: ["home"] })).toBe("envelopes/changed-meanwhile");
  expect(await confirm({})).toBeUndefined();
  const { asked } = await getDraft(sender, draft);
  expect(asked.confirmation).toMatchObject({ exclusions: ["will"], reason: "Asked counsel" });
  await sendEnvelope(sender, { envelopeId, version });
  expect(await confirm({})).toBe("envelopes/not-a-draft");
  const { entries } = await readChain(sender, envelopeId);
  expect(entries.find(({ type }) => type === "counsel.confirmed")!.data).toMatchObject({
    exclusions: ["will"],
  });
  expect(entries.find(({ type }) => type === "envelope.sent")!.data).toMatchObject({
    ...{ exclusions: ["will"], counsel: "confirmed" },
  });

  const other = await newDraft(sender, [{ name: "Ben Okafor" }]);
  const saved = await retitled(sender, other, "Notice of default and right to cure");
  await sendEnvelope(sender, { ...other, version: saved.version });
  const told = (await readChain(sender, other.envelopeId)).entries.find(
    ({ type }) => type === "envelope.sent",
  );
  expect(told!.data).toMatchObject({ exclusions: ["home"], counsel: "not-confirmed" });
});

test("the first words of a document count once they were read", async () => {
  const { sender, draft, envelopeId } = await withClass([]);
  await product().admin`insert into document_texts (organization_id, document_id, envelope_id, text)
    values (${sender.organizationId}, ${draft.document.id}, ${envelopeId}, 'codicil to the last will')`;
  await confirmWithCounsel(sender, { envelopeId, exclusions: ["will"], reason: "Asked counsel" });
  expect((await getDraft(sender, draft)).asked.confirmation).toMatchObject({ exclusions: ["will"] });
});

test("whoever helps to prepare it chooses and confirms, a stranger does neither", async () => {
  const { organization, sender, classId, draft, envelopeId } = await withClass([]);
  const helper = await organization.member("sender");
  const memberId = helper.actor.kind === "member" ? helper.actor.memberId : null;
  const confirm = (ctx: Context) =>
    refusalOf(confirmWithCounsel(ctx, { envelopeId, exclusions: [], reason: "Asked counsel" }));
  expect(await refusalOf(chooseClass(helper, { envelopeId, classId }))).toBe("authorize/not-allowed");
  expect(await confirm(helper)).toBe("authorize/not-allowed");
  await shareEnvelope(sender, { envelopeId, memberId: memberId!, access: "act" });
  expect(await refusalOf(chooseClass(helper, { envelopeId, classId }))).toBeUndefined();
  expect(await confirm(helper)).toBeUndefined();
  expect((await getDraft(helper, draft)).classes.mayChoose).toBe(true);
  const stranger = await (await product().newOrganization()).member("owner");
  expect(await confirm(stranger)).toBe("envelopes/not-found");
});
