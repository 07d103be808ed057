import { PDFDocument } from "pdf-lib";
import { expect, test } from "vitest";
import { formWriter } from "./fields.ts";
import { contract, normalizeBytes, qpdfFaults, wordsIn } from "./testing.ts";

// Another library's view, beside qpdf and poppler: its files come in, and it reads ours.
test("a form that pdf-lib made becomes drawing, and its values stay readable", async () => {
  const file = await PDFDocument.create();
  const page = file.addPage([300, 200]);
  const form = file.getForm();
  const name = form.createTextField("person.name");
  name.setText("Ada Lovelace");
  name.addToPage(page, { x: 20, y: 100, width: 200, height: 24 });
  const { bytes, result } = normalizeBytes(await file.save());
  expect(qpdfFaults(bytes)).toBe("");
  expect(wordsIn(bytes)).toContain("Ada Lovelace");
  expect(result.changes).toMatchObject({ "form-flattened": 1 });
  expect((await PDFDocument.load(bytes)).getForm().getFields()).toEqual([]);
});

test("pdf-lib finds our fields where we put them, read-only", async () => {
  const box = { x: 0.1, y: 0.1, width: 0.3, height: 0.05 };
  const field = {
    name: "Signer1_text_1",
    kind: "text",
    label: "Place",
    page: 1,
    box,
    isRequired: true,
  } as const;
  const { bytes } = normalizeBytes(contract(), { form: formWriter([field], {} as never) });
  const file = await PDFDocument.load(bytes);
  const [found, ...others] = file.getForm().getFields();
  expect(others).toEqual([]);
  expect(found!.getName()).toBe("Signer1_text_1");
  expect(found!.isReadOnly()).toBe(true);
  const [widget] = found!.acroField.getWidgets();
  const { width, height } = file.getPage(1).getSize();
  const rectangle = widget!.getRectangle();
  expect(rectangle.x).toBeCloseTo(0.1 * width, 1);
  expect(rectangle.y).toBeCloseTo(0.85 * height, 1);
});
