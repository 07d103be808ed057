import { expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import type { MemberActor } from "#lib/authorize.ts";
import { fromUtf8 } from "#lib/bytes.ts";
import type { Context } from "#lib/context.ts";
import { readOutbox } from "#lib/delivery/read-outbox.ts";
import { findMemberships } from "#lib/identity/store.ts";
import { assignTeam, createTeam, listTeams, removeTeam } from "#lib/identity/teams.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { newDraft } from "#lib/signing/testing.ts";
import { startJob } from "../bulk/run-job.ts";
import { uploadTable } from "../bulk/upload-table.ts";
import { addFolder } from "../folders.ts";
import { getDraft } from "../get-draft.ts";
import { getEnvelope } from "../get-envelope.ts";
import { listEnvelopes } from "../list-envelopes.ts";
import { listChoices } from "../organize.ts";
import { saveDraft } from "../save-draft.ts";
import { scheduleEnvelope } from "../schedule-envelope.ts";
import { sendEnvelope } from "../send-envelope.ts";
import { createTemplate } from "../templates/create-template.ts";
import { compareTemplate, getTemplate, listTemplates } from "../templates/get-template.ts";
import { publishTemplate } from "../templates/publish-template.ts";
import { placeTemplate } from "../templates/template-access.ts";
import { useTemplate as startFrom } from "../templates/use-template.ts";
import { voidEnvelope } from "../void-envelope.ts";
import { askApproval, decideApproval, getApproval, listApprovals } from "./approve-sending.ts";
import { addSendDuty, listSendDuties, removeSendDuty } from "./send-duties.ts";

const product = testProduct({ runsJobs: true });
const memberOf = ({ actor }: Context) => actor as MemberActor;
const PEOPLE = [{ name: "Ana Ruiz" }];

async function office() {
  const organization = await product().newOrganization();
  return {
    organization,
    admin: await organization.member("admin"),
    sender: await organization.member("sender"),
    other: await organization.member("sender"),
  };
}

async function asked(ctx: Context) {
  const draft = await newDraft(ctx, PEOPLE);
  const { envelopeId, version } = draft;
  await askApproval(ctx, { envelopeId, version, note: "The rent is as agreed" });
  const { approvalId } = await getApproval(ctx, { envelopeId });
  return { envelopeId, version, approvalId: approvalId! };
}

const typesOf = async (ctx: Context, id: EnvelopeId) =>
  (await readChain(ctx, id)).entries.map(({ type }) => type);

test("what somebody else has to approve goes out when they have, and not before", async () => {
  const { admin, sender, other } = await office();
  const free = await newDraft(sender, PEOPLE);
  expect(await getApproval(sender, free)).toMatchObject({ isNeeded: false, state: "none" });
  await addSendDuty(admin, { kind: "every", memberId: memberOf(sender).memberId });
  expect(await getApproval(sender, free)).toMatchObject({
    isNeeded: true,
    may: { ask: true, decide: false },
  });
  expect(await refusalOf(sendEnvelope(sender, free))).toBe("envelopes/approval-needed");
  const at = { at: "2099-01-01T09:00", timeZone: "UTC" };
  expect(await refusalOf(scheduleEnvelope(sender, { ...free, ...at }))).toMatch(
    /time-too-far|approval-needed/,
  );
  // Another's are not meant.
  const others = await newDraft(other, PEOPLE);
  await sendEnvelope(other, others);

  const { envelopeId, version, approvalId } = await asked(sender);
  expect(await refusalOf(sendEnvelope(sender, { envelopeId, version }))).toBe("envelopes/approval-needed");
  expect(await refusalOf(decideApproval(sender, { envelopeId, approvalId, isApproved: true }))).toBe(
    "authorize/not-allowed",
  );
  expect(await refusalOf(decideApproval(other, { envelopeId, approvalId, isApproved: true }))).toBe(
    "authorize/not-allowed",
  );
  expect((await listApprovals(admin)).map((one) => [one.envelopeId, one.note])).toEqual([
    [envelopeId, "The rent is as agreed"],
  ]);
  expect(await listApprovals(sender)).toEqual([]);
  expect(await refusalOf(decideApproval(admin, { envelopeId, approvalId, isApproved: false }))).toBe(
    "envelopes/approval-reason",
  );
  await decideApproval(admin, { envelopeId, approvalId, isApproved: true });
  expect(await refusalOf(decideApproval(admin, { envelopeId, approvalId, isApproved: true }))).toBe(
    "envelopes/approval-over",
  );
  expect(await getApproval(sender, { envelopeId })).toMatchObject({
    ...{ state: "approved", isOutdated: false, decidedBy: memberOf(admin).name },
  });
  await sendEnvelope(sender, { envelopeId, version });
  expect((await getEnvelope(sender, { envelopeId })).state).not.toBe("draft");
  expect(await typesOf(sender, envelopeId)).toEqual(
    expect.arrayContaining(["envelope.approval-asked", "envelope.sending-approved", "envelope.sent"]),
  );
  for (const end = Date.now() + 30_000; Date.now() < end; ) {
    const mails = (await readOutbox(await admin)) ?? [];
    if (mails.some(({ toAddress }) => toAddress === memberOf(admin).email)) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const told = ((await readOutbox(admin)) ?? []).filter(({ subject }) =>
    subject.includes("asks you to approve"),
  );
  expect(told.map(({ toAddress }) => toAddress)).toContain(memberOf(admin).email);
  expect(told.map(({ toAddress }) => toAddress)).not.toContain(memberOf(sender).email);
}, 120_000);

test("what is changed afterwards was not approved, and what is returned says why", async () => {
  const { admin, sender } = await office();
  await addSendDuty(admin, { kind: "every" });
  const first = await asked(sender);
  await decideApproval(admin, { ...first, isApproved: true });
  const { content } = await getDraft(sender, first);
  const saved = await saveDraft(sender, {
    ...{ envelopeId: first.envelopeId, version: first.version },
    content: { ...content, message: "Please hurry" },
  });
  const now = { envelopeId: first.envelopeId, version: saved.version };
  expect(await refusalOf(sendEnvelope(sender, now))).toBe("envelopes/approval-outdated");
  expect(await getApproval(sender, now)).toMatchObject({ state: "approved", isOutdated: true });
  await askApproval(sender, now);
  const { approvalId } = await getApproval(sender, now);
  await decideApproval(admin, {
    ...now,
    approvalId: approvalId!,
    isApproved: false,
    reason: "The rent is wrong",
  });
  expect(await getApproval(sender, now)).toMatchObject({ state: "returned", reason: "The rent is wrong" });
  expect(await refusalOf(sendEnvelope(sender, now))).toBe("envelopes/approval-needed");
  // As it was approved, it would do again.
  const back = await saveDraft(sender, { ...now, content });
  await askApproval(sender, { envelopeId: first.envelopeId, version: back.version });
  await askApproval(sender, { envelopeId: first.envelopeId, version: back.version, note: "Again" });
  expect(await listApprovals(admin)).toHaveLength(1);
  // Nobody approves their own: everybody's duty is an admin's too.
  const own = await asked(admin);
  expect(await refusalOf(decideApproval(admin, { ...own, isApproved: true }))).toBe("envelopes/approval-own");
}, 120_000);

test("who leads a team sees, follows up and approves what it sends, and nobody else's", async () => {
  const { organization, admin, sender, other } = await office();
  const teamId = await createTeam(admin, { name: "Leasing" });
  expect(await refusalOf(createTeam(admin, { name: "leasing" }))).toBe("identity/team-exists");
  const lead = await organization.member("sender");
  await assignTeam(admin, { memberId: memberOf(sender).memberId, teamId });
  await assignTeam(admin, { memberId: memberOf(lead).memberId, teamId, isLead: true });
  expect((await listTeams(sender))[0]!.members.map(({ isLead }) => isLead)).toEqual([false, true]);
  await addSendDuty(admin, { kind: "every", teamId });
  const leads = [memberOf(sender).memberId];
  const { accountId, memberId } = memberOf(lead);
  const known = await findMemberships(product().runtime, accountId);
  expect(known.find((one) => one.memberId === memberId)!.leads).toEqual(leads);
  expect((await findMemberships(product().runtime, memberOf(sender).accountId))[0]!.leads).toEqual([]);
  const leading: Context = { ...lead, actor: { ...memberOf(lead), leads } };

  const mine = await asked(sender);
  const others = await newDraft(other, PEOPLE);
  const seen = async (ctx: Context, input = {}) =>
    (await listEnvelopes(ctx, input)).items.map(({ id }) => id);
  expect(await seen(leading)).toEqual([mine.envelopeId]);
  expect(await seen(lead)).toEqual([]);
  expect(await seen(admin, { team: teamId })).toEqual([mine.envelopeId]);
  expect((await listApprovals(leading)).map(({ envelopeId }) => envelopeId)).toEqual([mine.envelopeId]);
  expect(await refusalOf(getEnvelope(leading, others))).toBe("authorize/not-allowed");
  await decideApproval(leading, { ...mine, isApproved: true });
  await sendEnvelope(sender, mine);
  await sendEnvelope(other, others);
  await voidEnvelope(leading, { envelopeId: mine.envelopeId, reason: "The wrong tenant" });

  await removeTeam(admin, { teamId });
  expect(await listTeams(admin)).toEqual([]);
  expect(await listSendDuties(admin)).toEqual([]);
  await sendEnvelope(sender, await newDraft(sender, PEOPLE));
}, 120_000);

test("a bulk send of somebody with this duty is started by somebody else", async () => {
  const { admin, sender } = await office();
  const duty = await addSendDuty(admin, { kind: "amount", label: "Rent", amount: "1000", memberId: null });
  const draft = await newDraft(sender, [{ name: "Ana Ruiz" }]);
  const { content, version } = await getDraft(sender, draft);
  await saveDraft(sender, {
    ...{ envelopeId: draft.envelopeId, version },
    content: {
      ...content,
      recipients: content.recipients.map((one) => ({ ...one, name: "", email: "" })),
      fields: content.fields.map((field) => (field.type === "text" ? { ...field, label: "Rent" } : field)),
    },
  });
  async function* table() {
    yield fromUtf8("Name,Email\nAna Ruiz,ana@example.com\n");
  }
  const source = { kind: "draft", id: draft.envelopeId } as const;
  const jobId = await uploadTable(sender, { source, fileName: "people.csv" }, table());
  expect(await refusalOf(startJob(sender, { jobId }))).toBe("envelopes/bulk-approval-needed");
  expect((await listSendDuties(admin)).map(({ id, kind }) => [id, kind])).toEqual([[duty, "amount"]]);
  await startJob(admin, { jobId });
  await removeSendDuty(admin, { dutyId: duty });
  expect(await refusalOf(removeSendDuty(admin, { dutyId: duty }))).toBe("envelopes/duty-not-found");
}, 120_000);

test("a template of one team is there for its members, its owner and administrators", async () => {
  const { organization, admin, sender, other } = await office();
  const teamId = await createTeam(admin, { name: "Leasing" });
  const member = await organization.member("sender");
  await assignTeam(admin, { memberId: memberOf(member).memberId, teamId });
  const draft = await newDraft(sender, [{ name: "Tenant" }]);
  const made = await createTemplate(sender, { fromEnvelopeId: draft.envelopeId, name: "Lease" });
  const { version } = await getDraft(sender, made);
  await publishTemplate(sender, { templateId: made.templateId, draftVersion: version });
  const { templateId } = made;
  const folderId = await addFolder(sender, { name: "Leases" });
  await startFrom(other, { templateId });
  expect(await refusalOf(placeTemplate(other, { templateId, teamId, folderId }))).toBe(
    "authorize/not-allowed",
  );
  await placeTemplate(sender, { templateId, teamId, folderId });

  const names = async (ctx: Context, input = {}) =>
    (await listTemplates(ctx, input)).items.map(({ name }) => name);
  for (const ctx of [sender, member, admin]) {
    expect(await names(ctx, { folder: folderId })).toEqual(["Lease"]);
    await startFrom(ctx, { templateId });
    expect((await listChoices(ctx)).templates).toHaveLength(1);
  }
  expect(await names(other)).toEqual([]);
  expect((await listChoices(other)).templates).toEqual([]);
  for (const refused of [
    () => startFrom(other, { templateId }),
    () => getTemplate(other, { templateId }),
    () => createTemplate(other, { fromEnvelopeId: made.envelopeId }),
    () => compareTemplate(other, { templateId, from: 1, to: 1 }),
  ])
    expect(await refusalOf(refused())).toBe("envelopes/template-not-found");
  async function* table() {
    yield fromUtf8("Name,Email\nAna Ruiz,ana@example.com\n");
  }
  const source = { kind: "template", id: templateId } as const;
  expect(await refusalOf(uploadTable(other, { source, fileName: "people.csv" }, table()))).toBe(
    "envelopes/template-not-found",
  );
  // Who works in it uses it; only its owner, their lead and administrators change it.
  expect((await getTemplate(member, { templateId })).may).toMatchObject({ manage: false, use: true });
  await removeTeam(admin, { teamId });
  expect(await names(other)).toEqual(["Lease"]);
}, 120_000);
