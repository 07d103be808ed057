import { expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import type { Context } from "#lib/context.ts";
import { remindRecipient } from "#lib/envelopes/remind-recipient.ts";
import { saveDraft } from "#lib/envelopes/save-draft.ts";
import { sendEnvelope } from "#lib/envelopes/send-envelope.ts";
import { voidEnvelope } from "#lib/envelopes/void-envelope.ts";
import { type EnvelopeId, uuidV7 } from "#lib/ids.ts";
import { adoptMarks } from "./adopt-mark.ts";
import { decline } from "./decline.ts";
import { fillField } from "./fill-field.ts";
import { approve, finishSigning } from "./finish-signing.ts";
import { giveConsent } from "./give-consent.ts";
import { openCeremony } from "./open-ceremony.ts";
import { recordView } from "./record-view.ts";
import { linkFor, newDraft, personWith, sent, sign, until } from "./testing.ts";

const product = testProduct({ runsJobs: true });

const sender = async () => (await product().newOrganization()).member("sender");
const open = async (ctx: Context, envelopeId: EnvelopeId, name: string) =>
  personWith(ctx, await linkFor(ctx, envelopeId, name));
const shownTo = async (person: Context) =>
  (await openCeremony(person)).documents.map(({ id, sha256 }) => ({ documentId: id, sha256 }));

async function agree(person: Context) {
  const { version, locale, sha256 } = (await openCeremony(person)).consent;
  await giveConsent(person, { version, locale, sha256, wording: "Agree and continue" });
}

test("two people sign one after the other, and the envelope completes", async () => {
  const ctx = await sender();
  const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }, { name: "Ben Okafor" }]);
  const ana = await open(ctx, envelopeId, "Ana Ruiz");
  expect((await until(ctx, envelopeId, ({ isPrepared }) => isPrepared)).recipients[1]!.state).toBe("waiting");
  await sign(ana);
  await sign(await open(ctx, envelopeId, "Ben Okafor"));
  const done = await until(ctx, envelopeId, ({ state }) => state === "completed");
  expect(done.trailBrokenAt).toBeNull();
  expect(done.certificates.map(({ kind }) => kind)).toEqual(["signer", "signer", "seal"]);
  const types = done.trail.map(({ type }) => type);
  for (const type of [
    "envelope.sent",
    "document.certified",
    "consent.given",
    "mark.adopted",
    "recipient.signed",
  ])
    expect(types).toContain(type);
  expect(types.filter((type) => type === "signature.made")).toHaveLength(2);
  expect((await openCeremony(ana)).status).toBe("completed");
});

test("what is kept apart is typed in one line, where it can be masked, however high its field is", async () => {
  const ctx = await sender();
  const { envelopeId, version, document, content } = await newDraft(ctx, [{ name: "Ana Ruiz" }]);
  const high = (isSensitive: boolean) => ({
    ...{ id: uuidV7(Date.now(), ctx.runtime.random(10)), documentId: document.id, type: "text" as const },
    ...{ recipientId: content.recipients[0]!.id, page: 1, isRequired: true, settings: { isSensitive } },
    ...{
      label: isSensitive ? "Account" : "Remarks",
      x: isSensitive ? 0.1 : 0.6,
      y: 0.3,
      width: 0.3,
      height: 0.1,
    },
  });
  const fields = [...content.fields, high(true), high(false)];
  const saved = await saveDraft(ctx, { envelopeId, version, content: { ...content, fields } });
  await sendEnvelope(ctx, { envelopeId, version: saved.version });
  const opened = await openCeremony(await open(ctx, envelopeId, "Ana Ruiz"));
  const lines = (label: string) => opened.fields.find((field) => field.label === label)!.isMultiline;
  expect([lines("Account"), lines("Remarks")]).toEqual([false, true]);
});

test("in parallel both may sign at once, and both signatures stand", async () => {
  const ctx = await sender();
  const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }, { name: "Ben Okafor" }], "parallel");
  const people = [await open(ctx, envelopeId, "Ana Ruiz"), await open(ctx, envelopeId, "Ben Okafor")];
  await Promise.all(people.map((person) => sign(person)));
  const done = await until(ctx, envelopeId, ({ state }) => state === "completed");
  expect(done.trail.filter(({ type }) => type === "signature.made")).toHaveLength(2);
});

test("an approver approves without a signature, a copy gets the result", async () => {
  const ctx = await sender();
  const people = [
    { name: "Ada Boss", role: "approver" as const },
    { name: "Ana Ruiz" },
    { name: "Cy Clerk", role: "copy" as const },
  ];
  const { envelopeId } = await sent(ctx, people);
  const boss = await open(ctx, envelopeId, "Ada Boss");
  await agree(boss);
  expect(
    await refusalOf(finishSigning(boss, { shown: await shownTo(boss), wording: "Finish", timeZone: "UTC" })),
  ).toBe("signing/out-of-turn");
  await approve(boss, { shown: await shownTo(boss), wording: "Approve" });
  await sign(await open(ctx, envelopeId, "Ana Ruiz"));
  await until(ctx, envelopeId, ({ state }) => state === "completed");
  expect((await openCeremony(await open(ctx, envelopeId, "Cy Clerk"))).status).toBe("completed");
});

