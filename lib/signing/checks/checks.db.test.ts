import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { startTwilioDouble, type TwilioDouble } from "#lib/adapters/testing/twilio-double.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import type { Context } from "#lib/context.ts";
import { openOutboxMail, readOutbox } from "#lib/delivery/read-outbox.ts";
import { getCorrection } from "#lib/envelopes/get-correction.ts";
import { pageImage } from "#lib/envelopes/page-image.ts";
import { sendEnvelope } from "#lib/envelopes/send-envelope.ts";
import { setAccessCode } from "#lib/envelopes/set-access-code.ts";
import { download } from "#lib/evidence/download.ts";
import type { RecipientId } from "#lib/ids.ts";
import { AUTHENTICATION_POLICIES } from "#lib/pki/core/certificates/profiles.ts";
import { hotp, timeStep } from "../core/totp.ts";
import { correctEnvelope } from "../correction/correct-envelope.ts";
import { openCeremony } from "../open-ceremony.ts";
import { linkFor, newDraft, sent, sign, type TestRecipient, until } from "../testing.ts";
import { beginEnrollment } from "./begin-enrollment.ts";
import { extendSession } from "./extend-session.ts";
import { openCheck } from "./open-check.ts";
import { passCheck } from "./pass-check.ts";
import { requestCode } from "./request-code.ts";
import { resetAuthenticator } from "./reset-authenticator.ts";
import {
  type Asked,
  browser,
  codeTo,
  fromBase32,
  heldBy,
  later,
  passByCode,
  settled,
  typesOf,
  wrongFor,
} from "./testing-checks.ts";

let twilio: TwilioDouble;
beforeAll(async () => {
  twilio = await startTwilioDouble();
});
afterAll(() => twilio.close());

const product = testProduct({ runsJobs: true });
const withTwilio = testProduct({
  runsJobs: true,
  settings: async () => {
    twilio ??= await startTwilioDouble();
    const { accountSid, authToken, from, url } = twilio;
    return {
      ...{ TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: authToken },
      ...{ TWILIO_FROM: from, TWILIO_API_URL: url },
    };
  },
});

/** Somebody with a link who is asked to show who they are. */
async function asked(person: Omit<TestRecipient, "name">, on = product): Promise<Asked> {
  const ctx = await (await on().newOrganization()).member("owner");
  const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz", ...person }]);
  return heldBy(ctx, envelopeId);
}

