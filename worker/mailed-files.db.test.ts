import { once } from "node:events";
import type { AddressInfo } from "node:net";
import PostalMime, { type Email } from "postal-mime";
import { SMTPServer } from "smtp-server";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { sha256, toHex } from "#lib/bytes.ts";
import { type Context, createContext, type WorkerContext } from "#lib/context.ts";
import { tellOutcome } from "#lib/delivery/tell-outcome.ts";
import { download, type Wanted } from "#lib/evidence/download.ts";
import { changeOrganization } from "#lib/identity/change-organization.ts";
import { type EnvelopeId, uuidV7 } from "#lib/ids.ts";
import { openssl } from "#lib/pki/core/testing.ts";
import { addressOf, personWith, sent, sign, until } from "#lib/signing/testing.ts";

interface Received {
  readonly to: string;
  readonly mail: Email;
}
const received: Received[] = [];
const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ["AUTH", "STARTTLS"],
  onData(stream, { envelope }, done) {
    Array.fromAsync(stream)
      .then(async (pieces) => {
        const mail = await PostalMime.parse(Buffer.concat(pieces), { attachmentEncoding: "arraybuffer" });
        received.push({ to: envelope.rcptTo[0]!.address, mail });
        done();
      })
      .catch(done);
  },
});
const product = testProduct({
  runsJobs: true,
  settings: async () => {
    server.listen(0, "127.0.0.1");
    await once(server.server, "listening");
    return {
      ...{ SMTP_HOST: "127.0.0.1", SMTP_PORT: String((server.server.address() as AddressInfo).port) },
      ...{ SMTP_SECURITY: "none", SMTP_FROM: "Whereof <sign@example.com>" },
    };
  },
});
afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())));

const ANA = addressOf("Ana Ruiz");
const BEN = addressOf("Ben Okafor");
let owner: Context & { readonly actor: { readonly kind: "member"; readonly email: string } };
let worker: WorkerContext;
let envelopeId: EnvelopeId;

const settle = (mailsDocuments: boolean | undefined, asksReasonFor: readonly "download"[] = []) =>
  changeOrganization(owner, {
    ...{ paper: "a4", fileNamePattern: "{title} {kind} {name} {serial}", printsMarginId: false },
    ...{ asksReasonFor: [...asksReasonFor], ...(mailsDocuments === undefined ? {} : { mailsDocuments }) },
  });

async function linkMailedTo(address: string): Promise<string> {
  const mail = await vi.waitFor(
    () => {
      const found = received.find(({ to, mail }) => to === address && mail.subject?.includes("asks you"));
      if (!found) throw new Error(`no invitation to ${address}`);
      return found.mail;
    },
    { timeout: 60_000 },
  );
  return /\/sign\/([\w-]+)/.exec(mail.text!)![1]!;
}

const completions = () => received.filter(({ mail }) => mail.subject?.startsWith("Completed"));

/** The mails that tell of the completion once more, as an event of its own would have them sent. */
async function toldAgain(): Promise<ReadonlyMap<string, Email>> {
  const from = received.length;
  const eventId = uuidV7(Date.now(), worker.runtime.random(10));
  await tellOutcome(worker, { eventId, envelopeId, outcome: "completed" });
  return new Map(received.slice(from).map(({ to, mail }) => [to, mail]));
}

const filesIn = (mail: Email | undefined) =>
  mail!.attachments.map(({ filename, mimeType, content }) => ({
    ...{ filename, mimeType, content: new Uint8Array(content as ArrayBuffer) },
  }));

async function downloaded(wanted: Wanted): Promise<Uint8Array> {
  const { bytes } = await download(owner, { envelopeId, wanted });
  return new Uint8Array(await new Response(bytes).arrayBuffer());
}

beforeAll(async () => {
  owner = (await (await product().newOrganization()).member("owner")) as typeof owner;
  const { organizationId } = owner;
  worker = createContext(product().runtime, { organizationId, actor: { kind: "system", job: "a test" } });
  const draft = await sent(owner, [{ name: "Ana Ruiz" }, { name: "Ben Okafor" }]);
  envelopeId = draft.envelopeId;
  for (const address of [ANA, BEN]) await sign(await personWith(owner, await linkMailedTo(address)));
  await until(owner, envelopeId, ({ state }) => state === "completed");
  await vi.waitUntil(() => completions().length === 3, { timeout: 60_000 });
}, 180_000);