test("nothing is filled before consent, nothing finished before everything is filled", async () => {
  const ctx = await sender();
  const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }]);
  const ana = await open(ctx, envelopeId, "Ana Ruiz");
  const { fields, consent } = await openCeremony(ana);
  const [signature, text, date] = ["signature", "text", "date"].map(
    (type) => fields.find((field) => field.type === type)!.id,
  );
  expect(await refusalOf(fillField(ana, { fieldId: text!, value: "x" }))).toBe("signing/consent-missing");
  const { version, sha256 } = consent;
  const other = { version, locale: "en", sha256, wording: "Agree" };
  expect(await refusalOf(giveConsent(ana, other))).toBe("signing/wording-unknown");
  const wrong = { ...other, sha256: "0".repeat(64) };
  expect(await refusalOf(giveConsent(ana, wrong))).toBe("signing/consent-unknown");
  await agree(ana);
  expect(await refusalOf(fillField(ana, { fieldId: signature!, value: "adopted" }))).toBe(
    "signing/mark-missing",
  );
  expect(await refusalOf(fillField(ana, { fieldId: date!, value: "1 Jan 1999" }))).toBe(
    "signing/field-not-yours",
  );
  expect(await refusalOf(fillField(ana, { fieldId: text!, value: "x".repeat(900) }))).toBe(
    "signing/value-does-not-fit",
  );
  expect(await refusalOf(fillField(ana, { fieldId: text!, value: "pay \u202e001" }))).toBe(
    "signing/value-not-drawable",
  );
  expect(await refusalOf(fillField(ana, { fieldId: text!, value: "x".repeat(3_000) }))).toBe(
    "signing/value-too-long",
  );
  const shown = await shownTo(ana);
  expect(await refusalOf(finishSigning(ana, { shown, wording: "Finish", timeZone: "UTC" }))).toBe(
    "signing/fields-missing",
  );
  const dot = { type: "drawn" as const, aspect: 3, strokes: [[{ x: 0.5, y: 0.5 }]] };
  expect(await refusalOf(adoptMarks(ana, { signature: dot, initials: null }))).toBe("signing/mark-too-small");
  const picture = { type: "uploaded" as const, picture: Buffer.from("<svg/>").toString("base64") };
  expect(await refusalOf(adoptMarks(ana, { signature: picture, initials: null }))).toBe(
    "signing/picture-unreadable",
  );
});

test("what was on screen must be what is signed", async () => {
  const ctx = await sender();
  const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }]);
  const ana = await open(ctx, envelopeId, "Ana Ruiz");
  await agree(ana);
  const [document] = await shownTo(ana);
  const other = { documentId: document!.documentId, sha256: "f".repeat(64) };
  for (const shown of [[], [other]])
    expect(await refusalOf(finishSigning(ana, { shown, wording: "Finish", timeZone: "UTC" }))).toBe(
      "signing/document-changed",
    );
  expect(await refusalOf(recordView(ana, { ...other, pages: [0] }))).toBe("signing/document-changed");
  expect(
    await refusalOf(finishSigning(ana, { shown: [document!], wording: "Finish", timeZone: "Mars/Olympus" })),
  ).toBe("signing/time-zone-unknown");
});

test("the answers on screen must be those that are signed", async () => {
  const ctx = await sender();
  const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }]);
  const ana = await open(ctx, envelopeId, "Ana Ruiz");
  await agree(ana);
  const { fields, asOf } = await openCeremony(ana);
  const idOf = (type: string) => fields.find((field) => field.type === type)!.id;
  await adoptMarks(ana, { signature: { type: "typed", text: "Ana Ruiz", style: "flowing" }, initials: null });
  await fillField(ana, { fieldId: idOf("signature"), value: "adopted" });
  const first = await fillField(ana, { fieldId: idOf("text"), value: "Porto" });
  // In another window.
  const second = await fillField(ana, { fieldId: idOf("text"), value: "Lisbon" });
  expect([first.asOf > asOf, second.asOf > first.asOf]).toEqual([true, true]);
  const view = await openCeremony(ana);
  expect(view.asOf).toBe(second.asOf);
  expect((await fillField(ana, { fieldId: idOf("text"), value: "Lisbon" })).asOf).toBe(second.asOf);

  const shown = await shownTo(ana);
  const finish = (text: string) =>
    finishSigning(ana, {
      ...{ shown, wording: "Finish", timeZone: "UTC" },
      answers: { values: { [idOf("signature")]: "adopted", [idOf("text")]: text }, locale: "en" },
    });
  for (const other of ["Porto", ""]) expect(await refusalOf(finish(other))).toBe("signing/answers-changed");
  await finish(" Lisbon ");
  expect((await openCeremony(await open(ctx, envelopeId, "Ana Ruiz"))).status).not.toBe("ready");
});

