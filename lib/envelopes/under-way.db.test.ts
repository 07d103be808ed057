import { expect, test } from "vitest";
import { jobsLeft, refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { type Context, createContext } from "#lib/context.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { adoptMarks } from "#lib/signing/adopt-mark.ts";
import { decline } from "#lib/signing/decline.ts";
import { fillField } from "#lib/signing/fill-field.ts";
import { finishSigning } from "#lib/signing/finish-signing.ts";
import { giveConsent } from "#lib/signing/give-consent.ts";
import { openCeremony } from "#lib/signing/open-ceremony.ts";
import { linkFor, newDraft, personWith, sent, sign, until } from "#lib/signing/testing.ts";
import { expireEnvelopes } from "./expire-envelopes.ts";
import { getEnvelope } from "./get-envelope.ts";
import { remindRecipient } from "./remind-recipient.ts";
import { voidEnvelope } from "./void-envelope.ts";

const product = testProduct({ runsJobs: true });
const sender = async () => (await product().newOrganization()).member("sender");
const BOTH = [{ name: "Ana Ruiz" }, { name: "Ben Okafor" }];
const open = async (ctx: Context, envelopeId: EnvelopeId, name: string) =>
  personWith(ctx, await linkFor(ctx, envelopeId, name));
const typesOf = async (ctx: Context, envelopeId: EnvelopeId) =>
  (await readChain(ctx, envelopeId)).entries.map(({ type }) => type);
const quiet = () => expect.poll(() => jobsLeft(product()), { timeout: 30_000 }).toBe(0);

/** A person who has filled everything: one press on Finish is left. */
async function aboutToFinish(ctx: Context, envelopeId: EnvelopeId, name: string) {
  const person = await open(ctx, envelopeId, name);
  const { version, locale, sha256 } = (await openCeremony(person)).consent;
  await giveConsent(person, { version, locale, sha256, wording: "Agree and continue" });
  await adoptMarks(person, { signature: { type: "typed", text: name, style: "flowing" }, initials: null });
  const { fields, documents } = await openCeremony(person);
  for (const { id, type } of fields)
    if (type === "signature") await fillField(person, { fieldId: id, value: "adopted" });
  const shown = documents.map(({ id, sha256 }) => ({ documentId: id, sha256 }));
  return { person, finish: () => finishSigning(person, { shown, wording: "Finish", timeZone: "UTC" }) };
}

const count = (types: readonly string[], type: string) => types.filter((each) => each === type).length;

test("finished many times at the same moment, it is signed once", async () => {
  const ctx = await sender();
  const { envelopeId } = await sent(ctx, BOTH);
  const { finish } = await aboutToFinish(ctx, envelopeId, "Ana Ruiz");
  const codes = await Promise.all(Array.from({ length: 12 }, () => refusalOf(finish())));
  expect(count(codes.map(String), "undefined")).toBe(1);
  expect(new Set(codes)).toEqual(new Set([undefined, "signing/already-done"]));
  await until(ctx, envelopeId, ({ recipients }) => recipients[0]!.isDone);
  await quiet();
  const types = await typesOf(ctx, envelopeId);
  expect([count(types, "recipient.signed"), count(types, "signature.made")]).toEqual([1, 1]);
});

test("of declining and finishing at the same moment one counts", async () => {
  for (let round = 0; round < 4; round++) {
    const ctx = await sender();
    const { envelopeId } = await sent(ctx, BOTH);
    const { person, finish } = await aboutToFinish(ctx, envelopeId, "Ana Ruiz");
    const calls = [() => refusalOf(finish()), () => refusalOf(decline(person, { reason: "No" }))];
    const codes = await Promise.all((round % 2 ? calls.toReversed() : calls).map((call) => call()));
    expect(codes.toSorted()).toEqual(["signing/already-done", undefined]);
    await quiet();
    const types = await typesOf(ctx, envelopeId);
    const isDeclined = types.includes("recipient.declined");
    expect(types.includes("recipient.signed")).toBe(!isDeclined);
    expect((await getEnvelope(ctx, { envelopeId })).state).toBe(isDeclined ? "declined" : "sent");
  }
});

test("voided while the last signer finishes, it is voided or completed, and never both", async () => {
  for (const delayMs of [0, 0, 5, 40, 150]) {
    const ctx = await sender();
    const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }]);
    const { finish } = await aboutToFinish(ctx, envelopeId, "Ana Ruiz");
    const late = async () => {
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      await voidEnvelope(ctx, { envelopeId, reason: "Wrong price" });
    };
    const [voided, finished] = await Promise.all([refusalOf(late()), refusalOf(finish())]);
    expect([undefined, "envelopes/not-under-way"]).toContain(voided);
    expect([undefined, "signing/not-under-way"]).toContain(finished);
    const { state, trailBrokenAt } = await until(ctx, envelopeId, ({ state }) =>
      /voided|completed/.test(state),
    );
    await quiet();
    const types = await typesOf(ctx, envelopeId);
    expect(state).toBe(voided === undefined ? "voided" : "completed");
    expect([types.includes("envelope.voided"), types.includes("envelope.completed")]).toEqual([
      state === "voided",
      state === "completed",
    ]);
    if (finished) expect(types).not.toContain("recipient.signed");
    expect(trailBrokenAt).toBeNull();
    expect((await getEnvelope(ctx, { envelopeId })).state).toBe(state);
  }
});

