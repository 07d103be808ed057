import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { createTransport } from "nodemailer";
import { SMTPServer } from "smtp-server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { type Context, createContext, inTransaction } from "#lib/context.ts";
import { listContacts } from "#lib/envelopes/contacts.ts";
import { getCorrection } from "#lib/envelopes/get-correction.ts";
import { getEnvelope } from "#lib/envelopes/get-envelope.ts";
import { remindDue } from "#lib/envelopes/remind-due.ts";
import { remindRecipient } from "#lib/envelopes/remind-recipient.ts";
import { remindByRule } from "#lib/envelopes/rule-acts.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { correctEnvelope } from "#lib/signing/correction/correct-envelope.ts";
import { addressOf, sent } from "#lib/signing/testing.ts";
import { startReturnDoor } from "./return-door.ts";
import {
  exchangeReport,
  gmailReport,
  postfixReport,
  type SentMail,
  vacationAnswer,
} from "./testing-reports.ts";

const mails: SentMail[] = [];
/** The organization's mail server: takes everything and keeps what it needs for reports. */
const server = new SMTPServer({
  ...{ hideSTARTTLS: true, disabledCommands: ["AUTH", "STARTTLS"], authOptional: true },
  onData(stream, { envelope }, done) {
    Array.fromAsync(stream).then((pieces) => {
      const raw = Buffer.concat(pieces).toString("latin1");
      const returnPath = envelope.mailFrom ? envelope.mailFrom.address : "";
      const messageId = /^Message-ID:\s*(<[^>]+>)/im.exec(raw)![1]!;
      mails.push({ returnPath, to: envelope.rcptTo[0]!.address, messageId });
      done();
    }, done);
  },
});

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

const product = testProduct({
  runsJobs: true,
  settings: async () => {
    server.listen(0, "127.0.0.1");
    await once(server.server, "listening");
    return {
      ...{ SMTP_HOST: "127.0.0.1", SMTP_PORT: String((server.server.address() as AddressInfo).port) },
      ...{ SMTP_SECURITY: "none", SMTP_FROM: "Whereof <sign@example.com>" },
      ...{ RETURN_ADDRESS: "returns@mail.example.com", RETURN_PORT: String(await freePort()) },
    };
  },
});
let door: Awaited<ReturnType<typeof startReturnDoor>> = null;
beforeAll(async () => {
  door = await startReturnDoor(product().runtime);
});
afterAll(async () => {
  await door?.close();
  await new Promise<void>((resolve) => server.close(() => resolve()));
});

/** Brings a mail to the door as a mail server would; gives the code it was refused with. */
async function bring(to: string, raw: string, from = ""): Promise<number | null> {
  const transport = createTransport({ host: "127.0.0.1", port: door!.port, ignoreTLS: true });
  try {
    await transport.sendMail({ envelope: { from, to }, raw });
    return null;
  } catch (error) {
    return (error as { responseCode?: number }).responseCode ?? 0;
  } finally {
    transport.close();
  }
}

const people = new Map<string, number>();
/** An envelope of which Ana Ruiz was mailed her invitation. */
async function mailed(): Promise<{ ctx: Context; envelopeId: EnvelopeId; mail: SentMail }> {
  const ctx = await (await product().newOrganization()).member("sender");
  const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }]);
  return { ctx, envelopeId, mail: await nextMail(addressOf("Ana Ruiz")) };
}

async function nextMail(to: string): Promise<SentMail> {
  const index = people.get(to) ?? 0;
  people.set(to, index + 1);
  const own = () => mails.filter((mail) => mail.to === to);
  await expect.poll(() => own().length, { timeout: 30_000 }).toBeGreaterThan(index);
  return own()[index]!;
}

const deliveryOf = async (ctx: Context, envelopeId: EnvelopeId) =>
  (await getEnvelope(ctx, { envelopeId })).recipients[0]!.delivery;
const entriesOf = async (ctx: Context, envelopeId: EnvelopeId, type: string) =>
  (await getEnvelope(ctx, { envelopeId })).trail.filter((entry) => entry.type === type);

test("each mail has a return address of its own, and is accepted until a report says otherwise", async () => {
  const { ctx, envelopeId, mail } = await mailed();
  expect(mail.returnPath).toMatch(/^returns\+[a-z2-7]{32}@mail\.example\.com$/);
  await expect
    .poll(async () => (await deliveryOf(ctx, envelopeId))?.state, { timeout: 30_000 })
    .toBe("accepted");
  const others = new Set(mails.map(({ returnPath }) => returnPath));
  expect(others.size).toBe(mails.length);
  const [row] = await product()
    .admin`select token_sha256 from mail_returns where envelope_id = ${envelopeId}`;
  expect(mail.returnPath).not.toContain(Buffer.from(row!.token_sha256 as Uint8Array).toString("hex"));
});