test("a fetched link is no view; a seen page is", async () => {
  const ctx = await sender();
  const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }]);
  const ana = await open(ctx, envelopeId, "Ana Ruiz");
  await openCeremony(ana);
  expect((await until(ctx, envelopeId, () => true)).recipients[0]).toMatchObject({
    state: "notified",
    viewedAt: null,
  });
  const [document] = await shownTo(ana);
  await recordView(ana, { ...document!, pages: [1, 0] });
  const seen = await until(ctx, envelopeId, () => true);
  expect(seen.recipients[0]!.state).toBe("viewed");
  expect(seen.trail.find(({ type }) => type === "document.viewed")!.data).toMatchObject({ pages: "1-2" });
});

test("who declines ends it for everybody", async () => {
  const ctx = await sender();
  const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }, { name: "Ben Okafor" }], "parallel");
  const [ana, ben] = [await open(ctx, envelopeId, "Ana Ruiz"), await open(ctx, envelopeId, "Ben Okafor")];
  expect(await refusalOf(decline(ana, { reason: " " }))).toBe("signing/reason-missing");
  await decline(ana, { reason: "The rent is wrong" });
  expect((await until(ctx, envelopeId, ({ state }) => state === "declined")).endReason).toBe(
    "The rent is wrong",
  );
  expect((await openCeremony(ben)).status).toBe("declined-by-other");
  expect(await refusalOf(agree(ben))).toBe("signing/not-under-way");
});

test("voiding kills every link, also the one that is open", async () => {
  const ctx = await sender();
  const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }]);
  const token = await linkFor(ctx, envelopeId, "Ana Ruiz");
  const ana = await personWith(ctx, token);
  await agree(ana);
  expect(await refusalOf(voidEnvelope(ctx, { envelopeId, reason: "" }))).toBe("envelopes/reason-missing");
  await voidEnvelope(ctx, { envelopeId, reason: "Wrong price" });
  expect(
    await refusalOf(finishSigning(ana, { shown: await shownTo(ana), wording: "Finish", timeZone: "UTC" })),
  ).toBe("signing/not-under-way");
  const again = await personWith(ctx, token);
  expect(again.actor).toMatchObject({ hasEnded: true });
  expect(await openCeremony(again)).toMatchObject({
    status: "voided",
    endReason: "Wrong price",
    documents: [],
    fields: [],
  });
  expect(await refusalOf(agree(again))).toBe("authorize/link-ended");
});

test("a link that never was leads nowhere", async () => {
  const ctx = await sender();
  for (const token of ["", "x".repeat(43), Buffer.alloc(32).toString("base64url"), "%00"])
    expect(await refusalOf(personWith(ctx, token))).toBe("signing/not-found");
});

test("a reminder mails a fresh link, and not twice within a minute", async () => {
  const ctx = await sender();
  const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }]);
  await linkFor(ctx, envelopeId, "Ana Ruiz");
  const { recipients } = await until(ctx, envelopeId, () => true);
  const input = { envelopeId, recipientId: recipients[0]!.id };
  expect(await refusalOf(remindRecipient(ctx, input))).toBe("envelopes/reminded-just-now");
  await product()
    .admin`update recipients set notified_at = now() - interval '2 minutes' where id = ${input.recipientId}`;
  await remindRecipient(ctx, input);
  const mails = ({ trail }: Awaited<ReturnType<typeof until>>) =>
    trail.filter(({ type }) => type === "mail.delivered");
  await until(ctx, envelopeId, (envelope) => mails(envelope).length === 2);
  expect(await refusalOf(remindRecipient(ctx, input))).toBe("envelopes/reminded-just-now");
});

test("nobody acts for another: neither another recipient nor a member", async () => {
  const ctx = await sender();
  const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }, { name: "Ben Okafor" }], "parallel");
  const [ana, ben] = [await open(ctx, envelopeId, "Ana Ruiz"), await open(ctx, envelopeId, "Ben Okafor")];
  await agree(ana);
  const bens = (await openCeremony(ben)).fields.find(({ type }) => type === "text")!;
  expect(await refusalOf(fillField(ana, { fieldId: bens.id, value: "mine" }))).toBe(
    "signing/field-not-yours",
  );
  expect(await refusalOf(fillField(ctx, { fieldId: bens.id, value: "mine" }))).toBe(
    "authorize/not-a-recipient",
  );
});
