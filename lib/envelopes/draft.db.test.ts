import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { contract, refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { fromLatin1 } from "#lib/bytes.ts";
import type { Context } from "#lib/context.ts";
import { changeOrganization, getOrganization } from "#lib/identity/change-organization.ts";
import { type EnvelopeId, uuidV7 } from "#lib/ids.ts";
import { newDraft, sent } from "#lib/signing/testing.ts";
import { addDocument } from "./add-document.ts";
import { createEnvelope } from "./create-envelope.ts";
import { deleteDraft } from "./delete-draft.ts";
import { getDraft } from "./get-draft.ts";
import { getEnvelope } from "./get-envelope.ts";
import { listEnvelopes } from "./list-envelopes.ts";
import { removeDocument } from "./remove-document.ts";
import { saveDraft } from "./save-draft.ts";
import { sendEnvelope } from "./send-envelope.ts";

const product = testProduct();
const sender = async () => (await product().newOrganization()).member("sender");
const ANA = [{ name: "Ana Ruiz" }];
const newId = () => uuidV7(Date.now(), product().runtime.random(10));
const typesOf = async (ctx: Context, envelopeId: EnvelopeId) =>
  (await readChain(ctx, envelopeId)).entries.map(({ type }) => type);
/** How many files are kept for an envelope. */
const filesOf = (ctx: Context, envelopeId: EnvelopeId): number => {
  const folder = path.join(product().folder, "files/org", ctx.organizationId, "envelopes", envelopeId);
  return existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length
    : 0;
};

async function* inPieces(bytes: Uint8Array, size = bytes.length): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const upload = (ctx: Context, envelopeId: EnvelopeId, bytes = contract(), name = "lease.pdf") =>
  addDocument(ctx, { envelopeId, name }, inPieces(bytes));

test("a draft is created, filled, saved and sent, and each step stands in its trail", async () => {
  const ctx = await sender();
  const { envelopeId, document, version, content } = await newDraft(ctx, ANA);
  expect(await getDraft(ctx, { envelopeId })).toMatchObject({ version, content, blockers: [] });
  await sendEnvelope(ctx, { envelopeId, version });
  expect(await typesOf(ctx, envelopeId)).toEqual([
    ...["envelope.created", "document.added", "envelope.edited", "envelope.sent"],
  ]);
  expect(await refusalOf(saveDraft(ctx, { envelopeId, version, content }))).toBe("envelopes/not-a-draft");
  expect(await refusalOf(upload(ctx, envelopeId))).toBe("envelopes/not-a-draft");
  expect(await refusalOf(removeDocument(ctx, { envelopeId, documentId: document.id }))).toBe(
    "envelopes/not-a-draft",
  );
  expect(await refusalOf(deleteDraft(ctx, { envelopeId }))).toBe("envelopes/not-a-draft");
  expect(await refusalOf(getDraft(ctx, { envelopeId }))).toBe("envelopes/not-a-draft");
  expect(await typesOf(ctx, envelopeId)).toHaveLength(4);
});

test("it is open for as long as its sender said, and its people are reminded as often", async () => {
  const ctx = await sender();
  const { envelopeId, version, content } = await newDraft(ctx, ANA);
  const chosen = { ...content, expiryDays: 14, reminderHours: null };
  const saved = await saveDraft(ctx, { envelopeId, version, content: chosen });
  expect((await getDraft(ctx, { envelopeId })).content).toMatchObject({
    expiryDays: 14,
    reminderHours: null,
  });
  await sendEnvelope(ctx, { envelopeId, version: saved.version });
  const { expiresAt, sentAt } = await getEnvelope(ctx, { envelopeId });
  expect(expiresAt!.getTime() - sentAt!.getTime()).toBe(14 * 86_400_000);
  const { entries } = await readChain(ctx, envelopeId);
  expect(entries.find(({ type }) => type === "envelope.sent")?.data).toMatchObject({
    ...{ reminderHours: null, expiresAt: expiresAt!.toISOString() },
  });
  const { envelopeId: other, version: now, content: theirs } = await newDraft(ctx, ANA);
  for (const wrong of [{ expiryDays: 0 }, { expiryDays: 366 }, { reminderHours: 23 }])
    await expect(
      saveDraft(ctx, { envelopeId: other, version: now, content: { ...theirs, ...wrong } }),
    ).rejects.toThrow(z.ZodError);
});

test("a new draft begins with what its organization settled", async () => {
  const { member } = await product().newOrganization();
  const owner = await member("owner");
  const draftDefaults = { order: "parallel", expiryDays: 30, reminderHours: 72 } as const;
  const { settings } = await getOrganization(owner);
  const { paper, fileNamePattern, printsMarginId } = settings;
  await changeOrganization(owner, { paper, fileNamePattern, printsMarginId, draftDefaults });
  const ctx = await member("sender");
  const envelopeId = await createEnvelope(ctx, { title: "Lease" });
  expect((await getDraft(ctx, { envelopeId })).content).toMatchObject(draftDefaults);
});

test("sent many times at the same moment, it is sent once", async () => {
  const ctx = await sender();
  const draft = await newDraft(ctx, ANA);
  const codes = await Promise.all(Array.from({ length: 15 }, () => refusalOf(sendEnvelope(ctx, draft))));
  expect(codes.filter((code) => code === undefined)).toHaveLength(1);
  expect(new Set(codes)).toEqual(new Set([undefined, "envelopes/not-a-draft"]));
  expect((await typesOf(ctx, draft.envelopeId)).filter((type) => type === "envelope.sent")).toHaveLength(1);
});

test("of two windows that save one version, one saves and the other learns of it", async () => {
  const ctx = await sender();
  const { envelopeId, version, content } = await newDraft(ctx, ANA);
  const save = (title: string) =>
    refusalOf(saveDraft(ctx, { envelopeId, version, content: { ...content, title } }));
  const codes = await Promise.all([save("one"), save("other"), save("third")]);
  expect(codes.filter((code) => code === undefined)).toHaveLength(1);
  expect(codes.filter((code) => code === "envelopes/draft-changed")).toHaveLength(2);
  expect(await refusalOf(sendEnvelope(ctx, { envelopeId, version }))).toBe("envelopes/draft-changed");
  const saved = await getDraft(ctx, { envelopeId });
  expect(saved.version).toBe(version + 1);
  expect(saved.content.title).toBe(["one", "other", "third"][codes.indexOf(undefined)]);
});

test("sent while another window saves, it is sent as its sender saw it or not at all", async () => {
  const ctx = await sender();
  const draft = await newDraft(ctx, ANA);
  const content = { ...draft.content, title: "Changed" };
  const [saved, wasSent] = await Promise.all([
    refusalOf(saveDraft(ctx, { ...draft, content })),
    refusalOf(sendEnvelope(ctx, draft)),
  ]);
  expect([
    [undefined, "envelopes/draft-changed"],
    ["envelopes/not-a-draft", undefined],
  ]).toContainEqual([saved, wasSent]);
});

test("nothing is sent while anything blocks it, and nothing changes", async () => {
  const ctx = await sender();
  const { envelopeId, version, content } = await newDraft(ctx, ANA);
  const [ana] = content.recipients;
  const broken = [
    { title: "" },
    { recipients: [], fields: [] },
    { fields: [] },
    { recipients: [{ ...ana!, name: "" }] },
    { recipients: [{ ...ana!, email: "" }] },
    { recipients: [{ ...ana!, email: "ana@example.com, eve@example.com" }] },
    { recipients: [{ ...ana!, role: "approver" as const }] },
    { recipients: [{ ...ana!, name: "Ana \u{1F98A}\u{E000}" }] },
  ];
  let current = version;
  for (const change of broken) {
    current = (await saveDraft(ctx, { envelopeId, version: current, content: { ...content, ...change } }))
      .version;
    const before = await typesOf(ctx, envelopeId);
    expect(await refusalOf(sendEnvelope(ctx, { envelopeId, version: current })), JSON.stringify(change)).toBe(
      "envelopes/not-ready",
    );
    expect(await typesOf(ctx, envelopeId)).toEqual(before);
  }
  const empty = await createEnvelope(ctx, { title: "Empty" });
  expect(await refusalOf(sendEnvelope(ctx, { envelopeId: empty, version: 0 }))).toBe("envelopes/not-ready");
});

test("what nobody sees is not kept of a title, a message, names and labels", async () => {
  const ctx = await sender();
  const { envelopeId, version, content } = await newDraft(ctx, ANA);
  const typed = {
    ...content,
    title: "Lease\u0000 \u202eb21\u202c\r\nBcc: eve@example.com",
    message: "Dear Ana,\r\n\u0007as dis\u200bcussed\ud800.",
    recipients: content.recipients.map((person) => ({
      ...person,
      name: "Ana\u0000 \ufeffRuiz",
      email: " ANA\u200b@example.com",
    })),
    fields: content.fields.map((field) => ({ ...field, label: "Ren\u0000t\u2066" })),
  };
  await saveDraft(ctx, { envelopeId, version, content: typed });
  const saved = (await getDraft(ctx, { envelopeId })).content;
  expect(saved).toMatchObject({
    title: "Lease b21 Bcc: eve@example.com",
    message: "Dear Ana,\nas discussed.",
    recipients: [{ name: "Ana Ruiz", email: "ana@example.com" }],
  });
  expect(new Set(saved.fields.map(({ label }) => label))).toEqual(new Set(["Rent"]));
  const titled = await createEnvelope(ctx, { title: `\u0000${"🦊".repeat(150)}` });
  expect((await getDraft(ctx, { envelopeId: titled })).content.title).toBe("🦊".repeat(100));
});

test("more than an envelope holds is no input, and nothing changes", async () => {
  const ctx = await sender();
  const { envelopeId, version, content } = await newDraft(ctx, ANA);
  const [ana] = content.recipients;
  const [field] = content.fields;
  const many = (count: number) => Array.from({ length: count }, () => newId());
  const tooMuch = [
    { title: "x".repeat(201) },
    { message: "x".repeat(2_001) },
    { recipients: [{ ...ana!, name: "x".repeat(65) }], fields: [] },
    { fields: [{ ...field!, label: "x".repeat(121) }] },
    { fields: [{ ...field!, x: 0.9, width: 0.2 }] },
    { fields: [{ ...field!, width: 0 }] },
    { fields: [{ ...field!, x: Number.NaN }] },
    { fields: [{ ...field!, page: 1.5 }] },
    { recipients: [ana!, ana!], fields: [] },
    { fields: [field!, field!] },
  ];
  for (const change of tooMuch)
    await expect(
      saveDraft(ctx, { envelopeId, version, content: { ...content, ...change } }),
      JSON.stringify(change).slice(0, 80),
    ).rejects.toMatchObject({ name: "ZodError" });
  // These two are the operator's to settle, and are told in words.
  const saving = (change: object) =>
    saveDraft(ctx, { envelopeId, version, content: { ...content, ...change } });
  const people = many(51).map((id) => ({ ...ana!, id }));
  const code = (one: string) => ({ code: `envelopes/too-many-${one}` });
  await expect(saving({ recipients: people, fields: [] })).rejects.toMatchObject(code("recipients"));
  const fields = many(2_001).map((id) => ({ ...field!, id }));
  await expect(saving({ fields })).rejects.toMatchObject(code("fields"));
  expect(await getDraft(ctx, { envelopeId })).toMatchObject({ version, content });
});

test("as much as an envelope holds is saved", async () => {
  const ctx = await sender();
  const { envelopeId, version, content } = await newDraft(ctx, ANA);
  const recipients = Array.from({ length: 50 }, () => ({
    ...content.recipients[0]!,
    id: newId(),
    name: "x".repeat(64),
  }));
  const fields = Array.from({ length: 2_000 }, (_, index) => ({
    ...content.fields[0]!,
    ...{ id: newId(), recipientId: recipients[index % 50]!.id },
  }));
  const full = { ...content, title: "x".repeat(200), message: "x".repeat(2_000), recipients, fields };
  const saved = await saveDraft(ctx, { envelopeId, version, content: full });
  expect((await getDraft(ctx, { envelopeId })).content.fields).toHaveLength(2_000);
  expect(saved.blockers).toEqual([]);
});

test("fields and people of other envelopes are not taken over, one's own or a stranger's", async () => {
  const [ctx, stranger] = [await sender(), await sender()];
  const mine = await newDraft(ctx, ANA);
  for (const owner of [ctx, stranger]) {
    const other = await newDraft(owner, ANA);
    const before = await getDraft(owner, other);
    const stolen = [
      { recipients: other.content.recipients, fields: [] },
      { fields: [{ ...mine.content.fields[0]!, id: other.content.fields[0]!.id }] },
      { fields: [{ ...mine.content.fields[0]!, documentId: other.document.id }] },
      { fields: [{ ...mine.content.fields[0]!, recipientId: other.content.recipients[0]!.id }] },
      { fields: [{ ...mine.content.fields[0]!, page: 2 }] },
    ];
    for (const change of stolen) {
      const content = { ...mine.content, ...change };
      expect(
        await refusalOf(saveDraft(ctx, { ...mine, content })),
        JSON.stringify(change).slice(0, 60),
      ).toMatch(/^envelopes\/(field-not-on-page|id-taken)$/);
    }
    expect(await getDraft(owner, other)).toEqual(before);
    expect(await getDraft(ctx, mine)).toMatchObject({ version: mine.version, content: mine.content });
  }
});

test("a document is taken out of its own draft only", async () => {
  const ctx = await sender();
  const [one, other] = [await newDraft(ctx, ANA), await newDraft(ctx, ANA)];
  const input = { envelopeId: one.envelopeId, documentId: other.document.id };
  expect(await refusalOf(removeDocument(ctx, input))).toBe("envelopes/document-not-found");
  await removeDocument(ctx, { ...input, documentId: one.document.id });
  expect(await getDraft(ctx, one)).toMatchObject({ documents: [], content: { fields: [] } });
  expect(await refusalOf(removeDocument(ctx, { ...input, documentId: one.document.id }))).toBe(
    "envelopes/document-not-found",
  );
  expect((await typesOf(ctx, one.envelopeId)).at(-1)).toBe("document.removed");
});

test("a deleted draft is gone for everybody, and its trail stays", async () => {
  const ctx = await sender();
  const draft = await newDraft(ctx, ANA);
  await deleteDraft(ctx, draft);
  for (const verb of [getDraft, sendEnvelope, deleteDraft, saveDraft])
    expect(await refusalOf(verb(ctx, draft))).toBe("envelopes/not-found");
  expect((await listEnvelopes(ctx, {})).items).toEqual([]);
  expect((await typesOf(ctx, draft.envelopeId)).at(-1)).toBe("draft.deleted");
});

test.for([
  ["no PDF", "Dear Ana, please sign", "pdf/not-a-pdf"],
  ["nothing", "", "pdf/not-a-pdf"],
  ["half a PDF", "%PDF-1.7\n1 0 obj\n<</Type/Cat", "pdf/damaged"],
] as const)("%s is refused, and nothing of it stays", async ([, text, code]) => {
  const ctx = await sender();
  const envelopeId = await createEnvelope(ctx, { title: "Lease" });
  expect(await refusalOf(upload(ctx, envelopeId, fromLatin1(text)))).toBe(code);
  expect(filesOf(ctx, envelopeId)).toBe(0);
  expect(await typesOf(ctx, envelopeId)).toEqual(["envelope.created"]);
});

test("an upload ends at fifty megabytes, and nothing of it stays", async () => {
  const ctx = await sender();
  const envelopeId = await createEnvelope(ctx, { title: "Lease" });
  let sentBytes = 0;
  async function* endless(): AsyncGenerator<Uint8Array> {
    const piece = new Uint8Array(1 << 20).fill(0x20);
    for (; sentBytes < 80 << 20; sentBytes += piece.length) yield piece;
  }
  expect(await refusalOf(addDocument(ctx, { envelopeId, name: "a.pdf" }, endless()))).toBe("files/too-large");
  expect(sentBytes).toBeLessThanOrEqual(51 << 20);
  expect(filesOf(ctx, envelopeId)).toBe(0);
});

test("an upload that breaks off leaves nothing", async () => {
  const ctx = await sender();
  const envelopeId = await createEnvelope(ctx, { title: "Lease" });
  async function* broken(): AsyncGenerator<Uint8Array> {
    yield contract().subarray(0, 500);
    throw new Error("the line went dead");
  }
  await expect(addDocument(ctx, { envelopeId, name: "a.pdf" }, broken())).rejects.toThrow(
    "the line went dead",
  );
  expect(filesOf(ctx, envelopeId)).toBe(0);
  expect(await typesOf(ctx, envelopeId)).toEqual(["envelope.created"]);
});

test("twenty documents fit, also when they come at the same moment", async () => {
  const ctx = await sender();
  const envelopeId = await createEnvelope(ctx, { title: "Lease" });
  for (let count = 0; count < 18; count++) await upload(ctx, envelopeId);
  const codes = await Promise.all(Array.from({ length: 4 }, () => refusalOf(upload(ctx, envelopeId))));
  expect(codes.sort()).toEqual([
    ...["envelopes/too-many-documents", "envelopes/too-many-documents", undefined, undefined],
  ]);
  expect((await getDraft(ctx, { envelopeId })).documents).toHaveLength(20);
  expect(filesOf(ctx, envelopeId)).toBe(40);
});

test.for([
  ["../../etc/passwd", "passwd"],
  ["C:\\lease.pdf", "lease.pdf"],
  ["", "Document.pdf"],
  ["\u0000\u202e\r\n", "Document.pdf"],
  ["lease\u202efdp.exe", "leasefdp.exe"],
  [`${"🦊".repeat(300)}.pdf`, "🦊".repeat(100)],
] as const)("a file called %j is kept as %j", async ([given, kept]) => {
  const ctx = await sender();
  const envelopeId = await createEnvelope(ctx, { title: "Lease" });
  expect((await upload(ctx, envelopeId, contract(), given)).name).toBe(kept);
});

test("a list is searched for what was typed and nothing else, and a strange cursor starts from the top", async () => {
  const ctx = await sender();
  for (const title of ["100% agreed", "1000 agreed", "a_b", "axb"]) await createEnvelope(ctx, { title });
  const found = async (search: string) =>
    (await listEnvelopes(ctx, { search })).items.map(({ title }) => title);
  expect(await found("100% agr")).toEqual(["100% agreed"]);
  expect(await found("A_B")).toEqual(["a_b"]);
  expect(await found("\\")).toEqual([]);
  expect(await found("'; drop table envelopes; --\u0000")).toEqual([]);
  const cursors = [
    "x",
    "\u0000",
    ...[
      "-271821-04-20T00:00:00.000Z x",
      `-200000-01-01T00:00:00.000Z ${newId()}`,
      `+275760-09-13T00:00:00.000Z ${newId()}`,
    ].map((text) => Buffer.from(text).toString("base64url")),
  ];
  for (const cursor of cursors) expect((await listEnvelopes(ctx, { cursor })).items, cursor).toHaveLength(4);
});

test("pages of a list follow each other without a gap, both ways", async () => {
  const ctx = await sender();
  const made: string[] = [];
  for (let count = 0; count < 60; count++) made.push(await createEnvelope(ctx, { title: `Draft ${count}` }));
  const first = await listEnvelopes(ctx, {});
  const second = await listEnvelopes(ctx, { cursor: first.olderCursor });
  const third = await listEnvelopes(ctx, { cursor: second.olderCursor });
  expect([...first.items, ...second.items, ...third.items].map(({ id }) => id)).toEqual(made.toReversed());
  expect([first.newerCursor, third.olderCursor]).toEqual([null, null]);
  expect(await listEnvelopes(ctx, { cursor: third.newerCursor, direction: "newer" })).toEqual(second);
});

test("an envelope under way is not its sender's to change", async () => {
  const ctx = await sender();
  const { envelopeId, version, content } = await sent(ctx, ANA);
  const changed = { ...content, title: "Another" };
  expect(await refusalOf(saveDraft(ctx, { envelopeId, version, content: changed }))).toBe(
    "envelopes/not-a-draft",
  );
});

test("an envelope takes as much as the operator has settled: each file, all together, and pages", async () => {
  const ctx = await sender();
  const envelopeId = await createEnvelope(ctx, { title: "Lease" });
  const size = contract().length;
  const { runtime } = ctx;
  const within = (uploads: Partial<typeof runtime.config.uploads>): Context => ({
    ...ctx,
    runtime: {
      ...runtime,
      config: { ...runtime.config, uploads: { ...runtime.config.uploads, ...uploads } },
    },
  });
  expect(await refusalOf(upload(within({ fileBytes: size - 1 }), envelopeId))).toBe("files/too-large");
  expect(await refusalOf(upload(within({ pages: 1 }), envelopeId))).toBe("pdf/too-many-pages");
  const little = within({ fileBytes: size, envelopeBytes: Math.floor(size * 1.5) });
  const { id } = await upload(little, envelopeId);
  expect(await refusalOf(upload(little, envelopeId))).toBe("envelopes/envelope-too-large");
  // In the place of the other there is room for it.
  await addDocument(little, { envelopeId, name: "b.pdf", replaces: id }, inPieces(contract()));
  const { documents } = await getDraft(ctx, { envelopeId });
  expect(documents.map(({ name }) => name)).toEqual(["b.pdf"]);
});
