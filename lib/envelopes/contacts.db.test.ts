import { expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { fromUtf8 } from "#lib/bytes.ts";
import { type Context, createContext } from "#lib/context.ts";
import { newDraft, sent } from "#lib/signing/testing.ts";
import { deleteContact, importContacts, listContacts, suggestContacts } from "./contacts.ts";
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
