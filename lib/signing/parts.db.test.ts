import { expect, test } from "vitest";
import { contract, refusalOf, testProduct } from "#db/testing.ts";
import { type Context, createContext } from "#lib/context.ts";
import { readOutbox } from "#lib/delivery/read-outbox.ts";
import { addDocument } from "#lib/envelopes/add-document.ts";
import { cloneEnvelope } from "#lib/envelopes/clone-envelope.ts";
import type { DraftContent } from "#lib/envelopes/core/draft.ts";
import { arrangePages } from "#lib/envelopes/documents/arrange-pages.ts";
import { getDraft } from "#lib/envelopes/get-draft.ts";
import { giveMoreTime } from "#lib/envelopes/give-more-time.ts";
import { lapsePeople } from "#lib/envelopes/lapse-people.ts";
import { pageImage } from "#lib/envelopes/page-image.ts";
import { remindRecipient } from "#lib/envelopes/remind-recipient.ts";
import { removeDocument } from "#lib/envelopes/remove-document.ts";
import { saveDraft } from "#lib/envelopes/save-draft.ts";
import { sendEnvelope } from "#lib/envelopes/send-envelope.ts";
import { download } from "#lib/evidence/download.ts";
import { type DocumentId, type EnvelopeId, uuidV7 } from "#lib/ids.ts";
import { inFolder, run } from "#lib/pdf/testing.ts";
import { askForLink } from "./ask-for-link.ts";
import { delegate } from "./delegate.ts";
import { openCeremony } from "./open-ceremony.ts";
import { linkFor, newDraft, personWith, sent, sign, until } from "./testing.ts";

const product = testProduct({ runsJobs: true });
const owner = async () => (await product().newOrganization()).member("owner");
const open = async (ctx: Context, envelopeId: EnvelopeId, name: string) =>
  personWith(ctx, await linkFor(ctx, envelopeId, name));
const system = (ctx: Context) =>
  createContext(ctx.runtime, {
    organizationId: ctx.organizationId,
    actor: { kind: "system", job: "time" },
  });

async function* streamOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** A draft of Ana and Ben with a second document, which is kept from Ben; Ana has a field in it. */
async function withSecret(ctx: Context, change: (content: DraftContent, secret: DocumentId) => DraftContent) {
  const { envelopeId, document, content } = await newDraft(
    ctx,
    [{ name: "Ana Ruiz" }, { name: "Ben Okafor" }],
    "parallel",
  );
  const secret = await addDocument(ctx, { envelopeId, name: "side-letter.pdf" }, streamOf(contract()));
  const [ana, ben] = content.recipients as [DraftContent["recipients"][0], DraftContent["recipients"][0]];
  const own = content.fields.find(({ recipientId, type }) => recipientId === ana.id && type === "text")!;
  const id = uuidV7(Date.now(), ctx.runtime.random(10));
  const next: DraftContent = {
    ...content,
    recipients: [ana, { ...ben, hiddenDocuments: [secret.id] }],
    fields: [...content.fields, { ...own, id, documentId: secret.id, label: "Secret sum", isRequired: true }],
  };
  const changed = change(next, secret.id);
  const saved = await saveDraft(ctx, { envelopeId, version: secret.version, content: changed });
  return { ...saved, envelopeId, content: changed, lease: document.id, secret: secret.id, secretField: id };
}

const same = (content: DraftContent): DraftContent => content;

async function bytesOf(ctx: Context, envelopeId: EnvelopeId, documentId: DocumentId) {
  const wanted = { kind: "document", documentId, variant: "current" } as const;
  const { bytes } = await download(ctx, { envelopeId, wanted });
  return new Uint8Array(await new Response(bytes).arrayBuffer());
}

const signersIn = (pdf: Uint8Array): string[] =>
  inFolder((file) => run("pdfsig", [file("sealed.pdf", pdf)]).text)
    .matchAll(/Signer Certificate Common Name: (.*)/g)
    .map(([, name]) => name!)
    .toArray();