test("carries nothing unless the organization wants it to", () => {
  expect(completions()).toHaveLength(3);
  for (const { mail } of completions()) {
    expect(mail.attachments).toEqual([]);
    expect(mail.text).not.toContain("attached");
  }
});

test("carries the signed PDF, the audit trail and every certificate, as they are downloaded", async () => {
  await settle(true);
  const told = await toldAgain();
  expect([...told.keys()].sort()).toEqual([ANA, BEN, owner.actor.email].sort());
  const [document] = await product().admin`select id from documents where envelope_id = ${envelopeId}`;
  const certificates = await product().admin`select der, serial from certificates
    where envelope_id = ${envelopeId} or (kind = 'seal' and organization_id = ${owner.organizationId})`;
  const current = { kind: "document", documentId: document!.id, variant: "current" } as const;
  const [pdf, trail] = [await downloaded(current), await downloaded({ kind: "audit-trail" })];
  for (const mail of told.values()) {
    expect(mail.text).toContain("The signed PDF, the audit trail and the certificates are attached.");
    const files = filesIn(mail);
    expect(files[0]).toMatchObject({ mimeType: "application/pdf", filename: "Lease 12B signed.pdf" });
    expect(Buffer.compare(files[0]!.content, pdf)).toBe(0);
    expect(files[1]).toMatchObject({ mimeType: "application/pdf", filename: "Lease 12B audit trail.pdf" });
    expect(Buffer.compare(files[1]!.content, trail)).toBe(0);
    const mailed = files.slice(2).map(({ content }) => toHex(content));
    expect(mailed.toSorted()).toEqual(certificates.map(({ der }) => toHex(der)).toSorted());
    expect(new Set(files.map(({ filename }) => filename)).size).toBe(files.length);
    const names = files
      .slice(2)
      .map(({ content }) =>
        openssl(["x509", "-inform", "DER", "-in", "one.cer", "-noout", "-subject"], { "one.cer": content }),
      );
    expect(names.join("\n")).toMatch(/Ana Ruiz[\s\S]*Ben Okafor/);
  }
  const { entries } = await readChain(owner, envelopeId);
  const last = entries.filter(({ type }) => type === "mail.delivered").slice(-3);
  for (const { data } of last) expect((data.attached as string[])[0]).toBe(toHex(sha256(pdf)));
});

test("carries nothing to whoever shows more than a mailbox, nor to a sender who gives reasons", async () => {
  await settle(true, ["download"]);
  const { admin } = product();
  await admin`update recipients set check_method = 'email-code'
    where envelope_id = ${envelopeId} and email = ${ANA}`;
  const told = await toldAgain();
  expect(filesIn(told.get(ANA))).toEqual([]);
  expect(told.get(ANA)!.text).not.toContain("attached");
  expect(filesIn(told.get(BEN)).length).toBeGreaterThan(2);
  expect(filesIn(told.get(owner.actor.email))).toEqual([]);
  await admin`update recipients set check_method = 'none' where envelope_id = ${envelopeId}`;
  await settle(true);
});

test("carries nothing of an envelope with health data or sensitive answers", async () => {
  const { admin } = product();
  const none = async () => {
    const told = await toldAgain();
    expect(told.size).toBe(3);
    for (const mail of told.values()) expect(mail.attachments).toEqual([]);
  };
  await admin`update documents set holds_health = true where envelope_id = ${envelopeId}`;
  await none();
  await admin`update documents set holds_health = false where envelope_id = ${envelopeId}`;
  const [field] = await admin`select id, settings from fields where envelope_id = ${envelopeId} limit 1`;
  await admin`update fields set settings = settings || '{"isSensitive": true}' where id = ${field!.id}`;
  await none();
  await admin`update fields set settings = ${admin.json(field!.settings)} where id = ${field!.id}`;
  expect((await toldAgain()).get(BEN)!.attachments.length).toBeGreaterThan(2);
});

test("says where the files are when they are too large together", async () => {
  const { admin } = product();
  const resize = (by: number) =>
    admin.begin(async (sql) => {
      await sql`alter table document_revisions disable trigger user`;
      await sql`update document_revisions set size_bytes = size_bytes + ${by} where document_id in
      (select id from documents where envelope_id = ${envelopeId})`;
      await sql`alter table document_revisions enable trigger user`;
    });
  await resize(11 * 1024 * 1024);
  const told = await toldAgain();
  for (const mail of told.values()) {
    expect(mail.attachments).toEqual([]);
    expect(mail.text).toContain("The files are too large for a mail. The button leads to all of them.");
  }
  await resize(-11 * 1024 * 1024);
});
