import { PDFDocument, PDFTextField } from "pdf-lib";
import { expect, test } from "vitest";
import { refusalOf, testProduct } from "#db/testing.ts";
import { addBlankPages } from "#lib/envelopes/documents/add-blank-pages.ts";
import { getDraft } from "#lib/envelopes/get-draft.ts";
import { inFolder, openBytes, run } from "#lib/pdf/testing.ts";
import { saveForm } from "./save-form.ts";
import { newDraft } from "./testing.ts";

const product = testProduct();
const sender = async () => (await product().newOrganization()).member("sender");

test("placed fields become a form that other readers fill", async () => {
  const ctx = await sender();
  const { envelopeId, document, content } = await newDraft(ctx, [{ name: "Ana Ruiz" }]);
  const { bytes } = await saveForm(ctx, { envelopeId, documentId: document.id });
  const file = openBytes(bytes);
  const form = file.dict(file.catalog.get("AcroForm"))!;
  const fields = file.array(form.get("Fields")).map((ref) => file.dict(ref)!);
  expect(fields).toHaveLength(content.fields.length);
  expect(fields.map((field) => (file.number(field.get("Ff")) ?? 0) & 1)).toEqual(fields.map(() => 0));
  expect(inFolder((at) => run("qpdf", ["--check", at("a.pdf", bytes)]).status)).toBe(0);
  const filled = await PDFDocument.load(bytes);
  const names = filled
    .getForm()
    .getFields()
    .map((field) => field.getName());
  expect(new Set(names).size).toBe(content.fields.length);
  const line = filled
    .getForm()
    .getFields()
    .find((field) => field instanceof PDFTextField)!;
  line.setText("By hand");
  const saved = await filled.save();
  const words = inFolder((at) => run("mutool", ["draw", "-F", "text", at("b.pdf", saved)]).stdout.toString());
  expect(words).toContain("By hand");
  const text = fields.find((field) => file.name(field.get("FT")) === "Tx");
  expect(file.text(text!.get("T"))).toBe(
    content.fields.find(({ type }) => type === "text")!.label || "Signer1_text_1",
  );
});

test("a document without fields, or of somebody else, gives no form", async () => {
  const ctx = await sender();
  const { envelopeId, document } = await newDraft(ctx, [{ name: "Ana Ruiz" }]);
  const blank = await addBlankPages(ctx, { envelopeId, name: "Minutes", paper: "letter", pages: 3 });
  expect(await refusalOf(saveForm(ctx, { envelopeId, documentId: blank.id }))).toBe("envelopes/form-empty");
  expect(await refusalOf(saveForm(await sender(), { envelopeId, documentId: document.id }))).toBe(
    "signing/not-found",
  );
});

test("a document is made from nothing", async () => {
  const ctx = await sender();
  const { envelopeId } = await newDraft(ctx, [{ name: "Ana Ruiz" }]);
  const added = await addBlankPages(ctx, { envelopeId, name: "Minutes", paper: "letter", pages: 3 });
  const { documents } = await getDraft(ctx, { envelopeId });
  expect(documents.at(-1)).toMatchObject({ id: added.id, name: "Minutes.pdf", changes: {} });
  expect(documents.at(-1)!.pages).toEqual(Array(3).fill({ widthPt: 612, heightPt: 792 }));
  const stranger = await sender();
  const input = { envelopeId, name: "A", paper: "a4" as const, pages: 1 };
  expect(await refusalOf(addBlankPages(stranger, input))).toBe("envelopes/not-found");
});