test("a document that is kept from somebody is nowhere on their side, nor in what they sign, and the trail says so", async () => {
  const ctx = await owner();
  const { envelopeId, version, lease, secret } = await withSecret(ctx, same);
  await sendEnvelope(ctx, { envelopeId, version });
  const ben = await open(ctx, envelopeId, "Ben Okafor");
  const view = await openCeremony(ben);
  expect(view.documents.map(({ id }) => id)).toEqual([lease]);
  expect(JSON.stringify(view)).not.toMatch(/side-letter|Secret sum/);
  const look = { documentId: secret, revision: 1, page: 0, widthPx: 800 } as const;
  expect(await refusalOf(pageImage(ben, look))).toBe("envelopes/document-not-found");
  expect(await refusalOf(bytesOf(ben, envelopeId, secret))).toBe("evidence/not-found");

  // Whoever takes Ben's place is shown what Ben was.
  await delegate(ben, { name: "Cy Clerk", email: "cy.clerk@example.com", reason: "On leave" });
  const cy = await open(ctx, envelopeId, "Cy Clerk");
  expect((await openCeremony(cy)).documents.map(({ id }) => id)).toEqual([lease]);
  await sign(cy);
  const ana = await open(ctx, envelopeId, "Ana Ruiz");
  expect((await openCeremony(ana)).documents).toHaveLength(2);
  await sign(ana);
  const done = await until(ctx, envelopeId, ({ state }) => state === "completed", 60_000);
  expect(signersIn(await bytesOf(ctx, envelopeId, lease))).toEqual(
    expect.arrayContaining(["Ana Ruiz", "Cy Clerk"]),
  );
  const kept = signersIn(await bytesOf(ctx, envelopeId, secret));
  expect(kept).toContain("Ana Ruiz");
  expect(kept).not.toContain("Cy Clerk");
  const byCy = done.trail.find(({ type, data }) => type === "recipient.signed" && data.name === "Cy Clerk")!;
  expect((byCy.data.shown as { documentId: string }[]).map(({ documentId }) => documentId)).toEqual([lease]);

  // At the end they get what they signed, and not what tells of everything.
  const after = await open(ctx, envelopeId, "Cy Clerk");
  expect((await bytesOf(after, envelopeId, lease)).length).toBeGreaterThan(1_000);
  expect(await refusalOf(bytesOf(after, envelopeId, secret))).toBe("evidence/not-found");
  const trail = { kind: "audit-trail" } as const;
  expect(await refusalOf(download(after, { envelopeId, wanted: trail }))).toBe("evidence/not-found");
  await download(await open(ctx, envelopeId, "Ana Ruiz"), { envelopeId, wanted: trail });
}, 180_000);

test("nobody is shown another document because the database was changed behind the trail", async () => {
  const ctx = await owner();
  const { envelopeId, version } = await withSecret(ctx, same);
  await sendEnvelope(ctx, { envelopeId, version });
  const ben = await open(ctx, envelopeId, "Ben Okafor");
  await product().admin`update recipients set hidden_documents = '{}' where envelope_id = ${envelopeId}`;
  await sign(ben);
  await until(ctx, envelopeId, ({ waitingFor }) => waitingFor === "signing/not-as-recorded");
}, 60_000);

test("what cannot be while a document is kept from somebody stops the draft", async () => {
  const ctx = await owner();
  const codesOf = async (change: Parameters<typeof withSecret>[1]) =>
    (await withSecret(ctx, change)).blockers.map(({ code }) => code);
  expect(await codesOf(same)).toEqual([]);
  const keeping = (all: (content: DraftContent) => readonly string[]) => (content: DraftContent) => ({
    ...content,
    recipients: content.recipients.map((one) =>
      one.name === "Ben Okafor" ? { ...one, hiddenDocuments: [...all(content)] } : one,
    ),
  });
  const everything = keeping(({ fields }) => [...new Set(fields.map(({ documentId }) => documentId))]);
  expect(await codesOf(everything)).toEqual(expect.arrayContaining(["hides-every-document", "field-hidden"]));
  const follows = (content: DraftContent): DraftContent => {
    const secret = content.fields.at(-1)!;
    const ben = content.recipients[1]!.id;
    const target = content.fields.find(({ recipientId, type }) => recipientId === ben && type === "text")!;
    const id = uuidV7(Date.now(), ctx.runtime.random(10));
    const tests = [{ fieldId: secret.id, operator: "filled" as const, value: "" }];
    return {
      ...content,
      rules: [{ id, effect: "show", targets: [target.id], tests, combine: "all", value: "" }],
    };
  };
  expect(await codesOf(follows)).toContain("depends-on-hidden");
});

