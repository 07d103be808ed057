import { expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import type { Context } from "#lib/context.ts";
import { getDraft } from "#lib/envelopes/get-draft.ts";
import { getEnvelope } from "#lib/envelopes/get-envelope.ts";
import { saveDraft } from "#lib/envelopes/save-draft.ts";
import { sendEnvelope } from "#lib/envelopes/send-envelope.ts";
import { download } from "#lib/evidence/download.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { inFolder, run } from "#lib/pdf/testing.ts";
import { newDraft, personWith, sent, sign, until } from "#lib/signing/testing.ts";

const product = testProduct({ runsJobs: true });
const PHONE = "+15125550117";
const textsTo = async (ctx: Context) => {
  const rows = await product().admin`select to_address, text from outbox_mails
    where organization_id = ${ctx.organizationId} and to_address = ${PHONE} order by created_at, id`;
  return rows.map(({ text }) => text as string);
};
const typesOf = async (ctx: Context, id: EnvelopeId) => (await readChain(ctx, id)).entries;

test("who has only a telephone is asked, signs and is told of the end by text message", async () => {
  const ctx = await (await product().newOrganization()).member("sender");
  const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz", phone: PHONE, hasNoMail: true }]);
  await expect.poll(() => textsTo(ctx), { timeout: 30_000 }).toHaveLength(1);
  const [invited] = await textsTo(ctx);
  expect(invited).toContain("Lease 12B");
  const token = /\/sign\/([\w-]+)/.exec(invited!)![1]!;
  await sign(await personWith(ctx, token));
  const done = await until(ctx, envelopeId, ({ state }) => state === "completed");
  expect(done.recipients[0]!.email).toBe(PHONE);
  await expect.poll(() => textsTo(ctx), { timeout: 30_000 }).toHaveLength(2);
  expect((await textsTo(ctx))[1]).toMatch(/\/sign\//);
  const events = await typesOf(ctx, envelopeId);
  expect(events.filter(({ type }) => type === "mail.refused")).toEqual([]);
  const own = (await getEnvelope(ctx, { envelopeId })).certificates.find(({ subject }) =>
    subject.includes("Ana Ruiz"),
  );
  const [row] = await product().admin`select der from certificates where id = ${own!.id}`;
  expect(Buffer.from(row!.der).includes(`tel:${PHONE}`)).toBe(true);
  const { bytes } = await download(ctx, { envelopeId, wanted: { kind: "audit-trail" } });
  const pdf = new Uint8Array(await new Response(bytes).arrayBuffer());
  const words = inFolder((at) => run("pdftotext", ["-layout", at("trail.pdf", pdf), "-"]).text);
  expect(words).toMatch(new RegExp(`Telephone\\s+\\${PHONE}`));
  expect(words.replaceAll(/\s+/g, " ")).toContain("whoever has the telephone can open the link");
  expect(words.replaceAll(/\s+/g, " ")).not.toContain("can open the mailbox");
  expect(words).toContain("SMS link");
  expect(words).not.toContain("E-mail link");
  const methods = events.flatMap(({ actor }) => (actor.kind === "recipient" ? [actor.method] : []));
  expect(new Set(methods)).toEqual(new Set(["sms-link"]));
});

test("without a mailbox and a number, or asked for a code by mail, nobody is sent anything", async () => {
  const ctx = await (await product().newOrganization()).member("sender");
  const draft = await newDraft(ctx, [{ name: "Ana Ruiz", hasNoMail: true }]);
  const recipientId = draft.content.recipients[0]!.id;
  expect((await getDraft(ctx, draft)).blockers).toEqual([{ code: "email-missing", recipientId }]);
  let version = draft.version;
  const blockersWith = async (change: object) => {
    const recipients = draft.content.recipients.map((one) => ({ ...one, ...change }));
    ({ version } = await saveDraft(ctx, { ...draft, version, content: { ...draft.content, recipients } }));
    return (await getDraft(ctx, draft)).blockers.map(({ code }) => code);
  };
  expect(await blockersWith({ phone: PHONE, check: "email-code" })).toEqual(["email-missing"]);
  expect(await blockersWith({ phone: "12" })).toEqual(["phone-wrong"]);
  expect(await refusalOf(sendEnvelope(ctx, { ...draft, version }))).toBe("envelopes/not-ready");
  expect(await blockersWith({ phone: PHONE })).toEqual([]);
});