test.each([
  ["Postfix", postfixReport, "address", "5.1.1", "mx.example.com"],
  ["Exchange", exchangeReport, "mailbox-full", "5.2.2", "AM0PR03MB1234.eurprd03.prod.outlook.com"],
  ["Gmail", (mail: SentMail) => gmailReport(mail, "failed"), "address", "5.1.1", "googlemail.com"],
] as const)(
  "a report of %s is on the person's row and in the trail, once, and the sender is told",
  async (_, report, cause, status, by) => {
    const { ctx, envelopeId, mail } = await mailed();
    await expect
      .poll(async () => (await deliveryOf(ctx, envelopeId))?.state, { timeout: 30_000 })
      .toBe("accepted");
    expect(await bring(mail.returnPath, report(mail))).toBeNull();
    expect(await deliveryOf(ctx, envelopeId)).toMatchObject({ state: "bounced", cause, status });
    expect(await bring(mail.returnPath.toUpperCase(), report(mail))).toBeNull();
    const entries = await entriesOf(ctx, envelopeId, "mail.bounced");
    expect(entries).toHaveLength(1);
    expect(entries[0]!.data).toMatchObject({ kind: "invitation", status, reportedBy: by });
    const [contact] = await listContacts(ctx, { search: mail.to });
    expect(contact!.lost).toEqual({ at: entries[0]!.at, cause });
    const [raw] = await product().admin`select body from audit_events
    where envelope_id = ${envelopeId} and type = 'mail.bounced'`;
    expect(raw!.body).not.toContain(mail.to);
    const sender = ctx.actor.kind === "member" ? ctx.actor.email : "";
    const told = await nextMail(sender);
    expect(told.returnPath).toBe("sign@example.com");
    expect((await getEnvelope(ctx, { envelopeId })).trailBrokenAt).toBeNull();
  },
);

test("delayed is no end: it may fail later, and both are on record", async () => {
  const { ctx, envelopeId, mail } = await mailed();
  await expect
    .poll(async () => (await deliveryOf(ctx, envelopeId))?.state, { timeout: 30_000 })
    .toBe("accepted");
  for (let hour = 0; hour < 3; hour++)
    expect(await bring(mail.returnPath, gmailReport(mail, "delayed"))).toBeNull();
  expect(await deliveryOf(ctx, envelopeId)).toMatchObject({ state: "delayed", cause: "unreachable" });
  expect(await entriesOf(ctx, envelopeId, "mail.delayed")).toHaveLength(1);
  expect(await bring(mail.returnPath, gmailReport(mail, "failed", "4.4.1"))).toBeNull();
  expect(await deliveryOf(ctx, envelopeId)).toMatchObject({ state: "bounced", cause: "unreachable" });
});

test("forged and foreign reports change nothing", async () => {
  const { ctx, envelopeId, mail } = await mailed();
  await expect
    .poll(async () => (await deliveryOf(ctx, envelopeId))?.state, { timeout: 30_000 })
    .toBe("accepted");
  const report = postfixReport(mail);
  const guessed = mail.returnPath.replace(/\+.{4}/, "+aaaa");
  expect(await bring(guessed, report)).toBe(550);
  expect(await bring("returns@mail.example.com", report)).toBe(550);
  expect(await bring("victim@elsewhere.example", report)).toBe(550);
  expect(await bring(mail.returnPath, report, "eve@evil.example")).toBe(550);
  expect(await bring(mail.returnPath, `${report}${"x".repeat(3_000_000)}`)).toBe(552);
  // Taken, as machines may answer; and nothing comes of it.
  expect(await bring(mail.returnPath, vacationAnswer(mail))).toBeNull();
  expect(
    await bring(mail.returnPath, postfixReport({ ...mail, messageId: "<other@example.com>" })),
  ).toBeNull();
  expect(await bring(mail.returnPath, report.replace("Action: failed", "Action: delivered"))).toBeNull();
  expect(await bring(mail.returnPath, "\u0000\r\n".repeat(2_000))).toBeNull();
  const nested = `Content-Type: multipart/report; boundary=b\r\n\r\n${"--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n".repeat(5_000)}`;
  expect(await bring(mail.returnPath, nested)).toBeNull();
  expect((await deliveryOf(ctx, envelopeId))!.state).toBe("accepted");
  // A month later no server still tries.
  await product()
    .admin`update mail_returns set sent_at = now() - interval '31 days' where envelope_id = ${envelopeId}`;
  expect(await bring(mail.returnPath, report)).toBe(550);
});

