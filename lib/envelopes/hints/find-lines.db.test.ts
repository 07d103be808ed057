import { degrees, PDFDocument, rgb } from "pdf-lib";
import sharp from "sharp";
import { expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { addDocument } from "../add-document.ts";
import { createEnvelope } from "../create-envelope.ts";
import { findLines } from "./find-lines.ts";

const product = testProduct();
const sender = async () => (await product().newOrganization()).member("sender");

async function* streamOf(bytes: Uint8Array) {
  yield bytes;
}

/** A page with a line and a cell, the same turned by a quarter, and a scan of a form. */
async function ruledPdf(): Promise<Uint8Array> {
  const file = await PDFDocument.create();
  for (const turn of [0, 90]) {
    const page = file.addPage([600, 800]);
    page.setRotation(degrees(turn));
    page.drawLine({ start: { x: 60, y: 200 }, end: { x: 360, y: 200 }, thickness: 1 });
    page.drawRectangle({ x: 60, y: 400, width: 120, height: 40, borderColor: rgb(0, 0, 0), borderWidth: 1 });
  }
  const black = (width: number, height: number) => ({
    create: { width, height, channels: 3 as const, background: "#222" },
  });
  const scan = await sharp({ create: { width: 1_200, height: 1_600, channels: 3, background: "#f4f2ee" } })
    .composite([
      { input: black(40, 20), left: 160, top: 986 },
      { input: black(600, 3), left: 220, top: 1_000 },
    ])
    .png()
    .toBuffer();
  file.addPage([600, 800]).drawImage(await file.embedPng(scan), { x: 0, y: 0, width: 600, height: 800 });
  return file.save();
}

async function drafted() {
  const ctx = await sender();
  const envelopeId = await createEnvelope(ctx, { title: "" });
  const bytes = await ruledPdf();
  const { id: documentId } = await addDocument(ctx, { envelopeId, name: "ruled.pdf" }, streamOf(bytes));
  return { ctx, envelopeId, documentId };
}

test("lines and cells of a page are told as they are seen, on turned pages too", async () => {
  const { ctx, envelopeId, documentId } = await drafted();
  const [line, cell] = await findLines(ctx, { envelopeId, documentId, page: 0 });
  expect(line!.x).toBeCloseTo(0.1, 2);
  expect(line!.width).toBeCloseTo(0.5, 2);
  expect([line!.y, line!.height]).toEqual([expect.closeTo(0.75, 2), 0]);
  expect(cell!.x).toBeCloseTo(0.1, 2);
  expect(cell!.y).toBeCloseTo(0.45, 2);
  expect(cell!.height).toBeCloseTo(0.05, 2);
  const [turned] = await findLines(ctx, { envelopeId, documentId, page: 1 });
  expect(turned!.width).toBe(0);
  expect(turned!.x).toBeCloseTo(0.25, 2);
  expect(turned!.height).toBeCloseTo(0.5, 2);
});

test("a scanned page is looked at as a picture", async () => {
  const { ctx, envelopeId, documentId } = await drafted();
  const found = await findLines(ctx, { envelopeId, documentId, page: 2 });
  expect(found.some(({ y, height }) => height === 0 && Math.abs(y - 0.6255) < 0.01)).toBe(true);
});

test("nothing is told of pages that are not there, nor of documents of others", async () => {
  const { ctx, envelopeId, documentId } = await drafted();
  const at = { envelopeId, documentId };
  expect(await refusalOf(findLines(ctx, { ...at, page: 3 }))).toBe("envelopes/document-not-found");
  expect(await refusalOf(findLines(await sender(), { ...at, page: 0 }))).toBe("envelopes/not-found");
});