test("of a withdrawal who had finished is told with a link to their copy, the others without", async () => {
  const ctx = await sender();
  const { envelopeId } = await sent(ctx, BOTH, "parallel");
  await sign(await open(ctx, envelopeId, "Ana Ruiz"));
  await linkFor(ctx, envelopeId, "Ben Okafor");
  await until(ctx, envelopeId, ({ recipients }) => recipients[0]!.isDone);
  await voidEnvelope(ctx, { envelopeId, reason: "Wrong price" });
  await quiet();
  const told = await product().admin`select to_address, text from outbox_mails
    where subject like 'Withdrawn:%' and organization_id = ${ctx.organizationId} order by 1`;
  const [ana, ben] = told.map(({ text }) => text as string);
  const token = /\/sign\/([\w-]+)/.exec(ana!)?.[1];
  expect(await openCeremony(await personWith(ctx, token!))).toMatchObject({
    status: "voided",
    documents: [{ pages: expect.any(Array) }],
  });
  expect(ben).not.toContain("/sign/");
});

test("voided many times at the same moment, it is voided once, and everybody who knew is told once", async () => {
  const ctx = await sender();
  const { envelopeId } = await sent(ctx, BOTH, "parallel");
  for (const { name } of BOTH) await linkFor(ctx, envelopeId, name);
  const calls = Array.from({ length: 12 }, () =>
    refusalOf(voidEnvelope(ctx, { envelopeId, reason: "Wrong\u0000 price" })),
  );
  const codes = await Promise.all(calls);
  expect(new Set(codes)).toEqual(new Set([undefined, "envelopes/not-under-way"]));
  await quiet();
  expect(count(await typesOf(ctx, envelopeId), "envelope.voided")).toBe(1);
  const told = await product().admin`select to_address, text from outbox_mails
    where subject like 'Withdrawn:%' and organization_id = ${ctx.organizationId} order by 1`;
  expect(told.map(({ to_address }) => to_address)).toEqual([
    "ana.ruiz@example.com",
    "ben.okafor@example.com",
  ]);
  for (const { text } of told) {
    expect(text).toContain("Wrong price");
    expect(text).not.toContain("/sign/");
  }
});