test("before the check nothing is shown: no ceremony, no page, no file", async () => {
  const { ctx, envelopeId, holder } = await asked({ check: "email-code" });
  expect(holder.actor.kind).toBe("link-holder");
  expect(await refusalOf(openCeremony(holder))).toBe("authorize/not-a-recipient");
  const { id: documentId } = (await until(ctx, envelopeId, () => true)).documents[0]!;
  const page = { documentId, revision: 1, page: 0, widthPx: 800 } as const;
  expect(await refusalOf(pageImage(holder, page))).toMatch(/^authorize\//);
  const wanted = { kind: "document", documentId, variant: "current" } as const;
  expect(await refusalOf(download(holder, { envelopeId, wanted }))).toMatch(/^authorize\//);
  const view = await openCheck(holder);
  expect(view).toMatchObject({ method: "email-code", goesTo: "a•••@example.com", code: { state: "none" } });
  expect(JSON.stringify(view)).not.toContain("ana.ruiz@example.com");
});

test("a mailed code lets in once, into the browser that gave it, and stands in certificate and evidence", async () => {
  const { ctx, envelopeId, token, holder } = await asked({ check: "email-code" });
  await requestCode(holder);
  expect(await settled(holder)).toMatchObject({ state: "sent", failure: null });
  const code = await codeTo(ctx, "ana.ruiz@example.com");
  expect(await refusalOf(passCheck(holder, { code: wrongFor(code) }))).toBe("signing/check-failed");
  const session = await passCheck(holder, { code: ` ${code.slice(0, 3)} ${code.slice(3)}` });
  expect(await refusalOf(passCheck(holder, { code }))).toBe("signing/check-failed");

  expect((await browser(ctx, token)).actor.kind).toBe("link-holder");
  expect((await browser(ctx, token, `${session.slice(0, -2)}AA`)).actor.kind).toBe("link-holder");
  const other = await linkFor(
    ctx,
    (await sent(ctx, [{ name: "Ana Ruiz", check: "email-code" }])).envelopeId,
    "Ana Ruiz",
  );
  expect((await browser(ctx, other, session)).actor.kind).toBe("link-holder");

  const ana = await browser(ctx, token, session);
  await sign(ana);
  await until(ctx, envelopeId, ({ state }) => state === "completed");
  const { entries } = await readChain(ctx, envelopeId);
  const signed = entries.find(({ type }) => type === "recipient.signed")!;
  expect(signed.data.authentication).toMatchObject({ methods: ["link", "email-code"] });
  expect(signed.actor.method).toBe("email-code");
  const [row] = await product()
    .admin`select der from certificates where envelope_id = ${envelopeId} and kind = 'signer'`;
  const told = execFileSync("openssl", ["x509", "-inform", "der", "-noout", "-ext", "certificatePolicies"], {
    ...{ input: row!.der, encoding: "utf8" },
  });
  expect([...told.matchAll(/Policy: ([\d.]+)/g)].map(([, policy]) => policy)).toEqual([
    AUTHENTICATION_POLICIES.link,
    AUTHENTICATION_POLICIES["email-code"],
  ]);
  const bodies = await product().admin`select body from audit_events where envelope_id = ${envelopeId}`;
  expect(bodies.some(({ body }) => body.includes(code))).toBe(false);
  const [check] = await product().admin`select code_hash from recipient_checks`;
  expect(check!.code_hash).toBeNull();
});

const recipientOf = ({ actor }: Context) => (actor.kind === "link-holder" ? actor.recipientId : "");

test("the right code by a link that ended in the meantime shows nothing of the one who comes instead", async () => {
  const { ctx, envelopeId, holder } = await asked({ check: "email-code" });
  await requestCode(holder);
  await settled(holder);
  const code = await codeTo(ctx, "ana.ruiz@example.com");
  // Whose link it is was asked before: it ends while the code is on its way here.
  await product()
    .admin`update recipient_tokens set ended_at = now() where recipient_id = ${recipientOf(holder)}`;
  expect(await refusalOf(passCheck(holder, { code }))).toBe("authorize/link-ended");
  const { entries } = await readChain(ctx, envelopeId);
  expect(entries.map(({ type }) => type)).not.toContain("check.passed");
});

test("a code that went to a number that was wrong says nothing once the number is corrected", async () => {
  const { ctx, envelopeId, holder, token } = await asked({ check: "sms-code", phone: "+15125550117" });
  await requestCode(holder);
  await settled(holder);
  const code = await codeTo(ctx, "+15125550117");
  const { message, reminderHours, people } = await getCorrection(ctx, { envelopeId });
  const [ana] = people.map(({ id, name, email, check, order }) => ({
    ...{ id, name, email, check, order, phone: "+15125550188" },
  }));
  await correctEnvelope(ctx, { envelopeId, message, reminderHours, people: [ana!] });
  await expect.poll(() => linkFor(ctx, envelopeId, "Ana Ruiz"), { timeout: 30_000 }).not.toBe(token);
  const now = await heldBy(ctx, envelopeId);
  expect(await refusalOf(passCheck(now.holder, { code }))).toBe("signing/check-failed");
  // Nobody waits for what was asked before.
  const session = await passByCode(now, "+15125550188");
  expect((await browser(ctx, now.token, session)).actor).toMatchObject({ checked: [{ method: "sms-code" }] });
});

test("of two hundred who give the right code at once, one gets in", async () => {
  const { ctx, envelopeId, holder } = await asked({ check: "email-code" });
  await requestCode(holder);
  await settled(holder);
  const code = await codeTo(ctx, "ana.ruiz@example.com");
  const tries = await Promise.all(
    Array.from({ length: 200 }, (_, index) => {
      const request = { ip: `198.51.100.${index + 1}`, userAgent: "a test" };
      return refusalOf(passCheck({ ...holder, request }, { code }));
    }),
  );
  expect(tries.filter((refusal) => refusal === undefined)).toHaveLength(1);
  expect((await typesOf(ctx, envelopeId)).filter((type) => type === "check.passed")).toHaveLength(1);
  const sessions = await product()
    .admin`select from recipient_sessions s join recipients r on r.id = s.recipient_id
    where r.envelope_id = ${envelopeId}`;
  expect(sessions).toHaveLength(1);
});

test("five wrong tries end a code, twenty a day end trying, and nothing tells which of them were near", async () => {
  const { ctx, envelopeId, holder } = await asked({ check: "email-code" });
  expect(await refusalOf(passCheck(holder, { code: "000000" }))).toBe("signing/check-failed");
  await requestCode(holder);
  await settled(holder);
  const code = await codeTo(ctx, "ana.ruiz@example.com");
  for (let count = 0; count < 5; count++)
    expect(await refusalOf(passCheck(holder, { code: wrongFor(code) }))).toBe("signing/check-failed");
  expect(await refusalOf(passCheck(holder, { code }))).toBe("signing/check-failed");
  for (let count = 7; count < 20; count++)
    expect(await refusalOf(passCheck(holder, { code }))).toBe("signing/check-failed");
  expect(await refusalOf(passCheck(holder, { code }))).toBe("identity/too-many-tries");
  const types = await typesOf(ctx, envelopeId);
  expect(types.filter((type) => type === "check.passed")).toEqual([]);
  expect(types).toContain("check.locked");
});

test("a code is too late after ten minutes, and void once another is asked for", async () => {
  const { ctx, holder } = await asked({ check: "email-code" });
  await requestCode(holder);
  await settled(holder);
  expect(await refusalOf(requestCode(holder))).toBe("signing/code-just-sent");
  const first = await codeTo(ctx, "ana.ruiz@example.com");
  expect(await refusalOf(passCheck(later(holder, 10 * 60_000 + 1_000), { code: first }))).toBe(
    "signing/check-failed",
  );
  await product().admin`update recipient_checks set requested_at = requested_at - interval '1 minute'
    where recipient_id = ${(holder.actor as { recipientId: string }).recipientId}`;
  await requestCode(holder);
  await settled(holder);
  const second = await codeTo(ctx, "ana.ruiz@example.com");
  if (first !== second)
    expect(await refusalOf(passCheck(holder, { code: first }))).toBe("signing/check-failed");
  await passCheck(holder, { code: second });
});

test("ten codes a day and no more, and one network does not have many sent", async () => {
  const { holder } = await asked({ check: "email-code" });
  const { recipientId } = holder.actor as { recipientId: RecipientId };
  const forget = () =>
    product().admin`update recipient_checks set requested_at = null where recipient_id = ${recipientId}`;
  for (let count = 0; count < 10; count++) {
    expect(await refusalOf(requestCode(holder))).toBeUndefined();
    await forget();
  }
  expect(await refusalOf(requestCode(holder))).toBe("identity/too-many-tries");
  const { holder: other } = await asked({ check: "email-code" });
  const from = (ip: string) => ({ ...other, request: { ip, userAgent: "a test" } });
  await product().admin`insert into rate_limits (key, window_start, count)
    values ('code-network:2001:db8:1:2::/64', date_trunc('hour', now()), 60)`;
  expect(await refusalOf(requestCode(from("2001:db8:1:2:ffff::9")))).toBe("identity/too-many-tries");
  expect(await refusalOf(requestCode(from("2001:db8:1:3::9")))).toBeUndefined();
});

test("an access code is set by the sender, mailed to nobody, and asked for", async () => {
  const ctx = await (await product().newOrganization()).member("owner");
  const draft = await newDraft(ctx, [{ name: "Ana Ruiz", check: "access-code" }]);
  const recipientId = draft.content.recipients[0]!.id;
  expect(await refusalOf(sendEnvelope(ctx, draft))).toBe("envelopes/not-ready");
  const give = (code: string) => setAccessCode(ctx, { envelopeId: draft.envelopeId, recipientId, code });
  expect(await refusalOf(give("1111111"))).toBe("envelopes/access-code-weak");
  await give("K7MW-4PXQ");
  await sendEnvelope(ctx, draft);
  const { holder, token, envelopeId } = await heldBy(ctx, draft.envelopeId);
  expect(await refusalOf(requestCode(holder))).toBe("signing/code-not-asked");
  for (let count = 0; count < 5; count++)
    expect(await refusalOf(passCheck(holder, { code: "K7MW4PXR" }))).toBe("signing/check-failed");
  expect(await refusalOf(passCheck(holder, { code: "K7MW4PXQ" }))).toBe("signing/check-locked");
  const session = await passCheck(later(holder, 16 * 60_000), { code: "k7mw 4pxq" });
  expect((await browser(ctx, token, session)).actor).toMatchObject({ checked: [{ method: "access-code" }] });
  for (const { id } of (await readOutbox(ctx))!)
    expect((await openOutboxMail(ctx, { mailId: id })).text).not.toMatch(/K7MW/i);
  const [kept] = await product()
    .admin`select code_hash from recipient_access_codes where recipient_id = ${recipientId}`;
  expect(kept!.code_hash).toMatch(/^\$argon2id\$/);
  const bodies = await product().admin`select body from audit_events where envelope_id = ${envelopeId}`;
  expect(bodies.some(({ body }) => /K7MW/i.test(body))).toBe(false);
});

test("an app is set up after a code by mail and its codes count once, also for the next document", async () => {
  const first = await asked({ check: "authenticator" });
  const { ctx, token, envelopeId } = first;
  expect(await openCheck(first.holder)).toMatchObject({ method: "email-code", of: "authenticator" });
  expect(await refusalOf(beginEnrollment(first.holder))).toBe("signing/code-not-asked");
  const mailed = await passByCode(first);
  const holder = await browser(ctx, token, mailed);
  expect(holder.actor).toMatchObject({ kind: "link-holder", checked: [{ method: "email-code" }] });
  expect(await openCheck(holder)).toMatchObject({ method: "authenticator", shown: ["email-code"] });
  await beginEnrollment(holder);
  await beginEnrollment(holder);
  const { secret, uri, qr } = (await openCheck(holder)).enrollment!;
  expect(uri).toContain(`secret=${secret}`);
  expect(qr!.length).toBeGreaterThan(20);
  const seed = fromBase32(secret);
  const code = hotp(seed, timeStep(new Date()));
  const session = await passCheck(holder, { code });
  expect(await refusalOf(passCheck(holder, { code }))).toBe("signing/check-failed");
  expect((await browser(ctx, token, mailed)).actor.kind).toBe("link-holder");
  await sign(await browser(ctx, token, session));
  expect(await typesOf(ctx, envelopeId)).toContain("authenticator.enrolled");
  const signed = (await readChain(ctx, envelopeId)).entries.find(({ type }) => type === "recipient.signed")!;
  expect(signed.data.authentication).toMatchObject({ methods: ["link", "email-code", "authenticator"] });

  const next = await heldBy(
    ctx,
    (await sent(ctx, [{ name: "Ana Ruiz", check: "authenticator" }])).envelopeId,
  );
  expect(await openCheck(next.holder)).toMatchObject({ method: "authenticator", enrollment: null });
  expect(await refusalOf(passCheck(next.holder, { code }))).toBe("signing/check-failed");
  const now = Date.now();
  // A telephone whose clock is an hour off makes codes that do not count, and is told of it beside the field.
  const hourOff = { code: hotp(seed, timeStep(new Date(now + 3_600_000))) };
  expect(await refusalOf(passCheck(next.holder, hourOff))).toBe("signing/check-failed");
  await passCheck(later(next.holder, 31_000), { code: hotp(seed, timeStep(new Date(now + 31_000))) });
  const [row] = await product().admin`select sealed from authenticators order by created_at desc`;
  expect(Buffer.from(row!.sealed).includes(Buffer.from(seed))).toBe(false);

  const { recipientId } = next.holder.actor as { recipientId: RecipientId };
  const stranger = await (await product().newOrganization()).member("owner");
  const reset = (who: Context) => resetAuthenticator(who, { envelopeId: next.envelopeId, recipientId });
  expect(await refusalOf(reset(stranger))).toBe("signing/not-found");
  await reset(ctx);
  const lost = { code: hotp(seed, timeStep(new Date(Date.now() + 61_000))) };
  expect(await refusalOf(passCheck(later(next.holder, 61_000), lost))).toBe("signing/check-failed");
  const anew = await browser(ctx, next.token, await passByCode(next));
  await beginEnrollment(anew);
  expect((await openCheck(anew)).enrollment!.secret).not.toBe(secret);
  expect(await typesOf(ctx, next.envelopeId)).toContain("authenticator.reset");
});

test("what was shown in one browser counts in no other, and ends when it turns up there", async () => {
  const first = await asked({ check: "email-code" });
  const { ctx, token, envelopeId } = first;
  const session = await passByCode(first);
  expect((await browser(ctx, token, session)).actor.kind).toBe("recipient");
  const thief = { ip: "198.51.100.9", userAgent: "another browser" };
  expect((await browser(ctx, token, session, thief)).actor.kind).toBe("link-holder");
  expect((await browser(ctx, token, session)).actor.kind).toBe("link-holder");
  const { entries } = await readChain(ctx, envelopeId);
  const noted = entries.filter(({ type }) => type === "check.withdrawn");
  expect(noted).toHaveLength(1);
  expect(noted[0]!.actor).toMatchObject({ kind: "recipient", ip: "198.51.100.9" });
});

test("what a browser has shown ends after four hours by our clock, whatever its own says", async () => {
  const first = await asked({ check: "email-code" });
  const session = await passByCode(first);
  const at = (ms: number) => ({
    ...first.ctx,
    runtime: { ...first.ctx.runtime, now: () => new Date(Date.now() + ms) },
  });
  expect((await browser(at(3.9 * 3_600_000), first.token, session)).actor.kind).toBe("recipient");
  expect((await browser(at(4.1 * 3_600_000), first.token, session)).actor.kind).toBe("link-holder");
});

test("who says in time that they go on, goes on for four hours, and never beyond twenty; it is on record", async () => {
  const first = await asked({ check: "email-code" });
  const session = await passByCode(first);
  const hours = (count: number) => ({
    ...first.ctx,
    runtime: { ...first.ctx.runtime, now: () => new Date(Date.now() + count * 3_600_000) },
  });
  const stay = async (count: number) => extendSession(await browser(hours(count), first.token, session));
  for (const at of [3.9, 7.8, 11.7, 15.6]) await stay(at);
  expect((await browser(hours(19.5), first.token, session)).actor.kind).toBe("recipient");
  const last = await stay(19);
  expect(last.getTime() - Date.now()).toBeLessThan(20 * 3_600_000);
  expect(await refusalOf(stay(19.5))).toBe("signing/session-ended");
  expect((await browser(hours(20.1), first.token, session)).actor.kind).toBe("link-holder");
  expect(await refusalOf(stay(20.1))).toBe("authorize/check-missing");
  const { entries } = await readChain(first.ctx, first.envelopeId);
  expect(entries.filter(({ type }) => type === "check.extended")).toHaveLength(5);

  const unchecked = await asked({});
  expect(await refusalOf(extendSession(await browser(unchecked.ctx, unchecked.token)))).toBe(
    "signing/session-ended",
  );
});

test("who was forwarded a link learns nothing and sets up nothing, whether the person is known or not", async () => {
  const known = await asked({ check: "second-factor" });
  const holder = await browser(known.ctx, known.token, await passByCode(known));
  await beginEnrollment(holder);
  const { secret } = (await openCheck(holder)).enrollment!;
  await passCheck(holder, { code: hotp(fromBase32(secret), timeStep(new Date())) });
  const unknown = await asked({ check: "second-factor" });
  const tries = [known.holder, unknown.holder].map((ctx) => refusalOf(passCheck(ctx, { code: "123456" })));
  expect(await Promise.all(tries)).toEqual(["signing/check-failed", "signing/check-failed"]);
  expect(await refusalOf(beginEnrollment(unknown.holder))).toBe("signing/code-not-asked");
  expect((await openCheck(unknown.holder)).enrollment).toBeNull();
  const guess = Buffer.alloc(32, 7).toString("base64url");
  expect(await refusalOf(browser(known.ctx, guess))).toBe("signing/not-found");
});

test("without a provider a text message lands in the outbox", async () => {
  const { ctx, holder } = await asked({ check: "sms-code", phone: "+351 912 345 678" });
  expect((await openCheck(holder)).goesTo).toBe("+3\u00a0•••\u00a078");
  await requestCode(holder);
  await settled(holder);
  await passCheck(holder, { code: await codeTo(ctx, "+351912345678") });
});

test("a provider brings the code; when it fails the person is told, and asks again", async () => {
  const { ctx, envelopeId, holder } = await asked({ check: "sms-code", phone: "+15125550117" }, withTwilio);
  twilio.fail({ status: 503 });
  await requestCode(holder);
  expect(await settled(holder)).toMatchObject({ state: "failed", failure: "sms/unavailable" });
  await withTwilio().admin`update recipient_checks set requested_at = requested_at - interval '1 minute'`;
  await requestCode(holder);
  expect(await settled(holder)).toMatchObject({ state: "sent" });
  const { to, text } = twilio.messages.at(-1)!;
  expect(to).toBe("+15125550117");
  expect(text).toMatch(/^\d{6} is your code for “Lease 12B”[\s\S]*\n@localhost #\d{6}$/);
  await passCheck(holder, { code: text.slice(-6) });
  const types = await typesOf(ctx, envelopeId);
  expect(types).toEqual(expect.arrayContaining(["code.refused", "code.sent", "check.passed"]));

  twilio.block("+15125550142", 21610);
  const refused = await asked({ check: "sms-code", phone: "+15125550142" }, withTwilio);
  await requestCode(refused.holder);
  expect(await settled(refused.holder)).toMatchObject({ state: "failed", failure: "sms/refused" });
});
