import { PDFDocument, StandardFonts } from "pdf-lib";
import sharp from "sharp";
import { expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { addDocument } from "../add-document.ts";
import { createEnvelope } from "../create-envelope.ts";
import { findTextless } from "./find-textless.ts";

const product = testProduct();
const sender = async () => (await product().newOrganization()).member("sender");

async function* streamOf(bytes: Uint8Array) {
  yield bytes;
}

/** A page of text, a scan, an empty page, a scan with text laid over it, and a drawing. */
async function mixedPdf(): Promise<Uint8Array> {
  const file = await PDFDocument.create();
  const font = await file.embedFont(StandardFonts.Helvetica);
  const paper = sharp({ create: { width: 620, height: 877, channels: 3, background: "#f4f2ee" } });
  const ink = { create: { width: 400, height: 12, channels: 3 as const, background: "#222" } };
  const scan = await paper
    .composite([{ input: ink, left: 90, top: 200 }])
    .jpeg()
    .toBuffer();
  const image = await file.embedJpg(scan);
  const add = () => file.addPage([595, 842]);
  const whole = { x: 0, y: 0, width: 595, height: 842 };
  add().drawText("The tenant pays the rent on the first day of the month.", {
    x: 60,
    y: 700,
    size: 11,
    font,
  });
  add().drawImage(image, whole);
  add();
  const read = add();
  read.drawImage(image, whole);
  read.drawText("The tenant pays the rent", { x: 60, y: 640, size: 11, font, opacity: 0 });
  add().drawLine({ start: { x: 60, y: 400 }, end: { x: 500, y: 60 }, thickness: 4 });
  return file.save();
}

test("pages on which something is seen and nothing can be read out are told; empty ones are not", async () => {
  const ctx = await sender();
  const envelopeId = await createEnvelope(ctx, { title: "" });
  const bytes = await mixedPdf();
  const { id: documentId } = await addDocument(ctx, { envelopeId, name: "mixed.pdf" }, streamOf(bytes));
  expect(await findTextless(ctx, { envelopeId, documentId })).toEqual({ pages: [1, 4], looked: 5 });
});

test("nothing is told of a document of others", async () => {
  const ctx = await sender();
  const envelopeId = await createEnvelope(ctx, { title: "" });
  const { id: documentId } = await addDocument(
    ctx,
    { envelopeId, name: "a.pdf" },
    streamOf(await mixedPdf()),
  );
  expect(await refusalOf(findTextless(await sender(), { envelopeId, documentId }))).toBe(
    "envelopes/not-found",
  );
  const other = await createEnvelope(ctx, { title: "" });
  expect(await refusalOf(findTextless(ctx, { envelopeId: other, documentId }))).toBe(
    "envelopes/document-not-found",
  );
});
