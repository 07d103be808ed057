import { expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { fromUtf8 } from "#lib/bytes.ts";
import { type Context, createContext, inTransaction } from "#lib/context.ts";
import { newDraft, sent } from "#lib/signing/testing.ts";
import {
  deleteContact,
  importContacts,
  keepContact,
  listContacts,
  noteLostMail,
  suggestContacts,
} from "./contacts.ts";
import { getDraft } from "./get-draft.ts";
import { remindDue } from "./remind-due.ts";
import { sendEnvelope } from "./send-envelope.ts";

const product = testProduct();
const sender = async () => (await product().newOrganization()).member("sender");
async function* file(text: string): AsyncGenerator<Uint8Array> {
  yield fromUtf8(text);
}
const emails = async (ctx: Context, typed: string) =>
  (await suggestContacts(ctx, { typed })).map(({ email }) => email);

test("contacts come from a file, with their groups, and what is no address is told by its line", async () => {
  const ctx = await sender();
  const text =
    "\ufeffName;E-Mail;Company;Groups\r\nÄnne Müller;anne@bücher.example;Müller KG;Tenants, Berlin\r\nX;nobody;;\r\nBen;ben+x@example.com;;\r\n";
  expect(await importContacts(ctx, file(text))).toEqual({ kept: 2, wrongLines: [3] });
  expect(await emails(ctx, "mull")).toEqual(["anne@bücher.example"]);
  expect(await emails(ctx, "ANNE ku")).toEqual([]);
  expect(await emails(ctx, "anne kg")).toEqual(["anne@bücher.example"]);
  expect(await emails(ctx, "b")).toEqual([]);
  expect(await emails(ctx, "%%")).toEqual([]);
  expect((await listContacts(ctx, { group: "Berlin" })).map(({ name }) => name)).toEqual(["Änne Müller"]);
  expect(await importContacts(ctx, file("Mail,Phone\nanne@bücher.example,+49 30 123456\n"))).toMatchObject({
    kept: 1,
  });
  expect((await listContacts(ctx, { search: "anne" }))[0]).toMatchObject({
    name: "Änne Müller",
    phone: "+4930123456",
    groups: ["Tenants", "Berlin"],
  });
  expect(await refusalOf(importContacts(ctx, file("Name,Company\nAna,x\n")))).toBe(
    "envelopes/contacts-columns-missing",
  );
  await deleteContact(ctx, { email: "ben+x@example.com" });
  expect(await listContacts(ctx, {})).toHaveLength(1);
  expect(await listContacts(await sender(), {})).toEqual([]);
});

test("who is sent something is a contact of its sender from then on", async () => {
  const ctx = await sender();
  const draft = await newDraft(ctx, [{ name: "Ana Ruiz" }]);
  expect(await emails(ctx, "ruiz")).toEqual([]);
  await sendEnvelope(ctx, draft);
  expect(await emails(ctx, "ruiz")).toEqual(["ana.ruiz@example.com"]);
});

test("who has not acted is reminded after as many hours as the envelope says, once, by whichever worker", async () => {
  const ctx = await sender();
  const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }]);
  const system = createContext(product().runtime, {
    organizationId: ctx.organizationId,
    actor: { kind: "system", job: "schedule" },
  });
  const { admin } = product();
  const reminders = async () =>
    (await admin`select 1 from audit_events where chain_id = ${envelopeId} and type = 'recipient.reminded'`)
      .length;
  await admin`update recipients set state = 'notified', notified_at = now() - interval '47 hours' where envelope_id = ${envelopeId}`;
  await remindDue(system);
  expect(await reminders()).toBe(0);
  await admin`update recipients set notified_at = now() - interval '49 hours' where envelope_id = ${envelopeId}`;
  await Promise.all(Array.from({ length: 4 }, () => remindDue(system)));
  expect(await reminders()).toBe(1);
  await admin`update recipients set reminded_at = now() - interval '49 hours' where envelope_id = ${envelopeId}`;
  await admin`update envelopes set reminder_hours = null where id = ${envelopeId}`;
  await remindDue(system);
  expect(await reminders()).toBe(1);
});

