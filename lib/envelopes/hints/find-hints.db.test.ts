import { PDFDocument, StandardFonts } from "pdf-lib";
import sharp from "sharp";
import { expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { addDocument } from "../add-document.ts";
import { createEnvelope } from "../create-envelope.ts";
import { getDraft } from "../get-draft.ts";
import { findHints } from "./find-hints.ts";

const product = testProduct();
const sender = async () => (await product().newOrganization()).member("sender");

async function* streamOf(bytes: Uint8Array) {
  yield bytes;
}

/** A form of another program's making, with its own fields, tags in its text, a line and a box. */
async function formPdf(): Promise<Uint8Array> {
  const file = await PDFDocument.create();
  const font = await file.embedFont(StandardFonts.Helvetica);
  const page = file.addPage([600, 800]);
  const form = file.getForm();
  const name = form.createTextField("tenant.fullName");
  name.setMaxLength(40);
  name.enableRequired();
  name.addToPage(page, { x: 60, y: 700, width: 240, height: 20 });
  form.createCheckBox("agreed").addToPage(page, { x: 60, y: 660, width: 15, height: 15 });
  const kind = form.createDropdown("kind");
  kind.setOptions(["Flat", "House"]);
  kind.addToPage(page, { x: 60, y: 620, width: 120, height: 20 });
  const write = (text: string, y: number) => page.drawText(text, { x: 60, y, size: 11, font });
  write("{{Sig_es_:signer1:signature}}", 500);
  write("{{nobody knows this}}", 460);
  write("Signature of the landlord", 380);
  page.drawLine({ start: { x: 60, y: 396 }, end: { x: 300, y: 396 }, thickness: 1 });
  return file.save();
}

test("a document's form, tags and lines are found where they are, and what is no tag is named", async () => {
  const ctx = await sender();
  const envelopeId = await createEnvelope(ctx, { title: "" });
  const bytes = await formPdf();
  const { id: documentId } = await addDocument(ctx, { envelopeId, name: "form.pdf" }, streamOf(bytes));
  const before = await getDraft(ctx, { envelopeId });
  const { hints, unknown } = await findHints(ctx, { envelopeId, documentId });
  const found = hints.map(({ from, type, label, isRequired }) => [from, type, label, isRequired]);
  expect(found).toEqual([
    ["form", "text", "fullName", true],
    ["form", "checkbox", "agreed", false],
    ["form", "dropdown", "kind", false],
    ["tag", "signature", "", true],
    ["look", "signature", "", true],
  ]);
  const [name, , kind, tag, line] = hints;
  expect(name).toMatchObject({ page: 0, x: expect.closeTo(0.1, 2), settings: { longest: 40 } });
  expect(name!.y).toBeCloseTo(80 / 800, 2);
  expect(kind).toMatchObject({ settings: { options: ["Flat", "House"] } });
  expect(tag).toMatchObject({ signer: "1", x: expect.closeTo(0.1, 2) });
  expect(line!.y + line!.height).toBeCloseTo(404 / 800, 1);
  expect(unknown).toEqual([{ page: 0, text: "{{nobody knows this}}" }]);
  expect(await getDraft(ctx, { envelopeId })).toEqual(before);
});

test("a scanned page is looked at as a picture", async () => {
  const ctx = await sender();
  const [width, height] = [1240, 1754];
  const ink = (left: number, top: number, wide: number, tall: number) => ({
    input: { create: { width: wide, height: tall, channels: 3 as const, background: "#222" } },
    ...{ left, top },
  });
  const words = Array.from({ length: 20 }, (_, at) => ink(150 + at * 12, 1010, 7, 16));
  const paper = sharp({ create: { width, height, channels: 3, background: "#f4f2ee" } });
  const picture = await paper
    .composite([ink(150, 1000, 420, 3), ...words])
    .jpeg()
    .toBuffer();
  const file = await PDFDocument.create();
  const image = await file.embedJpg(picture);
  file.addPage([595, 842]).drawImage(image, { x: 0, y: 0, width: 595, height: 842 });
  const envelopeId = await createEnvelope(ctx, { title: "" });
  const bytes = await file.save();
  const { id: documentId } = await addDocument(ctx, { envelopeId, name: "scan.pdf" }, streamOf(bytes));
  const { hints } = await findHints(ctx, { envelopeId, documentId });
  expect(hints.map(({ from, type }) => [from, type])).toEqual([["look", "signature"]]);
  expect(hints[0]!.x).toBeCloseTo(150 / width, 2);
  expect(hints[0]!.y + hints[0]!.height).toBeCloseTo(1000 / height, 2);
});

test("nothing is told of a document of others", async () => {
  const ctx = await sender();
  const envelopeId = await createEnvelope(ctx, { title: "" });
  const { id: documentId } = await addDocument(ctx, { envelopeId, name: "a.pdf" }, streamOf(await formPdf()));
  const stranger = await sender();
  expect(await refusalOf(findHints(stranger, { envelopeId, documentId }))).toBe("envelopes/not-found");
  const other = await createEnvelope(ctx, { title: "" });
  expect(await refusalOf(findHints(ctx, { envelopeId: other, documentId }))).toBe(
    "envelopes/document-not-found",
  );
});