test("corrected, the mail to the new address counts; what comes back of the old one is kept and changes nothing", async () => {
  const { ctx, envelopeId, mail } = await mailed();
  const { people: now, message, reminderHours } = await getCorrection(ctx, { envelopeId });
  const [{ id, name, phone, check, order }] = now as [(typeof now)[number]];
  const person = { id, name, phone, check, order, email: "ana.new@example.com" };
  await correctEnvelope(ctx, { envelopeId, message, reminderHours, people: [person] });
  await nextMail("ana.new@example.com");
  await expect
    .poll(async () => (await entriesOf(ctx, envelopeId, "mail.delivered")).length, { timeout: 30_000 })
    .toBe(2);
  expect(await bring(mail.returnPath, postfixReport(mail))).toBeNull();
  expect(await deliveryOf(ctx, envelopeId)).toMatchObject({ state: "accepted" });
  expect(await entriesOf(ctx, envelopeId, "mail.bounced")).toHaveLength(1);
  expect((await listContacts(ctx, {})).map(({ lost }) => lost)).toEqual([null]);
});

test("no reminder goes to an address whose mail came back: its sender is told, once, until it is corrected", async () => {
  const { ctx, envelopeId, mail } = await mailed();
  await expect
    .poll(async () => (await deliveryOf(ctx, envelopeId))?.state, { timeout: 30_000 })
    .toBe("accepted");
  expect(await bring(mail.returnPath, postfixReport(mail))).toBeNull();
  const sender = ctx.actor.kind === "member" ? ctx.actor.email : "";
  await nextMail(sender);
  const { organizationId } = ctx;
  const clock = (hours: number) =>
    createContext(
      { ...product().runtime, now: () => new Date(Date.now() + hours * 3_600_000) },
      { organizationId, actor: { kind: "system", job: "schedule" } },
    );
  expect(await remindDue(clock(49))).toBe(0);
  expect(await remindDue(clock(98))).toBe(0);
  expect(await entriesOf(ctx, envelopeId, "recipient.reminder-held")).toHaveLength(1);
  expect(await entriesOf(ctx, envelopeId, "recipient.reminded")).toHaveLength(0);
  await nextMail(sender);
  expect(mails.filter(({ to }) => to === sender)).toHaveLength(2);
  const before = (await getEnvelope(ctx, { envelopeId })).recipients[0]!;
  expect(before.reminderHeldAt).toBeInstanceOf(Date);
  expect(await refusalOf(remindRecipient(after(ctx, 1), { envelopeId, recipientId: before.id }))).toBe(
    "envelopes/address-came-back",
  );
  const byRule = inTransaction(clock(3), (ctx) => remindByRule(ctx, { envelopeId, ruleId: "018f" }));
  expect(await refusalOf(byRule)).toBe("envelopes/reminded-just-now");

  const { people: now, message, reminderHours } = await getCorrection(ctx, { envelopeId });
  const [{ id, name, phone, check, order }] = now as [(typeof now)[number]];
  const person = { id, name, phone, check, order, email: "ana.right@example.com" };
  await correctEnvelope(ctx, { envelopeId, message, reminderHours, people: [person] });
  await nextMail("ana.right@example.com");
  await expect
    .poll(async () => (await deliveryOf(ctx, envelopeId))?.state, { timeout: 30_000 })
    .toBe("accepted");
  expect(await remindDue(clock(49))).toBe(1);
}, 120_000);

test("where a mailbox was full, the sender reminds by hand, and the clock goes on", async () => {
  const { ctx, envelopeId, mail } = await mailed();
  await expect
    .poll(async () => (await deliveryOf(ctx, envelopeId))?.state, { timeout: 30_000 })
    .toBe("accepted");
  expect(await bring(mail.returnPath, exchangeReport(mail))).toBeNull();
  const clock = createContext(
    { ...product().runtime, now: () => new Date(Date.now() + 49 * 3_600_000) },
    { organizationId: ctx.organizationId, actor: { kind: "system", job: "schedule" } },
  );
  expect(await remindDue(clock)).toBe(0);
  const recipientId = (await getEnvelope(ctx, { envelopeId })).recipients[0]!.id;
  await remindRecipient(after(ctx, 1), { envelopeId, recipientId });
  await nextMail(addressOf("Ana Ruiz"));
  expect((await getEnvelope(ctx, { envelopeId })).recipients[0]!.reminderHeldAt).toBeNull();
});

const after = (ctx: Context, hours: number): Context =>
  createContext(
    { ...ctx.runtime, now: () => new Date(Date.now() + hours * 3_600_000) },
    { organizationId: ctx.organizationId, actor: ctx.actor },
  );