test("a contact is added and changed by hand, with how they show who they are, for oneself alone", async () => {
  const organization = await product().newOrganization();
  const [ctx, other, viewer] = [
    await organization.member("sender"),
    await organization.member("sender"),
    await organization.member("viewer"),
  ];
  const ana = { was: null, email: "Ana@Example.com", name: "Ana Ruiz", phone: "+49 30 123456" } as const;
  await keepContact(ctx, { ...ana, language: "es", check: "sms-code", groups: ["Tenants"] });
  expect(await listContacts(ctx, {})).toEqual([
    {
      ...{ email: "ana@example.com", name: "Ana Ruiz", company: "", phone: "+4930123456", language: "es" },
      ...{ check: "sms-code", groups: ["Tenants"], lost: null },
    },
  ]);
  expect(await refusalOf(keepContact(ctx, ana))).toBe("envelopes/contact-exists");
  expect(await refusalOf(keepContact(ctx, { ...ana, email: "nobody" }))).toBe(
    "envelopes/contact-address-wrong",
  );
  expect(await refusalOf(keepContact(ctx, { ...ana, email: "b@example.com", phone: "12" }))).toBe(
    "envelopes/contact-phone-wrong",
  );
  expect(await refusalOf(keepContact(ctx, { ...ana, was: "gone@example.com" }))).toBe(
    "envelopes/contact-not-found",
  );
  await keepContact(ctx, { was: null, email: "ben@example.com", name: "Ben" });
  expect(
    await refusalOf(keepContact(ctx, { was: "ben@example.com", email: "ana@example.com", name: "B" })),
  ).toBe("envelopes/contact-exists");
  await keepContact(ctx, { was: "ana@example.com", email: "ana@new.example", name: "Ana R." });
  // What was emptied is empty.
  expect((await listContacts(ctx, { search: "ana" }))[0]).toMatchObject({
    ...{ email: "ana@new.example", name: "Ana R.", phone: "", check: "", groups: [] },
  });
  expect(await emails(ctx, "ana r.")).toEqual(["ana@new.example"]);
  expect(await listContacts(other, {})).toEqual([]);
  expect(
    await refusalOf(keepContact(other, { was: "ana@new.example", email: "x@example.com", name: "X" })),
  ).toBe("envelopes/contact-not-found");
  expect(await refusalOf(keepContact(viewer, ana))).toBe("authorize/not-allowed");
  const events = await product().admin`select type from audit_events
    where organization_id = ${ctx.organizationId} and type like 'contacts.%' order by sequence`;
  expect(events.map(({ type }) => type)).toEqual(["contacts.added", "contacts.added", "contacts.changed"]);
});

test("an address that mail came back from is marked for everybody who has it, and warned of in a draft", async () => {
  const organization = await product().newOrganization();
  const [ctx, other] = [await organization.member("sender"), await organization.member("sender")];
  const foreign = await sender();
  const email = "ana.ruiz@example.com";
  for (const one of [ctx, foreign]) await keepContact(one, { was: null, email, name: "Ana Ruiz" });
  const at = new Date("2026-11-20T08:00:00Z");
  const system = createContext(product().runtime, {
    organizationId: ctx.organizationId,
    actor: { kind: "system", job: "returned mail" },
  });
  expect(await refusalOf(noteLostMail(ctx, { email, at, cause: "address" }))).toMatch(/^authorize\//);
  await inTransaction(system, (ctx) => noteLostMail(ctx, { email, at, cause: "address" }));
  const lostOf = async (one: Context) => (await listContacts(one, {}))[0]?.lost;
  expect(await lostOf(ctx)).toEqual({ at, cause: "address" });
  expect(await lostOf(foreign)).toBeNull();
  // Whoever takes the address in later is told as well.
  await keepContact(other, { was: null, email, name: "Ana" });
  expect(await lostOf(other)).toEqual({ at, cause: "address" });
  expect((await suggestContacts(other, { typed: "ana" }))[0]!.lost).not.toBeNull();
  const { envelopeId, content } = await newDraft(ctx, [{ name: "Ana Ruiz" }, { name: "Ben Okafor" }]);
  expect((await getDraft(ctx, { envelopeId })).lost).toEqual([
    { recipientId: content.recipients[0]!.id, email, at: at.toISOString(), cause: "address" },
  ]);
  // It goes with the address: another one is not marked, until mail gets there again.
  await keepContact(ctx, { was: email, email: "ana@new.example", name: "Ana Ruiz" });
  expect(await lostOf(ctx)).toBeNull();
  await keepContact(ctx, { was: null, email, name: "Ana Ruiz" });
  expect((await listContacts(ctx, { search: email }))[0]!.lost).not.toBeNull();
  await keepContact(other, { was: email, email, name: "Ana", isFound: true });
  expect((await listContacts(ctx, { search: email }))[0]!.lost).toBeNull();
  expect(await lostOf(other)).toBeNull();
  expect((await getDraft(ctx, { envelopeId })).lost).toEqual([]);
});
