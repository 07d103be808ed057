import { expect, test } from "vitest";
import { REQUEST, refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import type { Context } from "#lib/context.ts";
import { createContext } from "#lib/context.ts";
import { openOutboxMail, readOutbox } from "#lib/delivery/read-outbox.ts";
import type { CheckMethod } from "#lib/envelopes/core/checks.ts";
import { getDraft } from "#lib/envelopes/get-draft.ts";
import { getEnvelope } from "#lib/envelopes/get-envelope.ts";
import { remindDue } from "#lib/envelopes/remind-due.ts";
import { saveDraft } from "#lib/envelopes/save-draft.ts";
import { sendEnvelope } from "#lib/envelopes/send-envelope.ts";
import { setAccessCode } from "#lib/envelopes/set-access-code.ts";
import { voidEnvelope } from "#lib/envelopes/void-envelope.ts";
import type { EnvelopeId, RecipientId } from "#lib/ids.ts";
import { openCheck } from "../checks/open-check.ts";
import { passCheck } from "../checks/pass-check.ts";
import { requestCode } from "../checks/request-code.ts";
import { decline } from "../decline.ts";
import { openCeremony } from "../open-ceremony.ts";
import { recipientContext } from "../recipient-context.ts";
import { addressOf, newDraft, sent, sign, until } from "../testing.ts";
import { listHostedLinks, makeHostedLink, openOwnPlace, revokeHostedLink } from "./make-hosted-link.ts";

const product = testProduct({ runsJobs: true });
const office = async () => {
  const organization = await product().newOrganization();
  return { owner: await organization.member("owner"), sender: await organization.member("sender") };
};

const idOf = async (ctx: Context, envelopeId: EnvelopeId, name: string) =>
  (await getEnvelope(ctx, { envelopeId })).recipients.find((one) => one.name === name)!.id as RecipientId;

async function linkOf(ctx: Context, envelopeId: EnvelopeId, name: string, days?: number) {
  const recipientId = await idOf(ctx, envelopeId, name);
  const { url, expiresAt } = await makeHostedLink(ctx, { envelopeId, recipientId, days });
  return { token: url.split("/sign/")[1]!, expiresAt, recipientId };
}

const enter = (ctx: Context, token: string, session?: string, now?: () => Date) =>
  recipientContext(
    { runtime: now ? { ...ctx.runtime, now } : ctx.runtime, request: REQUEST },
    token,
    session,
  );

/** The code that was mailed for a check, once it has been sent. */
async function mailedCode(owner: Context, holder: Context, name: string): Promise<string> {
  await requestCode(holder);
  for (const end = Date.now() + 30_000; Date.now() < end; ) {
    if ((await openCheck(holder)).code.state === "sent") break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const mail = ((await readOutbox(owner)) ?? []).find(({ toAddress }) => toAddress === addressOf(name))!;
  return /\b(\d{6})\b/.exec((await openOutboxMail(owner, { mailId: mail.id })).text)![1]!;
}

const entriesOf = async (ctx: Context, envelopeId: EnvelopeId) => (await readChain(ctx, envelopeId)).entries;

async function given(ctx: Context, people: Parameters<typeof newDraft>[1]) {
  const draft = await newDraft(ctx, people);
  const { content, version } = await getDraft(ctx, draft);
  const recipients = content.recipients.map((one) => ({ ...one, isGivenLink: true }));
  const saved = await saveDraft(ctx, {
    ...{ envelopeId: draft.envelopeId, version },
    content: { ...content, recipients },
  });
  expect((await getDraft(ctx, draft)).content.recipients[0]).toMatchObject({ isGivenLink: true });
  await sendEnvelope(ctx, { envelopeId: draft.envelopeId, version: saved.version });
  return draft.envelopeId;
}

test("a hosted link opens for who shows their mailbox, and the record says whose link it was", async () => {
  const { owner, sender } = await office();
  const envelopeId = await given(sender, [{ name: "Ana Ruiz" }]);
  await until(sender, envelopeId, ({ recipients }) => recipients[0]!.state === "notified");
  const { token, recipientId } = await linkOf(sender, envelopeId, "Ana Ruiz");

  // Its maker has it too: so it opens nothing by itself.
  const holder = await enter(sender, token);
  expect(holder.actor.kind).toBe("link-holder");
  expect(await refusalOf(openCeremony(holder))).toBe("authorize/not-a-recipient");
  expect(await openCheck(holder)).toMatchObject({ method: "email-code" });
  expect(await refusalOf(passCheck(holder, { code: "000000" }))).toBe("signing/check-failed");
  const session = await passCheck(holder, { code: await mailedCode(owner, holder, "Ana Ruiz") });
  const ana = await enter(sender, token, session);
  expect(ana.actor).toMatchObject({ kind: "recipient", recipientId });
  await sign(ana);
  await until(sender, envelopeId, ({ state }) => state === "completed");

  const entries = await entriesOf(sender, envelopeId);
  const mails = entries.filter(({ type }) => type === "mail.delivered").map(({ data }) => data.kind);
  expect(mails).not.toContain("invitation");
  const made = entries.find(({ type }) => type === "hosted-link.created")!;
  expect(made.actor).toMatchObject({ kind: "member" });
  const signed = entries.find(({ type }) => type === "recipient.signed")!;
  expect(signed.actor).toMatchObject({
    ...{ method: "email-code", hosted: { link: made.data.link, by: made.actor.id } },
  });
  expect(signed.data.authentication).toMatchObject({ methods: ["hosted-link", "email-code"] });
  // Nobody finds the link written down.
  expect(JSON.stringify(entries)).not.toContain(token);
}, 180_000);

test("what the sender asks for beside the link is asked for behind a hosted one too", async () => {
  const { owner, sender } = await office();
  const check: CheckMethod = "access-code";
  const draft = await newDraft(sender, [{ name: "Ana Ruiz", check }]);
  const before = await getDraft(sender, draft);
  await setAccessCode(sender, {
    envelopeId: draft.envelopeId,
    recipientId: before.content.recipients[0]!.id as RecipientId,
    code: "harbour-42",
  });
  await sendEnvelope(sender, draft);
  await until(sender, draft.envelopeId, ({ recipients }) => recipients[0]!.state === "notified");
  const { token } = await linkOf(sender, draft.envelopeId, "Ana Ruiz");
  const holder = await enter(sender, token);
  expect(await openCheck(holder)).toMatchObject({ method: "access-code" });
  const first = await passCheck(holder, { code: "harbour-42" });
  // Who sent it knows that code as well.
  const half = await enter(sender, token, first);
  expect(half.actor.kind).toBe("link-holder");
  expect(await openCheck(half)).toMatchObject({ method: "email-code", shown: ["access-code"] });
  const session = await passCheck(half, { code: await mailedCode(owner, half, "Ana Ruiz") });
  expect((await enter(sender, token, session)).actor.kind).toBe("recipient");
}, 180_000);

test("it is one person's, ends by its day, by another, and when it is taken back", async () => {
  const { sender } = await office();
  const { envelopeId } = await sent(sender, [{ name: "Ana Ruiz" }, { name: "Ben Okafor" }]);
  await until(sender, envelopeId, ({ recipients }) => recipients[0]!.state === "notified");
  const first = await linkOf(sender, envelopeId, "Ana Ruiz", 1);
  const kindOf = async (token: string, now?: () => Date) => {
    const { actor } = await enter(sender, token, undefined, now);
    return actor.kind === "recipient" ? { hasEnded: actor.hasEnded } : actor.kind;
  };
  expect(await kindOf(first.token)).toBe("link-holder");
  expect(await kindOf(first.token, () => new Date(Date.now() + 86_500_000))).toEqual({ hasEnded: true });
  const second = await linkOf(sender, envelopeId, "Ana Ruiz");
  expect(await kindOf(first.token)).toEqual({ hasEnded: true });
  const bens = await linkOf(sender, envelopeId, "Ben Okafor");
  expect([...(await listHostedLinks(sender, { envelopeId })).keys()].toSorted()).toEqual(
    [second.recipientId, bens.recipientId].toSorted(),
  );
  await revokeHostedLink(sender, { envelopeId, recipientId: second.recipientId });
  await revokeHostedLink(sender, { envelopeId, recipientId: second.recipientId });
  const ended = await enter(sender, second.token);
  expect((await openCeremony(ended)).status).toBe("ended");
  expect(await refusalOf(decline(ended, { reason: "No" }))).not.toBeNull();
  const revoked = (await entriesOf(sender, envelopeId)).filter(({ type }) => type === "hosted-link.revoked");
  expect(revoked.map(({ data }) => data.reason)).toEqual(["replaced", "revoked"]);
  await voidEnvelope(sender, { envelopeId, reason: "Wrong lease" });
  expect(await kindOf(bens.token)).toEqual({ hasEnded: true });
  expect((await listHostedLinks(sender, { envelopeId })).size).toBe(0);
}, 180_000);

test("is made by who sends it, for somebody who has something to do", async () => {
  const { owner, sender } = await office();
  const organization = await product().newOrganization();
  const stranger = await organization.member("owner");
  const draft = await newDraft(sender, [{ name: "Ana Ruiz" }, { name: "Cy Copy", role: "copy" }]);
  const recipientId = (await getDraft(sender, draft)).content.recipients[0]!.id as RecipientId;
  const { envelopeId } = draft;
  const make = (ctx: Context, who = recipientId) =>
    refusalOf(makeHostedLink(ctx, { envelopeId, recipientId: who }));
  expect(await make(sender)).toBe("signing/not-under-way");
  await sendEnvelope(sender, draft);
  expect(await make(stranger)).toBe("signing/not-found");
  expect(await make(sender, await idOf(sender, envelopeId, "Cy Copy"))).toBe("signing/hosted-link-nobody");
  expect(await make(owner)).toBeUndefined();
  const hosted = await sent(sender, [{ name: "Ana Ruiz", hostId: memberOf(sender) }]);
  const inPerson = await idOf(sender, hosted.envelopeId, "Ana Ruiz");
  expect(
    await refusalOf(makeHostedLink(sender, { envelopeId: hosted.envelopeId, recipientId: inPerson })),
  ).toBe("signing/hosted-link-in-person");
  await signEverything(owner, sender, envelopeId);
  expect(await make(sender)).toMatch(/^signing\/(hosted-link-nobody|not-under-way)$/);
}, 180_000);

const memberOf = ({ actor }: Context) => (actor.kind === "member" ? actor.memberId : "");

async function signEverything(owner: Context, sender: Context, envelopeId: EnvelopeId) {
  await until(sender, envelopeId, ({ recipients }) => recipients[0]!.state === "notified");
  const { token } = await linkOf(sender, envelopeId, "Ana Ruiz");
  const holder = await enter(sender, token);
  const session = await passCheck(holder, { code: await mailedCode(owner, holder, "Ana Ruiz") });
  await sign(await enter(sender, token, session));
}

test("who is given a link is not reminded by the clock", async () => {
  const { sender } = await office();
  const envelopeId = await given(sender, [{ name: "Ana Ruiz" }]);
  const mailed = await sent(sender, [{ name: "Ben Okafor" }]);
  for (const id of [envelopeId, mailed.envelopeId])
    await until(sender, id, ({ recipients }) => recipients[0]!.state === "notified");
  const { organizationId } = sender;
  const clock = createContext(
    { ...sender.runtime, now: () => new Date(Date.now() + 49 * 3_600_000) },
    { organizationId, actor: { kind: "system", job: "test" } },
  );
  expect(await remindDue(clock)).toBe(1);
}, 180_000);

test("a member opens their own part from inside, and shows who they are all the same", async () => {
  const { owner, sender } = await office();
  const { envelopeId } = await sent(sender, [{ name: "Ana Ruiz" }]);
  await until(sender, envelopeId, ({ recipients }) => recipients[0]!.state === "notified");
  const given = await linkOf(sender, envelopeId, "Ana Ruiz");
  const whose = { envelopeId, recipientId: given.recipientId };
  // Not theirs, however much else they may do.
  expect(await refusalOf(openOwnPlace(owner, whose))).toBe("signing/not-found");
  const actor = owner.actor as Extract<Context["actor"], { kind: "member" }>;
  const ana = { ...owner, actor: { ...actor, role: "viewer", email: addressOf("Ana Ruiz") } } as Context;
  const opened = await openOwnPlace(ana, whose);
  const again = await openOwnPlace(ana, whose);
  const tokenOf = ({ url }: { readonly url: string }) => url.split("/sign/")[1]!;
  expect((await enter(sender, tokenOf(opened))).actor).toMatchObject({ kind: "recipient", hasEnded: true });
  // What their sender gave them goes on.
  expect((await enter(sender, given.token)).actor.kind).toBe("link-holder");
  const holder = await enter(sender, tokenOf(again));
  expect(holder.actor.kind).toBe("link-holder");
  const session = await passCheck(holder, { code: await mailedCode(owner, holder, "Ana Ruiz") });
  await sign(await enter(sender, tokenOf(again), session));
  const made = (await entriesOf(sender, envelopeId)).filter(({ type }) => type === "hosted-link.created");
  expect(made.map(({ data }) => data.reason)).toEqual([undefined, "own", "own"]);
  expect(made.at(-1)!.actor).toMatchObject({ kind: "member", id: actor.memberId });
  expect(await refusalOf(openOwnPlace(ana, whose))).toMatch(/^signing\/(hosted-link-nobody|not-under-way)$/);
}, 180_000);