test("reminded by many at the same moment, somebody gets one mail", async () => {
  const ctx = await sender();
  const { envelopeId, content } = await sent(ctx, BOTH);
  await linkFor(ctx, envelopeId, "Ana Ruiz");
  const [ana, ben] = content.recipients.map(({ id }) => ({ envelopeId, recipientId: id }));
  await product()
    .admin`update recipients set notified_at = now() - interval '1 hour' where id = ${ana!.recipientId}`;
  const codes = await Promise.all(Array.from({ length: 12 }, () => refusalOf(remindRecipient(ctx, ana!))));
  expect(count(codes.map(String), "undefined")).toBe(1);
  expect(new Set(codes)).toEqual(new Set([undefined, "envelopes/reminded-just-now"]));
  await quiet();
  const reminders = await product().admin`select 1 from outbox_mails
    where subject like 'Reminder:%' and organization_id = ${ctx.organizationId}`;
  expect(reminders).toHaveLength(1);
  const before = await typesOf(ctx, envelopeId);
  expect(await refusalOf(remindRecipient(ctx, ben!))).toBe("envelopes/not-their-turn");
  expect(await refusalOf(remindRecipient(ctx, { envelopeId, recipientId: envelopeId }))).toBe(
    "envelopes/recipient-not-found",
  );
  expect(await typesOf(ctx, envelopeId)).toEqual(before);
});

test("what is not under way is neither voided nor reminded", async () => {
  const ctx = await sender();
  const draft = await newDraft(ctx, BOTH);
  const { envelopeId } = draft;
  const recipientId = draft.content.recipients[0]!.id;
  expect(await refusalOf(voidEnvelope(ctx, { envelopeId, reason: "Wrong" }))).toBe("envelopes/not-under-way");
  expect(await refusalOf(voidEnvelope(ctx, { envelopeId, reason: "\u200b \u0000" }))).toBe(
    "envelopes/reason-missing",
  );
  expect(await refusalOf(remindRecipient(ctx, { envelopeId, recipientId }))).toBe("envelopes/not-under-way");
  await expect(voidEnvelope(ctx, { envelopeId, reason: "x".repeat(501) })).rejects.toThrow(/too_big/);
});

test("what is not signed in time expires once, by whichever worker, and its links are dead", async () => {
  const ctx = await sender();
  const [due, other] = [await sent(ctx, BOTH), await sent(ctx, BOTH)];
  const token = await linkFor(ctx, due.envelopeId, "Ana Ruiz");
  await linkFor(ctx, other.envelopeId, "Ana Ruiz");
  await product()
    .admin`update envelopes set expires_at = now() - interval '1 second' where id = ${due.envelopeId}`;
  const system = createContext(product().runtime, {
    organizationId: ctx.organizationId,
    actor: { kind: "system", job: "schedule" },
  });
  await Promise.all(Array.from({ length: 6 }, () => expireEnvelopes(system)));
  await quiet();
  expect(count(await typesOf(ctx, due.envelopeId), "envelope.expired")).toBe(1);
  expect(await typesOf(ctx, other.envelopeId)).not.toContain("envelope.expired");
  const ana = await personWith(ctx, token);
  expect(await openCeremony(ana)).toMatchObject({ status: "expired", documents: [], fields: [] });
  expect(await refusalOf(decline(ana, { reason: "No" }))).toBe("authorize/link-ended");
  expect(await refusalOf(voidEnvelope(ctx, { ...due, reason: "Late" }))).toBe("envelopes/not-under-way");
});

test("who has signed cannot decline any more, nor fill, nor agree, nor sign again", async () => {
  const ctx = await sender();
  const { envelopeId } = await sent(ctx, BOTH);
  const { person, finish } = await aboutToFinish(ctx, envelopeId, "Ana Ruiz");
  const { fields } = await openCeremony(person);
  await finish();
  await until(ctx, envelopeId, ({ recipients }) => recipients[0]!.isDone);
  const before = await typesOf(ctx, envelopeId);
  const text = fields.find(({ type }) => type === "text")!.id;
  const attempts = [
    () => decline(person, { reason: "No" }),
    () => fillField(person, { fieldId: text, value: "more" }),
    () => adoptMarks(person, { signature: { type: "typed", text: "Eve", style: "flowing" }, initials: null }),
    finish,
  ];
  for (const attempt of attempts) expect(await refusalOf(attempt())).toBe("signing/already-done");
  await expect(sign(person)).rejects.toThrow();
  const after = (await typesOf(ctx, envelopeId)).filter((type) => !/^(mail|recipient\.invited)/.test(type));
  expect(after).toEqual(before.filter((type) => !/^(mail|recipient\.invited)/.test(type)));
});