test("what a kept document becomes stays kept, in the draft and in copies of it", async () => {
  const ctx = await owner();
  const { envelopeId, version, lease, secret } = await withSecret(ctx, same);
  const hidden = async (id: EnvelopeId) => {
    const { content, documents } = await getDraft(ctx, { envelopeId: id });
    const ids = content.recipients.find(({ name }) => name === "Ben Okafor")!.hiddenDocuments ?? [];
    return ids.map((one) => documents.find((document) => document.id === one)?.name);
  };
  expect(await hidden(await cloneEnvelope(ctx, { envelopeId }))).toEqual(["side-letter.pdf"]);
  const page = { documentId: secret, page: 0, turn: 90 as const };
  const plan = [{ keeps: lease }, { name: "turned.pdf", pages: [page] }];
  const arranged = await arrangePages(ctx, { envelopeId, version, plan });
  expect(await hidden(envelopeId)).toEqual(["turned.pdf"]);
  const replaced = await addDocument(
    ctx,
    { envelopeId, name: "newer.pdf", replaces: arranged.made[1]! },
    streamOf(contract()),
  );
  expect(await hidden(envelopeId)).toEqual(["newer.pdf"]);
  // An old window knows the document that is gone: nobody is shown the new one by that.
  const { content } = await getDraft(ctx, { envelopeId });
  const recipients = content.recipients.map((one) =>
    one.name === "Ben Okafor" ? { ...one, hiddenDocuments: [secret] } : one,
  );
  const input = { envelopeId, version: replaced.version, content: { ...content, recipients } };
  expect(await refusalOf(saveDraft(ctx, input))).toBe("envelopes/hidden-document-gone");
  await removeDocument(ctx, { envelopeId, documentId: replaced.id });
  expect(await hidden(envelopeId)).toEqual([]);
});

test("whose own time is over loses the link while the others go on, and gets more from the sender alone", async () => {
  const ctx = await owner();
  const { envelopeId, version, content } = await newDraft(
    ctx,
    [{ name: "Ana Ruiz" }, { name: "Ben Okafor" }],
    "parallel",
  );
  const [ana, ben] = content.recipients;
  const recipients = [{ ...ana!, answerDays: 3 }, ben!];
  const saved = await saveDraft(ctx, { envelopeId, version, content: { ...content, recipients } });
  await sendEnvelope(ctx, { envelopeId, version: saved.version });
  const link = await linkFor(ctx, envelopeId, "Ana Ruiz");
  const { expiresAt } = await openCeremony(await personWith(ctx, link));
  expect(Math.round((expiresAt!.getTime() - Date.now()) / 86_400_000)).toBe(3);
  const more = (days: number) => giveMoreTime(ctx, { envelopeId, recipientId: ana!.id, days });
  expect(await refusalOf(more(2))).toBe("envelopes/no-more-time");
  const forBen = giveMoreTime(ctx, { envelopeId, recipientId: ben!.id, days: 2 });
  expect(await refusalOf(forBen)).toBe("envelopes/no-own-time");
  expect(await lapsePeople(system(ctx))).toBe(0);

  await product().admin`update recipients set due_at = now() - interval '1 minute' where id = ${ana!.id}`;
  expect(await lapsePeople(system(ctx))).toBe(1);
  expect(await lapsePeople(system(ctx))).toBe(0);
  const late = await personWith(ctx, link);
  expect((await openCeremony(late)).status).toBe("expired");
  expect(await refusalOf(sign(late))).toMatch(/link-ended|not-under-way/);
  expect(await refusalOf(remindRecipient(ctx, { envelopeId, recipientId: ana!.id }))).toBe(
    "envelopes/own-time-over",
  );
  expect(await askForLink(late)).toBe("sender-asked");
  const subject = "Ana Ruiz did not act on “Lease 12B” in time";
  const isTold = async () => ((await readOutbox(ctx)) ?? []).some((mail) => mail.subject === subject);
  await expect.poll(isTold, { timeout: 20_000 }).toBe(true);
  await sign(await open(ctx, envelopeId, "Ben Okafor"));

  await more(5);
  const isReminded = async () =>
    ((await readOutbox(ctx)) ?? []).some((mail) => mail.subject.startsWith("Reminder"));
  await expect.poll(isReminded, { timeout: 20_000 }).toBe(true);
  await sign(await open(ctx, envelopeId, "Ana Ruiz"));
  const { trail } = await until(ctx, envelopeId, ({ state }) => state === "completed", 60_000);
  const types = trail.map(({ type }) => type);
  expect(types).toContain("recipient.lapsed");
  expect(types).toContain("recipient.extended");
}, 120_000);

