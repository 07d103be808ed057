import { expect, test } from "vitest";
import { formWriter, type ProductField } from "./fields.ts";
import { PdfStream, pdfDict, pdfName } from "./objects.ts";
import {
  contract,
  fileOf,
  inFolder,
  normalizeBytes,
  onePage,
  openBytes,
  qpdfFaults,
  run,
} from "./testing.ts";

const drawing = {
  button: (_kind: string, sink: { add(object: PdfStream): never }) => {
    const box = () =>
      sink.add(new PdfStream(pdfDict({ Subtype: pdfName("Form"), BBox: [0, 0, 9, 9] }), new Uint8Array()));
    return { on: box(), off: box() };
  },
};

const at = (page: number) => ({ page, box: { x: 0.1, y: 0.1, width: 0.2, height: 0.05 }, isRequired: true });
const FIELDS: readonly ProductField[] = [
  { ...at(0), name: "s1", kind: "signature", label: "Signature of the signer" },
  { ...at(1), name: "t1", kind: "text", label: "Town (the signer)" },
  {
    ...{ ...at(0), box: null, name: "r1", kind: "radio", label: "Pay (the signer)" },
    buttons: [
      { page: 0, box: at(0).box, label: "Monthly" },
      { page: 1, box: at(1).box, label: "Yearly" },
    ],
  },
];

const withForm = (bytes: Uint8Array, title = "Agreement", language: string | null = "en") => {
  const fields = FIELDS.slice(0, bytes.length < 5_000 ? 1 : undefined);
  return normalizeBytes(bytes, { form: formWriter(fields, drawing as never), named: { title, language } })
    .bytes;
};

const structureOf = (bytes: Uint8Array, ...options: readonly string[]) =>
  inFolder((file) => run("pdfinfo", [...options, file("in.pdf", bytes)]).text);

test("the fields of a tagged file are read where they stand, each by its name", () => {
  const bytes = withForm(contract());
  expect(qpdfFaults(bytes)).toBe("");
  const read = structureOf(bytes, "-struct-text");
  const places = ["1. Purpose", "Signature of the signer", "Pay (the signer): Monthly", "Town (the signer)"];
  const file = openBytes(bytes);
  const root = file.dict(file.catalog.get("StructTreeRoot"))!;
  const alternatives: (string | undefined)[] = [];
  const walk = (object: Parameters<typeof file.dict>[0]): void => {
    const element = file.dict(object);
    if (!element) return;
    if (file.name(element.get("S")) === "Form") alternatives.push(file.text(element.get("Alt")));
    for (const kid of file.array(element.get("K"))) walk(kid);
    if (file.array(element.get("K")).length === 0) walk(element.get("K"));
  };
  walk(root.get("K"));
  expect(alternatives).toEqual([places[1], places[2], places[3], "Pay (the signer): Yearly"]);
  const [form, heading, later] = ["Form", "1. Purpose", "Signed by"].map((text) => read.indexOf(text));
  expect(heading).toBeGreaterThan(0);
  expect(form).toBeGreaterThan(heading!);
  expect(read.lastIndexOf("Form")).toBeGreaterThan(later!);
});

test("each widget leads back to the element that names it", () => {
  const file = openBytes(withForm(contract()));
  const root = file.dict(file.catalog.get("StructTreeRoot"))!;
  const kids = file.array(file.dict(root.get("ParentTree"))!.get("Kids"));
  const numbers = file.array(file.dict(kids.at(-1))!.get("Nums"));
  const next = file.number(root.get("ParentTreeNextKey"))!;
  const seen: number[] = [];
  for (let index = 0; index < numbers.length; index += 2) {
    const element = file.dict(numbers[index + 1])!;
    const widget = file.dict(file.dict(element.get("K"))!.get("Obj"))!;
    expect(file.number(widget.get("StructParent"))).toBe(file.number(numbers[index]));
    expect(file.name(widget.get("Subtype"))).toBe("Widget");
    seen.push(file.number(numbers[index])!);
  }
  expect(seen).toHaveLength(4);
  expect(next).toBe(Math.max(...seen) + 1);
  const before = openBytes(contract());
  const held = file.number(file.dict(before.catalog.get("StructTreeRoot"))?.get("ParentTreeNextKey"));
  expect(Math.min(...seen)).toBeGreaterThanOrEqual(held ?? 0);
});

test("a file says what it is called and in which language, and keeps what it said itself", () => {
  const plain = fileOf(onePage("BT ET"));
  expect(structureOf(withForm(plain, "Lease", "pt"))).toMatch(/^Title:\s+Lease$/m);
  const named = openBytes(withForm(plain, "Lease", "pt"));
  expect(named.text(named.catalog.get("Lang"))).toBe("pt");
  expect(named.dict(named.catalog.get("ViewerPreferences"))?.get("DisplayDocTitle")).toBe(true);
  expect(named.catalog.has("StructTreeRoot")).toBe(false);

  expect(structureOf(withForm(contract(), "nda.pdf", "fr"))).toMatch(
    /^Title:\s+Mutual non-disclosure agreement$/m,
  );
  const kept = openBytes(withForm(fileOf(onePage("BT ET", "", "/Lang (de-AT)")), "Vertrag", "en"));
  expect(kept.text(kept.catalog.get("Lang"))).toBe("de-AT");
  const unknown = openBytes(withForm(plain, "Lease", null));
  expect(unknown.catalog.has("Lang")).toBe(false);
});

test("tags in disorder are kept as they are, and nothing is added to them", () => {
  const looped = [...onePage("BT ET", "", "/StructTreeRoot 6 0 R"), "<</K 7 0 R /ParentTree 8 0 R>>"];
  const bytes = fileOf([...looped, "<</S /Document /P 6 0 R>>", "<</Kids [8 0 R]>>"]);
  const file = openBytes(withForm(bytes));
  const root = file.dict(file.catalog.get("StructTreeRoot"))!;
  expect(file.name(file.dict(root.get("K"))?.get("S"))).toBe("Document");
  expect(file.number(root.get("ParentTreeNextKey"))).toBeUndefined();
});
