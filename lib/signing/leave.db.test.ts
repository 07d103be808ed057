import { expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { type Context, createContext } from "#lib/context.ts";
import { openOutboxMail, readOutbox } from "#lib/delivery/read-outbox.ts";
import { expireEnvelopes } from "#lib/envelopes/expire-envelopes.ts";
import { extendEnvelope } from "#lib/envelopes/extend-envelope.ts";
import { voidEnvelope } from "#lib/envelopes/void-envelope.ts";
import { changeOrganization, getOrganization } from "#lib/identity/change-organization.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { adoptMarks } from "./adopt-mark.ts";
import { askForLink } from "./ask-for-link.ts";
import { delegate } from "./delegate.ts";
import { fillField } from "./fill-field.ts";
import { finishLater } from "./finish-later.ts";
import { giveConsent } from "./give-consent.ts";
import { openCeremony } from "./open-ceremony.ts";
import { reportAbuse } from "./report-abuse.ts";
import { addressOf, linkFor, personWith, sent, sign, until } from "./testing.ts";

const product = testProduct({ runsJobs: true });

const owner = async () => (await product().newOrganization()).member("owner");
const open = async (ctx: Context, envelopeId: EnvelopeId, name: string) =>
  personWith(ctx, await linkFor(ctx, envelopeId, name));
const BEN = { name: "Ben Okafor", email: addressOf("Ben Okafor"), reason: "I am away until May" };
const mailsTo = async (ctx: Context, address: string) =>
  ((await readOutbox(ctx)) ?? []).filter(({ toAddress }) => toAddress === address);

async function agree(person: Context) {
  const { version, locale, sha256 } = (await openCeremony(person)).consent;
  await giveConsent(person, { version, locale, sha256, wording: "Agree and continue" });
}

test("what is handed on is signed by the other person, from the beginning", async () => {
  const ctx = await owner();
  const { envelopeId, content } = await sent(ctx, [{ name: "Ana Ruiz" }, { name: "Cy Clerk" }]);
  const ana = await open(ctx, envelopeId, "Ana Ruiz");
  await agree(ana);
  const mark = { type: "typed", text: "Ana Ruiz", style: "flowing" } as const;
  await adoptMarks(ana, { signature: mark, initials: null });
  const written = content.fields.find(({ type }) => type === "text")!;
  await fillField(ana, { fieldId: written.id, value: "Written by Ana" });

  await delegate(ana, BEN);
  const link = await linkFor(ctx, envelopeId, "Ana Ruiz");
  expect((await openCeremony(await personWith(ctx, link))).status).toBe("delegated");
  const ben = await open(ctx, envelopeId, "Ben Okafor");
  const view = await openCeremony(ben);
  expect(view.consent.isGiven).toBe(false);
  expect(view.fields.map(({ value }) => value)).toEqual(["", "", ""]);
  expect(view.marks.signature).toBeNull();
  expect(view.others.map(({ name }) => name)).toEqual(["Cy Clerk"]);
  await sign(ben, "Written by Ben");
  await sign(await open(ctx, envelopeId, "Cy Clerk"));

  const done = await until(ctx, envelopeId, ({ state }) => state === "completed");
  expect(done.trailBrokenAt).toBeNull();
  const subjects = done.certificates.filter(({ kind }) => kind === "signer").map(({ subject }) => subject);
  expect(subjects.some((subject) => subject.includes("Ben Okafor"))).toBe(true);
  expect(subjects.some((subject) => subject.includes("Ana Ruiz"))).toBe(false);
  const handedOn = done.trail.find(({ type }) => type === "recipient.delegated");
  expect(handedOn?.data).toMatchObject({ name: BEN.name, email: BEN.email, reason: BEN.reason });
  expect(done.recipients.find(({ name }) => name === "Ben Okafor")?.insteadOf).toBe("Ana Ruiz");
});

test("it is handed on only as the organization allows, and never to oneself", async () => {
  const ctx = await owner();
  const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }, { name: "Cy Clerk" }]);
  const ana = await open(ctx, envelopeId, "Ana Ruiz");
  const codes = async (input: Partial<typeof BEN>) => refusalOf(delegate(ana, { ...BEN, ...input }));
  expect(await codes({ name: " " })).toBe("signing/delegate-name-missing");
  expect(await codes({ email: "ben" })).toBe("signing/delegate-address-wrong");
  expect(await codes({ email: "ben@example.com, eve@example.com" })).toBe("signing/delegate-address-wrong");
  expect(await codes({ email: addressOf("Cy Clerk").toUpperCase() })).toBe("signing/delegate-address-known");
  expect(await codes({ reason: "" })).toBe("signing/reason-missing");
  expect(await codes({ email: addressOf("Ana Ruiz").toUpperCase() })).toBe("signing/delegation-self");

  const { settings } = await getOrganization(ctx);
  await changeOrganization(ctx, { ...settings, asksReasonFor: [], delegation: "domain" });
  expect(await codes({ email: "ben@elsewhere.example" })).toBe("signing/delegation-outside");
  await changeOrganization(ctx, { ...settings, asksReasonFor: [], delegation: "nobody" });
  expect(await codes({})).toBe("signing/delegation-off");
  expect((await openCeremony(ana)).delegation.rule).toBe("nobody");
});

