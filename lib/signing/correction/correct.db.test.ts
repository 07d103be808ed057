import { expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import type { Context } from "#lib/context.ts";
import { getCorrection } from "#lib/envelopes/get-correction.ts";
import { getDraft } from "#lib/envelopes/get-draft.ts";
import { getEnvelope } from "#lib/envelopes/get-envelope.ts";
import { replaceEnvelope } from "#lib/envelopes/replace-envelope.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { placeHold } from "#lib/retention/place-hold.ts";
import { requestPaper } from "../consent/paper-copies.ts";
import { decline } from "../decline.ts";
import { delegate } from "../delegate.ts";
import { finishLater } from "../finish-later.ts";
import { giveConsent } from "../give-consent.ts";
import { openCeremony } from "../open-ceremony.ts";
import { recordView } from "../record-view.ts";
import { linkFor, personWith, sent, sign, type TestRecipient, until } from "../testing.ts";
import { correctEnvelope } from "./correct-envelope.ts";

const product = testProduct({ runsJobs: true });
const sender = async () => (await product().newOrganization()).member("sender");
const BOTH = [{ name: "Ana Ruiz" }, { name: "Ben Okafor" }];

type Wish = Parameters<typeof correctEnvelope>[1];

/** What stands there now, with parts of it changed; people by name. */
async function correction(
  ctx: Context,
  envelopeId: EnvelopeId,
  people: Readonly<Record<string, Partial<Wish["people"][number]>>>,
  more: Partial<Pick<Wish, "message" | "reminderHours" | "expiresOn">> = {},
): Promise<Wish> {
  const now = await getCorrection(ctx, { envelopeId });
  return {
    ...{ envelopeId, message: now.message, reminderHours: now.reminderHours, ...more },
    people: now.people.map(({ id, name, email, phone, check, order }) => ({
      ...{ id, name, email, phone, check, order },
      ...people[name],
    })),
  };
}
const entriesOf = async (ctx: Context, envelopeId: EnvelopeId, type: string) =>
  (await readChain(ctx, envelopeId)).entries.filter((entry) => entry.type === type);

async function begun(people: readonly TestRecipient[], order?: "parallel" | "sequential") {
  const ctx = await sender();
  const { envelopeId } = await sent(ctx, people, order);
  return { ctx, envelopeId };
}

/** Looks at the first page, as a browser reports it. */
async function look(person: Context) {
  const { documents } = await openCeremony(person);
  const { id, sha256 } = documents[0]!;
  await recordView(person, { documentId: id, sha256, pages: [0] });
}

test("what a template locked of somebody's check is not corrected away", async () => {
  const { ctx, envelopeId } = await begun([{ name: "Ana Ruiz", check: "email-code" }]);
  await product().admin`update recipients set is_check_locked = true where envelope_id = ${envelopeId}`;
  const [ana] = (await getCorrection(ctx, { envelopeId })).people;
  expect(ana!.checks).toEqual(["email-code"]);
  const wish = await correction(ctx, envelopeId, { "Ana Ruiz": { check: "none" } });
  expect(await refusalOf(correctEnvelope(ctx, wish))).toBe("envelopes/check-locked");
});

test("a wrong address is corrected: the old link is dead, a new one goes to the new address, and both stand in the trail", async () => {
  const { ctx, envelopeId } = await begun(BOTH);
  const old = await linkFor(ctx, envelopeId, "Ana Ruiz");
  const before = (await getEnvelope(ctx, { envelopeId })).recipients[0]!;
  await correctEnvelope(
    ctx,
    await correction(ctx, envelopeId, { "Ana Ruiz": { email: "ana.maria@example.com", name: "Ana María" } }),
  );
  expect(await openCeremony(await personWith(ctx, old))).toMatchObject({ documents: [], fields: [] });
  const mails = () =>
    product().admin`select text from outbox_mails where to_address = 'ana.maria@example.com'
      and organization_id = ${ctx.organizationId}`;
  await expect.poll(async () => (await mails()).length, { timeout: 30_000 }).toBe(1);
  const [mail] = await mails();
  const { recipients } = await getEnvelope(ctx, { envelopeId });
  expect(recipients).toHaveLength(2);
  expect(recipients[0]).toMatchObject({ id: before.id, name: "Ana María", email: "ana.maria@example.com" });
  const [entry] = await entriesOf(ctx, envelopeId, "recipient.corrected");
  expect(entry!.data).toMatchObject({
    recipient: before.id,
    changes: [
      { what: "name", from: "Ana Ruiz", to: "Ana María" },
      { what: "email", from: "ana.ruiz@example.com", to: "ana.maria@example.com" },
    ],
  });
  const [raw] = await product().admin`select body from audit_events where type = 'recipient.corrected'
    and envelope_id = ${envelopeId}`;
  expect(raw!.body).not.toMatch(/ana\.|Ana/);
  const person = await personWith(ctx, /\/sign\/([\w-]+)/.exec(mail!.text as string)![1]!);
  await sign(person);
  await until(ctx, envelopeId, ({ recipients }) => recipients[0]!.isDone);
});

test("where the old link was used to look, the new person begins anew, and the old one stays on record", async () => {
  const { ctx, envelopeId } = await begun([...BOTH, { name: "Cleo Diaz" }], "parallel");
  const [ana, ben] = [
    await linkFor(ctx, envelopeId, "Ana Ruiz"),
    await linkFor(ctx, envelopeId, "Ben Okafor"),
  ];
  await look(await personWith(ctx, ana));
  await look(await personWith(ctx, ben));
  await correctEnvelope(
    ctx,
    await correction(
      ctx,
      envelopeId,
      { "Ana Ruiz": { name: "Eva Lind", email: "eva.lind@example.com" } },
      { message: "Please sign by Friday.", reminderHours: null },
    ),
  );
  const { recipients, trail } = await getEnvelope(ctx, { envelopeId });
  expect(recipients.map(({ name, state }) => `${name} ${state}`)).toEqual([
    "Ana Ruiz delegated",
    "Ben Okafor viewed",
    "Cleo Diaz notified",
    "Eva Lind notified",
  ]);
  expect(trail.find(({ type }) => type === "envelope.corrected")!.data).toMatchObject({
    changes: [
      { what: "message", from: "As discussed.", to: "Please sign by Friday." },
      { what: "reminder", from: "48", to: "never" },
    ],
    told: [recipients[1]!.id],
  });
  const told = async () =>
    await product().admin`select to_address, text from outbox_mails where subject like 'Changed:%'
      and organization_id = ${ctx.organizationId}`;
  await expect
    .poll(async () => (await told()).map(({ to_address }) => to_address), { timeout: 30_000 })
    .toEqual(["ben.okafor@example.com"]);
  const [{ text }] = (await told()) as unknown as [{ text: string }];
  expect(text).toContain("somebody else, from now on: Eva Lind.");
  expect(text).toContain("Please sign by Friday.");
  const fields = (await openCeremony(await personWith(ctx, await linkFor(ctx, envelopeId, "Eva Lind"))))
    .fields;
  expect(fields.length).toBe(3);
  for (const name of ["Ben Okafor", "Cleo Diaz", "Eva Lind"])
    await sign(await personWith(ctx, await linkFor(ctx, envelopeId, name)));
  expect((await until(ctx, envelopeId, ({ state }) => state === "completed")).trailBrokenAt).toBeNull();
});

test("who had the old link open as the address was corrected does nothing by it, whatever was pressed", async () => {
  const { ctx, envelopeId } = await begun(BOTH);
  const person = await personWith(ctx, await linkFor(ctx, envelopeId, "Ana Ruiz"));
  const { consent, documents } = await openCeremony(person);
  const { version, locale, sha256 } = consent;
  const { id: documentId, sha256: shown } = documents[0]!;
  const wish = await correction(ctx, envelopeId, { "Ana Ruiz": { email: "ana.maria@example.com" } });
  // Who they are was known before; what they pressed waits for what the sender changes.
  await correctEnvelope(ctx, wish);
  const acts = {
    agree: () => giveConsent(person, { version, locale, sha256, wording: "Agree and continue" }),
    look: () => recordView(person, { documentId, sha256: shown, pages: [0] }),
    decline: () => decline(person, { reason: "Not for me" }),
    later: () => finishLater(person),
    handOn: () =>
      delegate(person, { name: "Eve Moss", email: "eve@example.com", phone: "", reason: "I am away" }),
  };
  for (const [name, act] of Object.entries(acts))
    expect(await refusalOf(act()), name).toBe("authorize/link-ended");
  for (const type of ["consent.given", "document.viewed", "recipient.declined", "recipient.delegated"])
    expect(await entriesOf(ctx, envelopeId, type), type).toEqual([]);
  const { recipients } = await getEnvelope(ctx, { envelopeId });
  expect(recipients[0]).toMatchObject({ email: "ana.maria@example.com", state: "notified" });
});

test("who agreed before anybody knew of a look keeps that to themselves: whoever comes instead is asked anew", async () => {
  for (const isAtOnce of [false, true, true, true]) {
    const { ctx, envelopeId } = await begun(BOTH);
    const person = await personWith(ctx, await linkFor(ctx, envelopeId, "Ana Ruiz"));
    const { version, locale, sha256 } = (await openCeremony(person)).consent;
    const agree = () => giveConsent(person, { version, locale, sha256, wording: "Agree and continue" });
    const wish = await correction(ctx, envelopeId, { "Ana Ruiz": { email: "ana.maria@example.com" } });
    if (!isAtOnce) await agree();
    const [agreed, corrected] = await Promise.all([
      isAtOnce ? refusalOf(agree()) : undefined,
      refusalOf(correctEnvelope(ctx, wish)),
    ]);
    expect(corrected).toBe(undefined);
    expect([undefined, "authorize/link-ended"]).toContain(agreed);
    const { recipients } = await getEnvelope(ctx, { envelopeId });
    const now = recipients.find(({ email }) => email === "ana.maria@example.com")!;
    const given = await entriesOf(ctx, envelopeId, "consent.given");
    expect([now.state, given.length]).toEqual(["notified", agreed ? 0 : 1]);
    expect(given.map(({ data }) => data.recipient)).not.toContain(now.id);
  }
});

test("a notice that the old person opened and read says nothing of the new one", async () => {
  const { ctx, envelopeId } = await begun(BOTH);
  const person = await personWith(ctx, await linkFor(ctx, envelopeId, "Ana Ruiz"));
  const [ana] = (await getEnvelope(ctx, { envelopeId })).recipients;
  await requestPaper(person, { address: "1 Harbour Street" });
  const wish = await correction(ctx, envelopeId, { "Ana Ruiz": { email: "ana.maria@example.com" } });
  expect((await getCorrection(ctx, { envelopeId })).people.map(({ hasActed }) => hasActed)).toEqual([
    true,
    false,
  ]);
  await correctEnvelope(ctx, wish);
  const { recipients } = await getEnvelope(ctx, { envelopeId });
  expect(recipients.find(({ email }) => email === "ana.maria@example.com")!.id).not.toBe(ana!.id);
});

test("who has acted is never changed, and after the first signature less is asked of nobody", async () => {
  const { ctx, envelopeId } = await begun([BOTH[0]!, { ...BOTH[1]!, check: "email-code" }]);
  await sign(await personWith(ctx, await linkFor(ctx, envelopeId, "Ana Ruiz")));
  const change = async (name: string, part: object) =>
    refusalOf(correction(ctx, envelopeId, { [name]: part }).then((wish) => correctEnvelope(ctx, wish)));
  expect(await change("Ana Ruiz", { email: "other@example.com" })).toBe("envelopes/person-acted");
  expect(await change("Ben Okafor", { check: "none" })).toBe("envelopes/check-lowered");
  expect(await change("Ben Okafor", { check: "passkey" })).toBe(undefined);
  expect(await change("Ben Okafor", { check: "email-code" })).toBe("envelopes/check-lowered");
  const { people, isSigned } = await getCorrection(ctx, { envelopeId });
  expect([isSigned, people[0]!.mayBeCorrected, people[1]!.checks]).toEqual([true, false, ["passkey"]]);
});

test("the order among those not asked yet changes, and whoever comes next is asked", async () => {
  const { ctx, envelopeId } = await begun([...BOTH, { name: "Cleo Diaz" }]);
  await linkFor(ctx, envelopeId, "Ana Ruiz");
  await correctEnvelope(ctx, await correction(ctx, envelopeId, { "Cleo Diaz": { order: 1 } }));
  await linkFor(ctx, envelopeId, "Cleo Diaz");
  const { recipients, order } = await getEnvelope(ctx, { envelopeId });
  expect([order, recipients.map(({ state }) => state)]).toEqual([
    "mixed",
    ["notified", "waiting", "notified"],
  ]);
  expect(
    await refusalOf(correctEnvelope(ctx, await correction(ctx, envelopeId, { "Ana Ruiz": { order: 3 } }))),
  ).toBe("envelopes/order-not-possible");
});

test("what is wrong is said, and changes nothing", async () => {
  const { ctx, envelopeId } = await begun(BOTH);
  await linkFor(ctx, envelopeId, "Ana Ruiz");
  const before = await getCorrection(ctx, { envelopeId });
  const refused = async (name: string, part: object) =>
    refusalOf(correctEnvelope(ctx, await correction(ctx, envelopeId, { [name]: part })));
  expect(await refused("Ben Okafor", {})).toBe("envelopes/nothing-changed");
  expect(await refused("Ben Okafor", { name: "\u200b" })).toBe("envelopes/person-name-missing");
  expect(await refused("Ben Okafor", { email: "a@example.com, b@example.com" })).toBe(
    "envelopes/person-email-wrong",
  );
  expect(await refused("Ben Okafor", { email: "ben@example.com\r\nBcc: eve@example.com" })).toBe(
    "envelopes/person-email-wrong",
  );
  expect(await refused("Ben Okafor", { check: "sms-code", phone: "12" })).toBe(
    "envelopes/person-phone-wrong",
  );
  expect(await refused("Ben Okafor", { check: "sso" })).toBe("envelopes/check-not-possible");
  expect(await refused("Ben Okafor", { check: "access-code" })).toBe("envelopes/check-not-possible");
  expect(await refused("Ben Okafor", { id: envelopeId })).toBe("envelopes/recipient-not-found");
  expect(await getCorrection(ctx, { envelopeId })).toEqual(before);
  expect(await entriesOf(ctx, envelopeId, "recipient.corrected")).toEqual([]);
});

test("another's envelope, another organization's, one under hold and one that ended are not corrected", async () => {
  const organization = await product().newOrganization();
  const ctx = await organization.member("sender");
  const { envelopeId } = await sent(ctx, BOTH);
  const wish = await correction(ctx, envelopeId, { "Ben Okafor": { name: "Ben O." } });
  expect(await refusalOf(correctEnvelope(await organization.member("sender"), wish))).toBe(
    "authorize/not-allowed",
  );
  expect(await refusalOf(correctEnvelope(await sender(), wish))).toBe("signing/not-found");
  const counsel = await organization.member("counsel");
  const { shortId } = await getEnvelope(ctx, { envelopeId });
  await placeHold(counsel, { matter: "Roe v. Doe", reason: "Litigation", scope: "envelope", query: shortId });
  expect(await refusalOf(correctEnvelope(ctx, wish))).toBe("envelopes/held");
});

const dayAhead = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

test("it ends on another day: sooner is told to everybody who was asked, later to nobody", async () => {
  const { ctx, envelopeId } = await begun(BOTH, "parallel");
  const old = await linkFor(ctx, envelopeId, "Ana Ruiz");
  await linkFor(ctx, envelopeId, "Ben Okafor");
  const before = (await getEnvelope(ctx, { envelopeId })).expiresAt!;
  await correctEnvelope(ctx, await correction(ctx, envelopeId, {}, { expiresOn: dayAhead(200) }));
  const later = (await getEnvelope(ctx, { envelopeId })).expiresAt!;
  expect(later.toISOString()).toBe(`${dayAhead(200)}${before.toISOString().slice(10)}`);
  await correctEnvelope(ctx, await correction(ctx, envelopeId, {}, { expiresOn: dayAhead(10) }));
  const entries = await entriesOf(ctx, envelopeId, "envelope.corrected");
  expect(entries.map(({ data }) => (data.told as unknown[]).length)).toEqual([0, 2]);
  expect(entries[0]!.data.changes).toEqual([
    { what: "expiry", from: before.toISOString(), to: later.toISOString() },
  ]);
  const mails = () =>
    product().admin`select text from outbox_mails where organization_id = ${ctx.organizationId}
      and text like '%has changed%'`;
  await expect.poll(async () => (await mails()).length, { timeout: 30_000 }).toBe(2);
  const text = String((await mails())[0]!.text);
  expect(text).toContain("The link works until");
  expect(text).not.toContain("You have looked at this document");
  // The link that was mailed before goes on: nothing they act on changed.
  expect((await openCeremony(await personWith(ctx, old))).status).toBe("ready");
  for (const expiresOn of [dayAhead(-1), dayAhead(367)])
    expect(await refusalOf(correctEnvelope(ctx, await correction(ctx, envelopeId, {}, { expiresOn })))).toBe(
      "envelopes/expiry-not-ahead",
    );
  expect(
    await refusalOf(correctEnvelope(ctx, await correction(ctx, envelopeId, {}, { expiresOn: dayAhead(10) }))),
  ).toBe("envelopes/nothing-changed");
});

test("documents are changed in a copy: the envelope is withdrawn with it, or neither happens", async () => {
  const { ctx, envelopeId } = await begun(BOTH);
  await linkFor(ctx, envelopeId, "Ana Ruiz");
  const drafts = async () =>
    (await product().admin`select id from envelopes where organization_id = ${ctx.organizationId}`).length;
  expect(await refusalOf(replaceEnvelope(ctx, { envelopeId, reason: " " }))).toBe("envelopes/reason-missing");
  const stranger = await sender();
  expect(await refusalOf(replaceEnvelope(stranger, { envelopeId, reason: "Mine" }))).toBe(
    "envelopes/not-found",
  );
  const copyId = await replaceEnvelope(ctx, { envelopeId, reason: "A clause was missing" });
  const { state, trail } = await getEnvelope(ctx, { envelopeId });
  expect(state).toBe("voided");
  expect(trail.find(({ type }) => type === "envelope.voided")!.data).toMatchObject({
    ...{ reason: "A clause was missing", replacedBy: copyId },
  });
  const { content } = await getDraft(ctx, { envelopeId: copyId });
  expect(content.recipients.map(({ name }) => name)).toEqual(["Ana Ruiz", "Ben Okafor"]);
  expect(await drafts()).toBe(2);
  // Pressed twice, there is no second draft.
  expect(await refusalOf(replaceEnvelope(ctx, { envelopeId, reason: "Again" }))).toBe(
    "envelopes/not-under-way",
  );
  expect(await drafts()).toBe(2);

  const signed = await begun(BOTH);
  await sign(await personWith(signed.ctx, await linkFor(signed.ctx, signed.envelopeId, "Ana Ruiz")));
  expect(
    await refusalOf(replaceEnvelope(signed.ctx, { envelopeId: signed.envelopeId, reason: "Late" })),
  ).toBe("envelopes/replaced-too-late");
  expect((await getEnvelope(signed.ctx, { envelopeId: signed.envelopeId })).state).toBe("sent");
  expect(
    await product().admin`select id from envelopes where organization_id = ${signed.ctx.organizationId}`,
  ).toHaveLength(1);
});
