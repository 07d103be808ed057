import { expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import type { Context } from "#lib/context.ts";
import { openOutboxMail, readOutbox } from "#lib/delivery/read-outbox.ts";
import { getDraft } from "#lib/envelopes/get-draft.ts";
import type { EnvelopeView } from "#lib/envelopes/get-envelope.ts";
import { remindRecipient } from "#lib/envelopes/remind-recipient.ts";
import { sendEnvelope } from "#lib/envelopes/send-envelope.ts";
import { download } from "#lib/evidence/download.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { inFolder, qpdfFaults, run } from "#lib/pdf/testing.ts";
import { decline } from "./decline.ts";
import { delegate } from "./delegate.ts";
import { approve, finishSigning } from "./finish-signing.ts";
import { giveConsent } from "./give-consent.ts";
import { nameNext } from "./name-next.ts";
import { openCeremony } from "./open-ceremony.ts";
import { addressOf, linkFor, newDraft, personWith, sent, sign, until } from "./testing.ts";

const product = testProduct({ runsJobs: true });

const owner = async () => (await product().newOrganization()).member("owner");
const open = async (ctx: Context, envelopeId: EnvelopeId, name: string) =>
  personWith(ctx, await linkFor(ctx, envelopeId, name));
const ended = (ctx: Context, envelopeId: EnvelopeId) =>
  until(ctx, envelopeId, ({ state }) => state === "completed", 60_000);
const typesIn = ({ trail }: EnvelopeView) => trail.map(({ type }) => type);

async function agree(person: Context) {
  const { version, locale, sha256 } = (await openCeremony(person)).consent;
  await giveConsent(person, { version, locale, sha256, wording: "Agree and continue" });
}

async function acknowledge(person: Context, wording = "I have read it") {
  await agree(person);
  const shown = (await openCeremony(person)).documents.map(({ id, sha256 }) => ({ documentId: id, sha256 }));
  await approve(person, { shown, wording });
}

async function pdfsigOf(ctx: Context, envelope: EnvelopeView): Promise<string> {
  const wanted = { kind: "document", documentId: envelope.documents[0]!.id, variant: "current" } as const;
  const { bytes } = await download(ctx, { envelopeId: envelope.id, wanted });
  const pdf = new Uint8Array(await new Response(bytes).arrayBuffer());
  expect(qpdfFaults(pdf)).toBe("");
  return inFolder((file) => run("pdfsig", [file("sealed.pdf", pdf)]).text);
}

const validIn = (report: string) => report.match(/Signature is Valid\./g)?.length;

test("readers alone are enough: each confirms, and the document is sealed", async () => {
  const ctx = await owner();
  const { envelopeId } = await sent(
    ctx,
    [
      { name: "Ana Ruiz", role: "viewer" },
      { name: "Ben Okafor", role: "viewer" },
    ],
    "parallel",
  );
  const ana = await open(ctx, envelopeId, "Ana Ruiz");
  expect((await openCeremony(ana)).me.role).toBe("viewer");
  await acknowledge(ana);
  expect(await refusalOf(acknowledge(ana))).toBe("signing/already-done");
  await acknowledge(await open(ctx, envelopeId, "Ben Okafor"));
  const done = await ended(ctx, envelopeId);
  expect(typesIn(done).filter((type) => type === "recipient.acknowledged")).toHaveLength(2);
  expect(typesIn(done)).not.toContain("signature.made");
  // The sender's certification and seal.
  expect(validIn(await pdfsigOf(ctx, done))).toBe(2);
}, 180_000);

test("people of one turn act at the same time, and the next turn waits for all of them", async () => {
  const ctx = await owner();
  const { envelopeId } = await sent(
    ctx,
    [
      { name: "Cy Clerk", turn: 2 },
      { name: "Ana Ruiz", turn: 1 },
      { name: "Ben Okafor", turn: 1, role: "approver" },
    ],
    "mixed",
  );
  const ben = await open(ctx, envelopeId, "Ben Okafor");
  await sign(await open(ctx, envelopeId, "Ana Ruiz"));
  const half = await until(ctx, envelopeId, ({ trail }) =>
    trail.some(({ type }) => type === "signature.made"),
  );
  expect(half.recipients.find(({ name }) => name === "Cy Clerk")).toMatchObject({
    state: "waiting",
    order: 2,
  });
  await acknowledge(ben, "Approve");
  await sign(await open(ctx, envelopeId, "Cy Clerk"));
  expect(validIn(await pdfsigOf(ctx, await ended(ctx, envelopeId)))).toBe(4);
}, 180_000);

const EITHER = [
  { name: "Ana Ruiz" },
  { name: "Ben Okafor", alternativeTo: "Ana Ruiz" },
  { name: "Cy Clerk" },
];

test("any one of several signs: who agrees first takes it on, and the others are asked no more", async () => {
  const ctx = await owner();
  const { envelopeId } = await sent(ctx, EITHER);
  const ana = await open(ctx, envelopeId, "Ana Ruiz");
  const ben = await open(ctx, envelopeId, "Ben Okafor");
  const before = await openCeremony(ben);
  expect(before).toMatchObject({ status: "ready", alternatives: ["Ana Ruiz"] });
  expect(before.fields).toHaveLength(3);
  const mails = ((await readOutbox(ctx)) ?? []).filter((one) => one.toAddress === addressOf("Ana Ruiz"));
  expect((await openOutboxMail(ctx, { mailId: mails[0]!.id }))!.text).toContain(
    "Any one of you is enough: Ben Okafor",
  );

  const tries = await Promise.allSettled([agree(ana), agree(ben)]);
  expect(tries.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  const [taker, other] = tries[0]!.status === "fulfilled" ? [ana, ben] : [ben, ana];
  expect((await openCeremony(other)).status).toBe("released");
  expect(await refusalOf(agree(other))).toBe("signing/already-done");
  expect((await openCeremony(taker)).alternatives).toEqual([]);
  const half = await until(ctx, envelopeId, () => true);
  const released = half.recipients.find(({ state }) => state === "released")!;
  const again = remindRecipient(ctx, { envelopeId, recipientId: released.id });
  expect(await refusalOf(again)).toMatch(/^envelopes\//);

  await sign(taker);
  await sign(await open(ctx, envelopeId, "Cy Clerk"));
  const done = await ended(ctx, envelopeId);
  const name = half.recipients.find(({ id, order }) => order === 1 && id !== released.id)!.name;
  const report = await pdfsigOf(ctx, done);
  expect(validIn(report)).toBe(4);
  expect(report).toContain(name);
  expect(report).not.toContain(released.name);
  expect(done.trail.find(({ type }) => type === "recipient.took-on")!.data).toMatchObject({
    released: [released.id],
  });
  const told = ((await readOutbox(ctx)) ?? []).filter((one) => one.toAddress === released.email);
  expect(told).toHaveLength(1);
}, 180_000);

test("whoever steps back leaves it to the others; the last one declines for all", async () => {
  const ctx = await owner();
  const one = await sent(ctx, EITHER);
  const ana = await open(ctx, one.envelopeId, "Ana Ruiz");
  await decline(ana, { reason: "On holiday" });
  expect((await openCeremony(ana)).status).toBe("released");
  const ben = await open(ctx, one.envelopeId, "Ben Okafor");
  expect((await openCeremony(ben)).fields).toHaveLength(3);
  await sign(ben);
  await sign(await open(ctx, one.envelopeId, "Cy Clerk"));
  expect(validIn(await pdfsigOf(ctx, await ended(ctx, one.envelopeId)))).toBe(4);

  const two = await sent(ctx, EITHER);
  await decline(await open(ctx, two.envelopeId, "Ben Okafor"), { reason: "Not me" });
  await decline(await open(ctx, two.envelopeId, "Ana Ruiz"), { reason: "Too dear" });
  const gone = await until(ctx, two.envelopeId, ({ state }) => state === "declined");
  expect(typesIn(gone).filter((type) => type.startsWith("recipient."))).toEqual(
    expect.arrayContaining(["recipient.stepped-back", "recipient.declined"]),
  );
}, 180_000);

test("who comes next is said by who came before, also after it was handed on", async () => {
  const ctx = await owner();
  const { envelopeId } = await sent(ctx, [
    { name: "Ana Ruiz" },
    { name: "the next", namedBy: "Ana Ruiz" },
    { name: "Cy Clerk" },
  ]);
  const first = await open(ctx, envelopeId, "Ana Ruiz");
  await delegate(first, { name: "Ben Okafor", email: addressOf("Ben Okafor"), reason: "Away" });
  const ben = await open(ctx, envelopeId, "Ben Okafor");
  const [person] = (await openCeremony(ben)).toName;
  expect(person).toMatchObject({ role: "signer", name: "", email: "" });
  const next = { personId: person!.id, name: "Dee Next", email: addressOf("Dee Next") };
  expect(await refusalOf(nameNext(ben, next))).toBe("signing/consent-missing");
  await agree(ben);
  for (const [change, code] of [
    [{ name: " " }, "next-name-missing"],
    [{ name: "Dee \u{10FFFF}" }, "next-name-not-drawable"],
    [{ email: "dee" }, "next-address-wrong"],
    [{ email: addressOf("Cy Clerk").toUpperCase() }, "next-address-known"],
    [{ email: addressOf("Ben Okafor") }, "next-address-known"],
    [{ personId: (await openCeremony(ben)).me.id }, "next-not-yours"],
  ] as const)
    expect(await refusalOf(nameNext(ben, { ...next, ...change }))).toBe(`signing/${code}`);
  expect(await refusalOf(sign(ben))).toBe("signing/next-not-named");
  await nameNext(ben, { ...next, name: "Dee Nxt" });
  await nameNext(ben, next);
  await nameNext(ben, next);
  const { documents } = await openCeremony(ben);
  const shown = documents.map(({ id, sha256 }) => ({ documentId: id, sha256 }));
  await finishSigning(ben, { shown, wording: "Finish", timeZone: "UTC" });
  expect(await refusalOf(nameNext(ben, next))).toBe("signing/already-done");
  const dee = await open(ctx, envelopeId, "Dee Next");
  expect((await openCeremony(dee)).me).toMatchObject({ name: "Dee Next", email: next.email });
  await sign(dee);
  await sign(await open(ctx, envelopeId, "Cy Clerk"));
  const done = await ended(ctx, envelopeId);
  expect(typesIn(done).filter((type) => type === "recipient.named")).toHaveLength(2);
  const report = await pdfsigOf(ctx, done);
  expect(validIn(report)).toBe(5);
  expect(report).toContain("Dee Next");
}, 180_000);

test("somebody is asked only where an answer before is so, and goes by without it", async () => {
  const ctx = await owner();
  const people = [
    { name: "Ana Ruiz" },
    { name: "Ben Okafor", onlyIfText: "Over 10,000" },
    { name: "Cy Clerk", alternativeTo: "Ben Okafor" },
    { name: "Dee Next", role: "viewer" as const },
  ];
  const small = await sent(ctx, people);
  await sign(await open(ctx, small.envelopeId, "Ana Ruiz"), "Under 10,000");
  await acknowledge(await open(ctx, small.envelopeId, "Dee Next"));
  const done = await ended(ctx, small.envelopeId);
  expect(done.recipients.map(({ state }) => state)).toEqual(["finished", "skipped", "skipped", "finished"]);
  expect(validIn(await pdfsigOf(ctx, done))).toBe(3);
  const told = ((await readOutbox(ctx)) ?? []).map(({ toAddress }) => toAddress);
  expect(told).not.toContain(addressOf("Ben Okafor"));
  expect(told).not.toContain(addressOf("Cy Clerk"));

  const large = await sent(ctx, people);
  await sign(await open(ctx, large.envelopeId, "Ana Ruiz"), "over 10,000");
  await sign(await open(ctx, large.envelopeId, "Cy Clerk"));
  await acknowledge(await open(ctx, large.envelopeId, "Dee Next"));
  expect(validIn(await pdfsigOf(ctx, await ended(ctx, large.envelopeId)))).toBe(4);
});

test("of several answers any one is enough to be asked, where the sender says so", async () => {
  const ctx = await owner();
  const people = [{ name: "Ana Ruiz" }, { name: "Ben Okafor", onlyIfText: "Texas", orIfText: "Utah" }];
  const one = await sent(ctx, people);
  await sign(await open(ctx, one.envelopeId, "Ana Ruiz"), "Utah");
  await sign(await open(ctx, one.envelopeId, "Ben Okafor"));
  const other = await sent(ctx, people);
  await sign(await open(ctx, other.envelopeId, "Ana Ruiz"), "Ohio");
  const states = async (id: EnvelopeId) => (await ended(ctx, id)).recipients.map(({ state }) => state);
  expect(await states(one.envelopeId)).toEqual(["finished", "finished"]);
  expect(await states(other.envelopeId)).toEqual(["finished", "skipped"]);
});

test.for([
  [
    "named by nobody before",
    [{ name: "Ana Ruiz", namedBy: "Cy Clerk" }, { name: "Cy Clerk" }],
    "namer-not-before",
  ],
  [
    "named, and asked for a code",
    [{ name: "Cy Clerk" }, { name: "Ana Ruiz", namedBy: "Cy Clerk", check: "access-code" }],
    "named-check",
  ],
  [
    "instead of somebody who does something else",
    [{ name: "Cy Clerk" }, { name: "Ana Ruiz", role: "approver", alternativeTo: "Cy Clerk" }],
    "alternative-of-nobody",
  ],
  [
    "asked by an answer that comes at the same time",
    [{ name: "Cy Clerk", onlyIfText: "yes" }, { name: "Ana Ruiz" }],
    "condition-not-before",
  ],
  ["nobody is asked", [{ name: "Cy Clerk", role: "copy" }], "no-signer"],
] as const)("an envelope is not sent: %s", async ([, people, code]) => {
  const ctx = await owner();
  const { envelopeId, version } = await newDraft(ctx, [...people]);
  const { blockers } = await getDraft(ctx, { envelopeId });
  expect(blockers.map((blocker) => blocker.code)).toContain(code);
  expect(await refusalOf(sendEnvelope(ctx, { envelopeId, version }))).toBe("envelopes/not-ready");
});