test("of handing on and signing at the same moment one counts", async () => {
  const ctx = await owner();
  const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }]);
  const ana = await open(ctx, envelopeId, "Ana Ruiz");
  const codes = await Promise.all([
    refusalOf(sign(ana)),
    refusalOf(delegate(ana, BEN)),
    refusalOf(delegate(ana, BEN)),
  ]);
  expect(codes.filter((code) => code === undefined)).toHaveLength(1);
});

test("who goes away comes back by the same link", async () => {
  const ctx = await owner();
  const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }]);
  const ana = await open(ctx, envelopeId, "Ana Ruiz");
  await agree(ana);
  await finishLater(ana);
  await finishLater(ana);
  const { trail } = await until(ctx, envelopeId, () => true);
  const pauses = trail.filter(({ type }) => type === "recipient.paused");
  expect(pauses.map(({ data }) => [data.filled, data.fields])).toEqual([[0, 3]]);
  expect((await openCeremony(ana)).status).toBe("ready");
});

test("a link is mailed again to whoever may still sign, and never shown", async () => {
  const ctx = await owner();
  const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }]);
  const ana = await open(ctx, envelopeId, "Ana Ruiz");
  expect(await askForLink(ana)).toBe("mailed");
  await expect
    .poll(async () => (await mailsTo(ctx, addressOf("Ana Ruiz"))).length, { timeout: 20_000 })
    .toBe(2);
  for (let more = 0; more < 4; more++) await askForLink(ana);
  expect(await refusalOf(askForLink(ana))).toBe("identity/too-many-tries");
  await voidEnvelope(ctx, { envelopeId, reason: "Sent by mistake" });
  expect(await refusalOf(askForLink(ana))).toMatch(/too-many-tries|not-under-way/);
});

test("more time is given by the sender alone, and keeps the link that was mailed", async () => {
  const ctx = await owner();
  const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }]);
  const ana = await open(ctx, envelopeId, "Ana Ruiz");
  const before = (await openCeremony(ana)).expiresAt!;
  await extendEnvelope(ctx, { envelopeId, days: 200 });
  expect((await openCeremony(ana)).expiresAt!.getTime()).toBeGreaterThan(before.getTime());
  expect((await openCeremony(ana)).status).toBe("ready");
  // What is called more time never takes any away.
  const extended = (await openCeremony(ana)).expiresAt;
  expect(await refusalOf(extendEnvelope(ctx, { envelopeId, days: 199 }))).toBe("envelopes/no-more-time");
  expect((await openCeremony(ana)).expiresAt).toEqual(extended);
  expect(await refusalOf(extendEnvelope(ana, { envelopeId, days: 1 }))).toBe("authorize/not-a-member");
  await voidEnvelope(ctx, { envelopeId, reason: "Sent by mistake" });
  expect(await refusalOf(extendEnvelope(ctx, { envelopeId, days: 5 }))).toBe("envelopes/not-under-way");
});

test("what has expired is opened again by its sender, and who had been asked goes on by a new link", async () => {
  const ctx = await owner();
  const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }]);
  const link = await linkFor(ctx, envelopeId, "Ana Ruiz");
  await agree(await personWith(ctx, link));
  await product().admin`update envelopes set expires_at = now() - interval '1 hour' where id = ${envelopeId}`;
  await expireEnvelopes(
    createContext(ctx.runtime, {
      organizationId: ctx.organizationId,
      actor: { kind: "system", job: "expiry" },
    }),
  );
  const late = await personWith(ctx, link);
  expect((await openCeremony(late)).status).toBe("expired");
  expect(await askForLink(late)).toBe("sender-asked");
  const subject = "Ana Ruiz would still sign “Lease 12B”";
  const isAsked = async () => ((await readOutbox(ctx)) ?? []).some((mail) => mail.subject === subject);
  await expect.poll(isAsked, { timeout: 20_000 }).toBe(true);

  await extendEnvelope(ctx, { envelopeId, days: 3 });
  await expect
    .poll(
      async () =>
        (await mailsTo(ctx, addressOf("Ana Ruiz"))).some(({ subject }) => subject.startsWith("Reminder")),
      {
        timeout: 20_000,
      },
    )
    .toBe(true);
  const again = await linkFor(ctx, envelopeId, "Ana Ruiz");
  expect(again).not.toBe(link);
  const ana = await personWith(ctx, again);
  expect((await openCeremony(ana)).consent.isGiven).toBe(true);
  await sign(ana);
  await until(ctx, envelopeId, ({ state }) => state === "completed");
});

test("abuse is reported without showing who one is, and owners are told in the person's words", async () => {
  const ctx = await owner();
  const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz", check: "email-code" }]);
  const holder = await open(ctx, envelopeId, "Ana Ruiz");
  expect(holder.actor.kind).toBe("link-holder");
  expect(await refusalOf(reportAbuse(holder, { reason: "other", details: "" }))).toBe(
    "signing/reason-missing",
  );
  await reportAbuse(holder, { reason: "fraud", details: "I have no such landlord" });
  const subject = "Ana Ruiz reports “Lease 12B” as abuse";
  const found = async () => ((await readOutbox(ctx)) ?? []).find((mail) => mail.subject === subject);
  await expect.poll(async () => Boolean(await found()), { timeout: 20_000 }).toBe(true);
  const { text } = (await openOutboxMail(ctx, { mailId: (await found())!.id }))!;
  expect(text).toContain("I have no such landlord");
  expect(text).not.toMatch(/\/sign\//);
});
