import { PDFDocument } from "pdf-lib";
import sharp from "sharp";
import { expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { concatBytes } from "#lib/bytes.ts";
import type { Context } from "#lib/context.ts";
import type { DocumentId } from "#lib/ids.ts";
import { placedWords, placesOf } from "#lib/pdf/redaction/testing.ts";
import { fileOf, normalizeBytes, onePage, stream, wordsIn } from "#lib/pdf/testing.ts";
import { rendered } from "#lib/pdf/text/testing.ts";
import { newDraft } from "#lib/signing/testing.ts";
import { addDocument } from "../add-document.ts";
import type { PageEdits } from "../core/documents/page-edits.ts";
import { getDraft } from "../get-draft.ts";
import { findHints } from "../hints/find-hints.ts";
import { sendEnvelope } from "../send-envelope.ts";
import { listVersions, restoreVersion } from "./document-versions.ts";
import { editDocument } from "./edit-document.ts";
import { searchDocument } from "./search-document.ts";

const product = testProduct();
const sender = async () => (await product().newOrganization()).member("sender");
const ANA = [{ name: "Ana Ruiz" }];

/** The file that will be signed, as it is kept now. */
async function fileBytes(ctx: Context, documentId: DocumentId): Promise<Uint8Array> {
  const [row] = await product().admin<
    { file_key: string }[]
  >`select file_key from document_revisions where document_id = ${documentId} and number = 0`;
  const parts: Uint8Array[] = [];
  for await (const piece of await ctx.runtime.files.stream(row!.file_key)) parts.push(piece.slice());
  return concatBytes(parts);
}

async function* streamOf(bytes: Uint8Array) {
  yield bytes;
}

async function marksOf(
  ctx: Context,
  draft: { envelopeId: never; document: { id: DocumentId } },
  words: string,
) {
  const search = { words, patterns: [] };
  const found = await searchDocument(ctx, { ...draft, documentId: draft.document.id, search });
  return found.flatMap(({ page, boxes }) => boxes.map((box) => ({ ...box, page, label: "GDPR" })));
}

async function edited(
  ctx: Context,
  draft: { envelopeId: never; version: number; document: { id: DocumentId } },
  edits: PageEdits,
  asPictures = false,
) {
  const { envelopeId, version, document } = draft;
  const result = await editDocument(ctx, { envelopeId, version, documentId: document.id, edits, asPictures });
  if (!result.isDone) throw new Error(`would need pictures: ${result.needPictures}`);
  return result;
}

test("a word that is found is taken out everywhere, fields stay, and the trail says so", async () => {
  const ctx = await sender();
  const draft = await newDraft(ctx, ANA);
  const before = await fileBytes(ctx, draft.document.id);
  const marks = await marksOf(ctx, draft as never, "information");
  expect(marks.length).toBeGreaterThan(3);
  const made = await edited(ctx, draft as never, { marks, additions: [] });
  expect(made).toMatchObject({ pictures: [], elsewhere: [] });
  const after = await fileBytes(ctx, made.made);
  expect(placesOf("information", after)).toEqual([]);
  expect(wordsIn(after)).toContain("GDPR");
  const kept = placedWords(normalizeBytes(before).bytes).filter(({ text }) => !/information|GDPR/.test(text));
  const now = placedWords(after);
  const isSame = (a: (typeof kept)[number]) => (b: (typeof kept)[number]) =>
    a.page === b.page &&
    a.text === b.text &&
    Math.abs(a.box[0]! - b.box[0]!) < 0.05 &&
    Math.abs(a.box[1]! - b.box[1]!) < 0.05;
  expect(kept.filter((word) => !now.some(isSame(word)))).toEqual([]);
  const view = await getDraft(ctx, draft);
  expect(view.documents.map(({ id, sources }) => [id, sources])).toEqual([[made.made, []]]);
  expect(view.content.fields).toHaveLength(draft.content.fields.length);
  const { entries } = await readChain(ctx, draft.envelopeId);
  expect(entries.map(({ type }) => type).slice(-3)).toEqual([
    "document.added",
    "document.redacted",
    "document.removed",
  ]);
  expect(entries.at(-2)!.data).toMatchObject({ marks: marks.length, from: draft.document.id });
  expect(JSON.stringify(entries)).not.toContain("information");
  await sendEnvelope(ctx, { envelopeId: draft.envelopeId, version: view.version });
});

test("a page that cannot be taken apart becomes a picture only when that is agreed to", async () => {
  const ctx = await sender();
  const line = "BT /F1 12 Tf 10 50 Td (Pay SECRET to Ana) Tj ET";
  const mesh = "/Resources <</Font <</F1 5 0 R>> /Shading <</S 6 0 R>>>>";
  const shading = stream(
    "\0",
    "/ShadingType 4 /ColorSpace /DeviceGray /BitsPerCoordinate 8 /BitsPerComponent 8 /BitsPerFlag 8 /Decode [0 1 0 1 0 1]",
  );
  const file = fileOf([...onePage(`${line} /S sh`, mesh), shading]);
  const draft = await newDraft(ctx, ANA, "sequential", file);
  const marks = await marksOf(ctx, draft as never, "secret");
  expect(marks).toHaveLength(1);
  const input = { ...draft, documentId: draft.document.id, edits: { marks, additions: [] } };
  expect(await editDocument(ctx, input)).toEqual({ isDone: false, needPictures: [0] });
  expect((await getDraft(ctx, draft)).version).toBe(draft.version);
  const made = await edited(ctx, draft as never, { marks, additions: [] }, true);
  expect(made.pictures).toEqual([0]);
  const after = await fileBytes(ctx, made.made);
  expect(placesOf("SECRET", after)).toEqual([]);
  expect(wordsIn(after).split(/\s+/)).toEqual(expect.arrayContaining(["Pay", "to", "Ana"]));
});

test("what still stands elsewhere is told", async () => {
  const ctx = await sender();
  const draft = await newDraft(ctx, ANA);
  const marks = await marksOf(ctx, draft as never, "information");
  const made = await edited(ctx, draft as never, { marks: marks.slice(0, 1), additions: [] });
  expect(made.elsewhere.map(({ text }) => text)).toContain("information");
});

test("texts in any script, shapes, lines and pictures become part of the page", async () => {
  const ctx = await sender();
  const draft = await newDraft(ctx, ANA);
  const picture =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
  const box = { page: 1, x: 0.1, y: 0.7, width: 0.5, height: 0.1 };
  const made = await edited(ctx, draft as never, {
    marks: [],
    additions: [
      { kind: "text", ...box, text: "Hausordnung שלום 契約", sizePt: 14, color: "blue" },
      { kind: "picture", ...box, file: picture, alternative: "A dot" },
      { kind: "ellipse", ...box, color: "red", strokeWidthPt: 2, isFilled: false },
      { kind: "rectangle", ...box, color: "green", strokeWidthPt: 2, isFilled: true },
      { kind: "highlight", ...box, color: "yellow" },
      {
        kind: "line",
        page: 0,
        points: [
          [0.1, 0.1],
          [0.9, 0.1],
        ],
        color: "ink",
        strokeWidthPt: 1,
      },
      {
        kind: "drawing",
        page: 0,
        points: [
          [0.1, 0.1],
          [0.2, 0.3],
          [0.4, 0.1],
        ],
        color: "ink",
        strokeWidthPt: 3,
      },
    ],
  });
  const after = await fileBytes(ctx, made.made);
  const words = wordsIn(after);
  for (const word of ["Hausordnung", "契約"]) expect(words).toContain(word);
  expect(words).toContain("information");
  const { entries } = await readChain(ctx, draft.envelopeId);
  expect(entries.at(-2)).toMatchObject({ type: "document.edited", data: { additions: 7, pages: "1-2" } });
});

test("versions are listed with who and what, and restored", async () => {
  const ctx = await sender();
  const draft = await newDraft(ctx, ANA);
  const marks = await marksOf(ctx, draft as never, "information");
  const first = await edited(ctx, draft as never, { marks, additions: [] });
  const { envelopeId } = draft;
  const listed = await listVersions(ctx, { envelopeId, documentId: first.made });
  expect(listed).toMatchObject([
    { number: 2, how: "edited", marks: marks.length, isCurrent: true },
    { number: 1, how: "came-in", id: draft.document.id, isCurrent: false },
  ]);
  expect(listed[0]!.by).not.toBeNull();
  const original = await fileBytes(ctx, draft.document.id);
  const restored = await restoreVersion(ctx, {
    ...{ envelopeId, version: first.version, documentId: first.made, versionId: draft.document.id },
  });
  expect(await fileBytes(ctx, restored.made)).toEqual(original);
  expect(await listVersions(ctx, { envelopeId, documentId: restored.made })).toMatchObject([
    { number: 3, how: "restored", of: 1 },
    { number: 2 },
    { number: 1 },
  ]);
  expect((await getDraft(ctx, draft)).content.fields).toHaveLength(draft.content.fields.length);
  const { entries } = await readChain(ctx, envelopeId);
  expect(entries.at(-2)!.type).toBe("document.restored");
});

test("what is no page, no newest version, not one's own or under way changes nothing", async () => {
  const ctx = await sender();
  const draft = await newDraft(ctx, ANA);
  const { envelopeId, version, document } = draft;
  const mark = { page: 0, x: 0.1, y: 0.1, width: 0.2, height: 0.1, label: "" };
  const edits: PageEdits = { marks: [mark], additions: [] };
  const input = { envelopeId, version, documentId: document.id, edits };
  const refusal = (change: object, as = ctx) => refusalOf(editDocument(as, { ...input, ...change }));
  expect(await refusal({ edits: { marks: [{ ...mark, page: 7 }], additions: [] } })).toBe(
    "envelopes/page-not-found",
  );
  expect(await refusal({ version: version - 1 })).toBe("envelopes/draft-changed");
  expect(await refusal({ documentId: envelopeId })).toBe("envelopes/document-not-found");
  expect(await refusal({}, await sender())).toBe("envelopes/not-found");
  const text = {
    kind: "text",
    ...mark,
    width: 0.02,
    text: "Incomprehensibilities",
    sizePt: 60,
    color: "ink",
  };
  expect(await refusal({ edits: { marks: [], additions: [text] } })).toBe("envelopes/text-too-long");
  const picture = { kind: "picture", ...mark, file: "AAAA", alternative: "" };
  expect(await refusal({ edits: { marks: [], additions: [picture] } })).toBe("envelopes/picture-unreadable");
  expect(await getDraft(ctx, draft)).toMatchObject({ version, documents: [{ id: document.id }] });
  await sendEnvelope(ctx, { envelopeId, version });
  expect(await refusal({})).toBe("envelopes/not-a-draft");
  expect(await refusalOf(listVersions(ctx, { envelopeId, documentId: document.id }))).toBe(
    "envelopes/not-a-draft",
  );
});

test("the picture a document was made from does not go along once it is redacted", async () => {
  const ctx = await sender();
  const draft = await newDraft(ctx, ANA);
  const pixels = new Uint8Array(200 * 100 * 3).fill(220);
  const png = await sharp(pixels, { raw: { width: 200, height: 100, channels: 3 } })
    .png()
    .toBuffer();
  const scan = await addDocument(ctx, { envelopeId: draft.envelopeId, name: "scan.png" }, streamOf(png));
  expect(scan.sources).toHaveLength(1);
  const mark = { page: 0, x: 0.2, y: 0.2, width: 0.3, height: 0.3, label: "" };
  const drawn = {
    kind: "line" as const,
    page: 0,
    points: [
      [0, 0],
      [1, 1],
    ] as [number, number][],
    color: "ink" as const,
    strokeWidthPt: 1,
  };
  const next = { ...draft, version: scan.version, document: scan };
  const first = await edited(ctx, next as never, { marks: [], additions: [drawn] });
  const sourcesOf = async () => (await getDraft(ctx, draft)).documents.at(-1)!.sources.length;
  expect(await sourcesOf()).toBe(1);
  const second = { ...next, version: first.version, document: { id: first.made } };
  const made = await edited(ctx, second as never, { marks: [mark], additions: [] });
  expect(made.pictures).toEqual([]);
  expect(await sourcesOf()).toBe(0);
  // Also not when something is drawn onto it afterwards.
  const third = { ...next, version: made.version, document: { id: made.made } };
  await edited(ctx, third as never, { marks: [], additions: [drawn] });
  expect(await sourcesOf()).toBe(0);
});

test("tags for fields go from the file itself: nothing is painted over them, and their neighbours stay", async () => {
  const ctx = await sender();
  const draft = await newDraft(ctx, ANA);
  const [signs, dates] = ['{{t:s;r:y;o:"Signer 1";w:100;h:15;}}', "/d1/"];
  const lines = `BT /F1 6 Tf 10 80 Td (Signed by ${signs} for the landlord) Tj 0 -20 Td (On ${dates} in Austin) Tj ET`;
  const file = fileOf(onePage(lines));
  const added = await addDocument(ctx, { envelopeId: draft.envelopeId, name: "tags.pdf" }, streamOf(file));
  const about = { envelopeId: draft.envelopeId, documentId: added.id };
  const { hints } = await findHints(ctx, about);
  const tags = hints.filter(({ from }) => from === "tag");
  expect(tags.map(({ type }) => type)).toEqual(["signature", "date"]);
  const marks = tags.flatMap(({ page, tag = [] }) =>
    tag.map((box) => ({ ...box, page, label: "", isBare: true })),
  );
  expect(marks).toHaveLength(2);
  const next = { ...draft, version: added.version, document: added };
  const made = await edited(ctx, next as never, { marks, additions: [] });
  expect(made).toMatchObject({ pictures: [], elsewhere: [] });
  const after = await fileBytes(ctx, made.made);
  const words = wordsIn(after).replaceAll(/\s+/g, " ");
  for (const gone of ["{{", "t:s", "Signer", "/d1/"]) expect(words).not.toContain(gone);
  for (const kept of ["Signed by", "for the landlord", "On", "in Austin"]) expect(words).toContain(kept);
  expect(
    (await findHints(ctx, { ...about, documentId: made.made })).hints.filter(({ from }) => from === "tag"),
  ).toEqual([]);
  // Where a tag stood there is paper: no box, black or white, lies over it.
  const { data, info } = await sharp(rendered(after, 144))
    .greyscale()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const darkest = Math.min(
    ...marks.map(({ x, y, width, height }) => {
      const [column, row] = [x + width / 2, y + height / 2].map((at, axis) =>
        Math.floor(at * (axis === 0 ? info.width : info.height)),
      );
      return data[row! * info.width + column!]!;
    }),
  );
  expect(darkest).toBe(255);
  const boxed = await editDocument(ctx, {
    ...{ envelopeId: draft.envelopeId, version: made.version, documentId: made.made, asPictures: false },
    edits: { marks: [{ page: 0, x: 0.05, y: 0.1, width: 0.2, height: 0.1, label: "" }], additions: [] },
  });
  expect(boxed.isDone).toBe(true);
});

test("what a form holds is taken off the page where its field takes it over, and the words around it stay", async () => {
  const ctx = await sender();
  const draft = await newDraft(ctx, ANA);
  const form = await PDFDocument.create();
  const page = form.addPage([400, 300]);
  page.drawText("Name of the tenant:", { x: 20, y: 205, size: 10 });
  const name = form.getForm().createTextField("Tenant");
  name.setText("Grace Hopper");
  name.addToPage(page, { x: 130, y: 200, width: 150, height: 20 });
  const file = await form.save();
  const added = await addDocument(ctx, { envelopeId: draft.envelopeId, name: "form.pdf" }, streamOf(file));
  const about = { envelopeId: draft.envelopeId, documentId: added.id };
  const [held] = (await findHints(ctx, about)).hints;
  expect(held).toMatchObject({ from: "form", isHeld: true, settings: { value: "Grace Hopper" } });
  const marks = held!.tag!.map((box) => ({ ...box, page: 0, label: "", isBare: true }));
  const next = { ...draft, version: added.version, document: added };
  const made = await edited(ctx, next as never, { marks, additions: [] });
  expect(made).toMatchObject({ pictures: [], elsewhere: [] });
  const words = wordsIn(await fileBytes(ctx, made.made));
  expect(words).toContain("Name of the tenant:");
  expect(words).not.toContain("Hopper");
  expect(
    (await findHints(ctx, { ...about, documentId: made.made })).hints.filter(({ from }) => from === "form"),
  ).toEqual([]);
});