test("a day that is over before anybody is asked stops the draft", async () => {
  const ctx = await owner();
  const { envelopeId, version, content } = await newDraft(ctx, [{ name: "Ana Ruiz" }]);
  const recipients = [{ ...content.recipients[0]!, answerUntil: "2020-01-01T00:00:00Z" }];
  const { blockers } = await saveDraft(ctx, { envelopeId, version, content: { ...content, recipients } });
  expect(blockers.map(({ code }) => code)).toEqual(["answer-time-over"]);
});

test("for whom somebody signs stands below the signature and in the trail, and in no certificate", async () => {
  const ctx = await owner();
  const { envelopeId, version, content, document } = await newDraft(ctx, [{ name: "Ana Ruiz" }]);
  const recipients = [{ ...content.recipients[0]!, onBehalfOf: "Acme Holding" }];
  const tight = await saveDraft(ctx, { envelopeId, version, content: { ...content, recipients } });
  expect(tight.blockers.map(({ code }) => code)).toEqual(["signature-too-small"]);
  const fields = content.fields.map((field) =>
    field.type === "signature" ? { ...field, y: 0.4, height: 0.08 } : field,
  );
  const input = { envelopeId, version: tight.version, content: { ...content, recipients, fields } };
  const saved = await saveDraft(ctx, input);
  await sendEnvelope(ctx, { envelopeId, version: saved.version });
  const ana = await open(ctx, envelopeId, "Ana Ruiz");
  expect((await openCeremony(ana)).me.onBehalfOf).toBe("Acme Holding");
  await sign(ana);
  const done = await until(ctx, envelopeId, ({ state }) => state === "completed", 60_000);
  const act = done.trail.find(({ type }) => type === "recipient.signed")!;
  expect(act.data.onBehalfOf).toBe("Acme Holding");
  const pdf = await bytesOf(ctx, envelopeId, document.id);
  const text = inFolder((file) => run("pdftotext", [file("sealed.pdf", pdf), "-"]).text);
  expect(text.replaceAll(/\s+/g, " ")).toContain("Signed by Ana Ruiz for Acme Holding");
  const report = inFolder((file) => run("pdfsig", [file("sealed.pdf", pdf)]).text);
  expect(report).toContain("Signer Certificate Common Name: Ana Ruiz");
  expect(report.match(/full Distinguished Name: .*/gi)?.join() ?? "").not.toContain("Acme");
  const wanted = { kind: "audit-trail" } as const;
  const { bytes } = await download(ctx, { envelopeId, wanted });
  const trail = new Uint8Array(await new Response(bytes).arrayBuffer());
  expect(inFolder((file) => run("pdftotext", [file("trail.pdf", trail), "-"]).text)).toContain(
    "Acme Holding",
  );
}, 90_000);

test("a draft without people of a part of their own is sent as before", async () => {
  const ctx = await owner();
  const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }]);
  const { trail } = await until(ctx, envelopeId, ({ state }) => state === "sent");
  const [person] = trail.find(({ type }) => type === "envelope.sent")!.data.recipients as object[];
  expect(Object.keys(person!)).not.toEqual(expect.arrayContaining(["notShown"]));
});
