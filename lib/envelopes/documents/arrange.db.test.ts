import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { contract, refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { concatBytes } from "#lib/bytes.ts";
import type { Context } from "#lib/context.ts";
import { type DocumentId, uuidV7 } from "#lib/ids.ts";
import { newDraft } from "#lib/signing/testing.ts";
import { addDocument } from "../add-document.ts";
import type { PagePlan } from "../core/documents/page-plan.ts";
import { getDraft } from "../get-draft.ts";
import { saveDraft } from "../save-draft.ts";
import { sendEnvelope } from "../send-envelope.ts";
import { arrangePages } from "./arrange-pages.ts";

const product = testProduct();
const sender = async () => (await product().newOrganization()).member("sender");
const ANA = [{ name: "Ana Ruiz" }];
const newId = () => uuidV7(Date.now(), product().runtime.random(10));

async function* streamOf(bytes: Uint8Array) {
  yield bytes;
}

/** What a stranger reads on each page of a document as it is kept now. */
async function textOf(ctx: Context, documentId: DocumentId): Promise<string[]> {
  const [row] = await product().admin<
    { file_key: string }[]
  >`select file_key from document_revisions where document_id = ${documentId} and number = 0`;
  const parts: Uint8Array[] = [];
  for await (const piece of await ctx.runtime.files.stream(row!.file_key)) parts.push(piece.slice());
  const folder = mkdtempSync(path.join(tmpdir(), "whereof-arranged-"));
  const file = path.join(folder, "a.pdf");
  writeFileSync(file, concatBytes(parts));
  const check = spawnSync("qpdf", ["--check", file], { encoding: "utf8" });
  const text = spawnSync("mutool", ["draw", "-F", "text", file], { encoding: "utf8" });
  const plain = spawnSync("qpdf", ["--qdf", "--object-streams=disable", file, path.join(folder, "b.pdf")]);
  const streams = readFileSync(path.join(folder, "b.pdf"), "latin1");
  rmSync(folder, { recursive: true });
  expect([check.status, plain.status]).toEqual([0, 0]);
  expect(streams).not.toContain("/Parent null");
  expect(streams.match(/\/Type \/Page$/gm)).toHaveLength(text.stdout.split("\f").length - 1);
  return text.stdout
    .split("\f")
    .slice(0, -1)
    .map((page) => page.trim());
}

test("pages are put in another order, turned and left out, and fields go with them", async () => {
  const ctx = await sender();
  const { envelopeId, version, document, content } = await newDraft(ctx, ANA);
  const [signature] = content.fields;
  const onSecond = { ...signature!, id: newId(), page: 1, x: 0.2, y: 0.1, width: 0.3, height: 0.05 };
  const saved = await saveDraft(ctx, {
    ...{ envelopeId, version },
    content: { ...content, fields: [...content.fields, onSecond] },
  });
  const plan: PagePlan = [
    {
      name: "lease.pdf",
      pages: [
        { documentId: document.id, page: 1, turn: 90 },
        { documentId: document.id, page: 0, turn: 0 },
      ],
    },
  ];
  const { version: next } = await arrangePages(ctx, { envelopeId, version: saved.version, plan });
  const draft = await getDraft(ctx, { envelopeId });
  expect(draft.version).toBe(next);
  const [made] = draft.documents;
  expect(made).toMatchObject({ name: "lease.pdf", sources: [{ name: "lease.pdf" }] });
  expect(made!.pages[0]).toEqual({
    widthPt: document.pages[1]!.heightPt,
    heightPt: document.pages[1]!.widthPt,
  });
  const moved = draft.content.fields.find(({ id }) => id === onSecond.id)!;
  expect(moved).toMatchObject({ documentId: made!.id, page: 0, y: 0.2, width: 0.05, height: 0.3 });
  expect(moved.x).toBeCloseTo(0.85, 12);
  const first = draft.content.fields.find(({ id }) => id === signature!.id)!;
  expect(first).toMatchObject({ page: 1, x: signature!.x, y: signature!.y, width: signature!.width });
  const types = (await readChain(ctx, envelopeId)).entries.map(({ type }) => type);
  expect(types.slice(-3)).toEqual(["document.added", "document.arranged", "document.removed"]);
});

test("a document is split in two, and joined again with another", async () => {
  const ctx = await sender();
  const { envelopeId, document, version } = await newDraft(ctx, ANA);
  const page = (documentId: DocumentId, page: number) => ({ documentId, page, turn: 0 as const });
  const whole = await textOf(ctx, document.id);
  const split: PagePlan = [
    { name: "One", pages: [page(document.id, 0)] },
    { name: "Two.pdf", pages: [page(document.id, 1)] },
  ];
  const { version: after } = await arrangePages(ctx, { envelopeId, version, plan: split });
  const [one, two] = (await getDraft(ctx, { envelopeId })).documents;
  expect([one!.name, two!.name]).toEqual(["One.pdf", "Two.pdf"]);
  expect([await textOf(ctx, one!.id), await textOf(ctx, two!.id)]).toEqual([[whole[0]], [whole[1]]]);

  const join: PagePlan = [{ name: "Both.pdf", pages: [page(two!.id, 0), page(one!.id, 0)] }];
  await arrangePages(ctx, { envelopeId, version: after, plan: join });
  const joined = await getDraft(ctx, { envelopeId });
  expect(joined.documents).toHaveLength(1);
  expect(await textOf(ctx, joined.documents[0]!.id)).toEqual([whole[1], whole[0]]);
  // Both came from one upload.
  expect(joined.documents[0]!.sources.map(({ name }) => name)).toEqual(["lease.pdf"]);
});

test("what is left out is not in the file", async () => {
  const ctx = await sender();
  const { envelopeId, document, version } = await newDraft(ctx, ANA);
  const [first, second] = await textOf(ctx, document.id);
  const plan: PagePlan = [{ name: "a.pdf", pages: [{ documentId: document.id, page: 0, turn: 0 }] }];
  await arrangePages(ctx, { envelopeId, version, plan });
  const [made] = (await getDraft(ctx, { envelopeId })).documents;
  expect(await textOf(ctx, made!.id)).toEqual([first]);
  expect(second!.trim()).not.toBe("");
  expect(made!.sizeBytes).toBeLessThan(document.sizeBytes * 2);
});

test("documents change places and stay what they are", async () => {
  const ctx = await sender();
  const { envelopeId, document } = await newDraft(ctx, ANA);
  const other = await addDocument(ctx, { envelopeId, name: "annex.pdf" }, streamOf(contract()));
  const plan: PagePlan = [{ keeps: other.id }, { keeps: document.id }];
  await arrangePages(ctx, { envelopeId, version: other.version, plan });
  const { documents, content } = await getDraft(ctx, { envelopeId });
  expect(documents.map(({ id }) => id)).toEqual([other.id, document.id]);
  expect(content.fields).toHaveLength(3);
});

test("what is no page, no document or no newest version changes nothing", async () => {
  const ctx = await sender();
  const { envelopeId, document, version } = await newDraft(ctx, ANA);
  const run = (plan: PagePlan, from = version) =>
    refusalOf(arrangePages(ctx, { envelopeId, version: from, plan }));
  const page = { documentId: document.id, page: 0, turn: 0 as const };
  expect(await run([{ name: "a", pages: [{ ...page, page: 7 }] }])).toBe("envelopes/page-not-found");
  expect(await run([{ keeps: newId() as DocumentId }])).toBe("envelopes/document-not-found");
  expect(await run([{ keeps: document.id }, { keeps: document.id }])).toBe("envelopes/document-not-found");
  expect(await run([{ keeps: document.id }], version - 1)).toBe("envelopes/draft-changed");
  const stranger = await sender();
  expect(
    await refusalOf(arrangePages(stranger, { envelopeId, version, plan: [{ keeps: document.id }] })),
  ).toBe("envelopes/not-found");
  expect(await getDraft(ctx, { envelopeId })).toMatchObject({ version, documents: [{ id: document.id }] });
});

test("a file is replaced and the fields stay on their pages", async () => {
  const ctx = await sender();
  const { envelopeId, document, content } = await newDraft(ctx, ANA);
  const added = await addDocument(
    ctx,
    { envelopeId, name: "newer.pdf", replaces: document.id },
    streamOf(contract()),
  );
  const draft = await getDraft(ctx, { envelopeId });
  expect(draft.documents.map(({ id }) => id)).toEqual([added.id]);
  const places = (fields: typeof content.fields) =>
    fields.map(({ id, page, x, y, width, height }) => ({ id, page, x, y, width, height }));
  expect(places(draft.content.fields)).toEqual(places(content.fields));
  expect(draft.content.fields.every(({ documentId }) => documentId === added.id)).toBe(true);
  expect(draft.blockers).toEqual([]);
  await sendEnvelope(ctx, { envelopeId, version: draft.version });
});
