import { expect, test } from "vitest";
import { jobsLeft, refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { fromBase64Url, sha256 } from "#lib/bytes.ts";
import { type Context, createContext, type WorkerContext } from "#lib/context.ts";
import { saveDraft } from "#lib/envelopes/save-draft.ts";
import { sendEnvelope } from "#lib/envelopes/send-envelope.ts";
import { inviteMember } from "#lib/identity/invite-member.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { decline } from "#lib/signing/decline.ts";
import { addressOf, linkFor, newDraft, personWith, sent, sign, until } from "#lib/signing/testing.ts";
import { openOutboxMail, readOutbox } from "./read-outbox.ts";
import { tellOutcome } from "./tell-outcome.ts";
import { tellRecipient } from "./tell-recipient.ts";

const product = testProduct({ runsJobs: true });
const sender = async () => (await product().newOrganization()).member("sender");
const BOTH = [{ name: "Ana Ruiz" }, { name: "Ben Okafor" }];

interface Mail {
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}
const mailsOf = async ({ organizationId }: Context) =>
  (await product().admin`select id, to_address as to, subject, html, text from outbox_mails
    where organization_id = ${organizationId} order by created_at, id`) as unknown as Mail[];
const tokensIn = (text: string) => [...text.matchAll(/\/sign\/([\w-]{43})/g)].map(([, token]) => token!);
const quiet = () => expect.poll(() => jobsLeft(product()), { timeout: 30_000 }).toBe(0);
const system = ({ organizationId }: Context): WorkerContext =>
  createContext(product().runtime, { organizationId, actor: { kind: "system", job: "a test" } });

async function completed(ctx: Context, people = BOTH) {
  const draft = await sent(ctx, people);
  for (const { name } of people)
    await sign(await personWith(ctx, await linkFor(ctx, draft.envelopeId, name)));
  await until(ctx, draft.envelopeId, ({ state }) => state === "completed");
  await quiet();
  return draft;
}

/** One that several tests look at and none changes. */
let known: Promise<{ ctx: Context } & Awaited<ReturnType<typeof completed>>> | null = null;
function completedOnce() {
  known ??= sender().then(async (ctx) => ({ ctx, ...(await completed(ctx)) }));
  return known;
}

test("from invitation to completion, each mail says what it must to whom it must", async () => {
  const ctx = await sender();
  const { envelopeId } = await completed(ctx, BOTH);
  const mails = await mailsOf(ctx);
  const owner = ctx.actor.kind === "member" ? ctx.actor.email : "";
  expect(mails.map(({ to, subject }) => `${to}: ${subject}`).sort()).toEqual(
    [
      "ana.ruiz@example.com: Olivia sender asks you to sign “Lease 12B”",
      "ben.okafor@example.com: Olivia sender asks you to sign “Lease 12B”",
      "ana.ruiz@example.com: Completed: “Lease 12B”",
      "ben.okafor@example.com: Completed: “Lease 12B”",
      `${owner}: Completed: “Lease 12B”`,
    ].sort(),
  );
  const invitation = mails.find(({ to, subject }) => to.startsWith("ana") && subject.includes("asks"))!;
  for (const words of [
    "Olivia sender writes:",
    "As discussed.",
    "The link works until",
    "This link is yours alone",
  ])
    expect(invitation.text).toContain(words);
  expect(invitation.text).toMatch(/Document WH-[0-9A-Z]{4}-[0-9A-Z]{4}\./);
  const toSender = mails.find(({ to }) => to === owner)!;
  expect(tokensIn(toSender.text)).toEqual([]);
  expect(toSender.text).toContain(`/envelopes/env_${envelopeId.replaceAll("-", "")}`);
});

test("a signing link stands in the mail to its own recipient and nowhere else", async () => {
  const { ctx } = await completedOnce();
  const mails = await mailsOf(ctx);
  const { admin } = product();
  const found = mails.flatMap((mail) => tokensIn(mail.text).map((token) => ({ mail, token })));
  expect(found.length).toBeGreaterThanOrEqual(4);
  for (const { mail, token } of found) {
    const [row] =
      await admin`select r.email from recipient_tokens t join recipients r on r.id = t.recipient_id
      where t.token_sha256 = ${Buffer.from(sha256(fromBase64Url(token)))}`;
    expect(row!.email).toBe(mail.to);
    expect(mails.filter(({ html, text }) => `${html}${text}`.includes(token)).map(({ id }) => id)).toEqual([
      mail.id,
    ]);
    expect(mail.subject).not.toContain(token);
  }
  const tables = await admin`select schemaname as schema, tablename as name from pg_tables
    where schemaname in ('public', 'pgboss') and tablename <> 'outbox_mails'`;
  for (const { schema, name } of tables) {
    const rows = await admin`select t::text as text from ${admin(schema)}.${admin(name)} t`;
    const all = rows.map(({ text }) => text).join("\n");
    for (const { token } of found) expect(all.includes(token), `${name} holds a link`).toBe(false);
  }
});

test("names, titles and messages are words in a mail and never markup", async () => {
  const ctx = await sender();
  const draft = await newDraft(ctx, [{ name: "Ana Ruiz" }]);
  const title = `<img src=x onerror=alert(1)> & "{sender}" <b>{title}</b> '{'`;
  const message = "</p><script>alert(2)</script>\r\n<a href='https://evil.example'>click</a>";
  const recipients = draft.content.recipients.map((person) => ({ ...person, name: "<s>Ana</s> & Co" }));
  await product()
    .admin`update accounts set name = '<i>Olivia</i>' where id = ${ctx.actor.kind === "member" ? ctx.actor.accountId : ""}`;
  const { version } = await saveDraft(ctx, {
    ...draft,
    content: { ...draft.content, title, message, recipients },
  });
  await sendEnvelope(ctx, { ...draft, version });
  await expect.poll(async () => (await mailsOf(ctx)).length, { timeout: 20_000 }).toBe(1);
  const [invitation] = await mailsOf(ctx);
  const person = await personWith(ctx, tokensIn(invitation!.text)[0]!);
  await decline(person, { reason: "<u>No</u> {reason}" });
  await quiet();
  const mails = await mailsOf(ctx);
  expect(mails).toHaveLength(3);
  for (const { html, subject } of mails) {
    expect(html.replaceAll(/<!--.*?-->/gs, "")).not.toMatch(
      /<(img|script|b|i|s|u)[\s>]|href=.https:\/\/evil/,
    );
    expect(subject).not.toMatch(/[\r\n]/);
  }
  expect(invitation!.subject).toBe(`<i>Olivia</i> asks you to sign “${title}”`);
  expect(invitation!.html).toContain("&lt;script&gt;alert(2)&lt;/script&gt;");
  expect(invitation!.text).toContain(
    "</p><script>alert(2)</script>\n<a href='https://evil.example'>click</a>",
  );
  expect(mails.some(({ text }) => text.includes("<u>No</u> {reason}"))).toBe(true);
});

test("the reason for declining goes to the sender and not to the others", async () => {
  const ctx = await sender();
  const { envelopeId } = await sent(ctx, BOTH, "parallel");
  await linkFor(ctx, envelopeId, "Ben Okafor");
  await decline(await personWith(ctx, await linkFor(ctx, envelopeId, "Ana Ruiz")), {
    reason: "Rent too high",
  });
  await quiet();
  const told = (await mailsOf(ctx)).filter(({ subject }) => subject.startsWith("Declined"));
  expect(told.filter(({ text }) => text.includes("Rent too high")).map(({ to }) => to)).toEqual([
    ctx.actor.kind === "member" ? ctx.actor.email : "",
  ]);
  expect(told).toHaveLength(3);
});

test("people who share an address get a mail each, and so does a sender who signs", async () => {
  const ctx = await sender();
  const own = ctx.actor.kind === "member" ? ctx.actor.email : "";
  const draft = await newDraft(ctx, BOTH, "parallel");
  const recipients = draft.content.recipients.map((person) => ({ ...person, email: own }));
  const { version } = await saveDraft(ctx, { ...draft, content: { ...draft.content, recipients } });
  await sendEnvelope(ctx, { ...draft, version });
  await expect.poll(async () => (await mailsOf(ctx)).length, { timeout: 20_000 }).toBe(2);
  for (const { text } of await mailsOf(ctx)) await sign(await personWith(ctx, tokensIn(text)[0]!));
  await until(ctx, draft.envelopeId, ({ state }) => state === "completed");
  await quiet();
  const told = (await mailsOf(ctx)).filter(({ subject }) => subject.startsWith("Completed"));
  expect(told).toHaveLength(3);
  expect(new Set(told.flatMap(({ text }) => tokensIn(text))).size).toBe(2);
});

test("an event that is followed again mails nobody again and makes no link", async () => {
  const { ctx, envelopeId, content } = await completedOnce();
  const state = async () => ({
    mails: (await mailsOf(ctx)).length,
    links: (
      await product().admin`select 1 from recipient_tokens where organization_id = ${ctx.organizationId}`
    ).length,
    events: (await readChain(ctx, envelopeId)).entries.length,
  });
  const before = await state();
  const { entries } = await readChain(ctx, envelopeId);
  const eventId = (type: string) => entries.find((entry) => entry.type === type)!.id;
  await tellOutcome(system(ctx), {
    eventId: eventId("envelope.completed"),
    envelopeId,
    outcome: "completed",
  });
  const input = { envelopeId, recipientId: content.recipients[0]!.id as never, isReminder: false };
  await tellRecipient(system(ctx), { ...input, eventId: eventId("recipient.invited") });
  expect(await state()).toEqual(before);
});

test("nobody is asked to sign what was voided or signed meanwhile", async () => {
  const { ctx, envelopeId, content } = await completedOnce();
  const before = (await mailsOf(ctx)).length;
  const input = { envelopeId, recipientId: content.recipients[0]!.id as never, isReminder: true };
  await tellRecipient(system(ctx), { ...input, eventId: crypto.randomUUID() });
  expect(await mailsOf(ctx)).toHaveLength(before);
});

test("a new member is told by whom and where, with a link that names no password", async () => {
  const owner = await (await product().newOrganization()).member("owner");
  await inviteMember(owner, { name: "<b>Ben</b>", email: "ben.new@example.com", role: "viewer" });
  await expect.poll(async () => (await mailsOf(owner)).length, { timeout: 20_000 }).toBe(1);
  const [mail] = await mailsOf(owner);
  expect(mail).toMatchObject({ to: "ben.new@example.com" });
  expect(mail!.text).toContain("Olivia owner added you to Organization");
  expect(mail!.text).toMatch(/\/sign-in\/link\/[\w-]{43}/);
});

test("the outbox lists without what mails say; each one opened stands in the trail, without its link", async () => {
  const organization = await product().newOrganization();
  const [ctx, admin] = [await organization.member("sender"), await organization.member("admin")];
  const { envelopeId } = await sent(ctx, BOTH);
  const token = await linkFor(ctx, envelopeId, "Ana Ruiz");
  const [entry] = (await readOutbox(admin))!.filter(({ toAddress }) => toAddress === addressOf("Ana Ruiz"));
  expect(entry).toMatchObject({ envelopeId });
  expect(JSON.stringify(entry)).not.toContain(token);
  const opened = async () =>
    (await readChain(admin, envelopeId)).entries.filter(({ type }) => type === "outbox.opened");
  const before = (await opened()).length;
  expect((await openOutboxMail(admin, { mailId: entry!.id })).text).toContain(token);
  expect(await opened()).toHaveLength(before + 1);
  expect(JSON.stringify((await opened()).at(-1))).not.toContain(token);
  expect(await refusalOf(openOutboxMail(ctx, { mailId: entry!.id }))).toBe("authorize/not-allowed");
  expect(await refusalOf(openOutboxMail(admin, { mailId: "nothing" }))).toBe("delivery/not-found");
  expect(await refusalOf(openOutboxMail(admin, { mailId: "\u0000" }))).toBe("delivery/not-found");
  expect(await opened()).toHaveLength(before + 1);
});

test("with a mail server set no mail is shown any more, and with a provider of text messages no outbox", async () => {
  const organization = await product().newOrganization();
  const [ctx, owner] = [await organization.member("sender"), await organization.member("owner")];
  const { envelopeId } = await sent(ctx, BOTH);
  await linkFor(ctx, envelopeId as EnvelopeId, "Ana Ruiz");
  const [mail] = await mailsOf(owner);
  const mailSettings = { host: "mail.example.com" } as never;
  for (const [settings, shown] of [
    [{ mail: mailSettings }, []],
    [{ mail: mailSettings, sms: { kind: "twilio" } as never }, null],
  ] as const) {
    const runtime = { ...owner.runtime, config: { ...owner.runtime.config, ...settings } };
    expect(await readOutbox({ ...owner, runtime })).toEqual(shown);
    expect(await refusalOf(openOutboxMail({ ...owner, runtime }, { mailId: mail!.id }))).toBe(
      "delivery/not-found",
    );
  }
});

test("a mail that cannot be kept is tried again, and its link stands in no job meanwhile", async () => {
  const { admin } = product();
  await admin`alter table outbox_mails add constraint full_disk check (false) not valid`;
  const ctx = await sender();
  const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }]);
  const failed = () =>
    admin`select output::text as output from pgboss.job where output::text like '%outbox_mails%'`;
  await expect.poll(async () => (await failed()).length, { timeout: 20_000 }).toBeGreaterThan(0);
  for (const { output } of await failed()) expect(output).not.toMatch(/\/sign\/|ana\.ruiz|Lease/);
  await admin`alter table outbox_mails drop constraint full_disk`;
  await linkFor(ctx, envelopeId, "Ana Ruiz");
  expect(await mailsOf(ctx)).toHaveLength(1);
});
