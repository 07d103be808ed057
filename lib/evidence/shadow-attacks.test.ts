import { beforeAll, expect, test } from "vitest";
import { concatBytes, fromLatin1, toLatin1 } from "#lib/bytes.ts";
import { type PdfDict, PdfRef, PdfStream, pdfDict, pdfName, pdfText } from "#lib/pdf/objects.ts";
import { openBytes } from "#lib/pdf/testing.ts";
import type { Update } from "#lib/pdf/update.ts";
import { type Authority, testSigner, testWorld, type World } from "#lib/pki/core/testing.ts";
import {
  addStatus,
  altered,
  checked,
  drawing,
  faultsIn,
  placesIn,
  prepared,
  sign,
} from "./core/validation/testing.ts";

// What is prepared before somebody signs, and switched after: hide, replace, hide-and-replace. And what is moved
// around a signature: ranges, holes, headers, roots, signatures of other files. Each beside its untouched twin.

let world: World;
let signer: Authority;
beforeAll(async () => {
  world = await testWorld();
  signer = await testSigner(world.issuing);
});

const signedOver = async (base: Uint8Array) =>
  addStatus(await sign(base, world, { field: "Signer1", by: signer }), world, [signer]);

interface Overlay {
  readonly name: string;
  readonly picture: PdfRef;
  readonly note: PdfRef;
  readonly layer: PdfRef;
}

/** A contract whose first page has things over it that were there when it was signed. */
function overlaid(): { base: Uint8Array; overlay: Overlay } {
  const overlay = {} as { -readonly [Key in keyof Overlay]: Overlay[Key] };
  const base = altered(prepared(), (update) => {
    const { page, catalog, contentOf, file } = placesIn(prepared());
    overlay.picture = drawing(update, 600, 800, "1 g 0 0 600 800 re f");
    overlay.layer = update.add(pdfDict({ Type: pdfName("OCG"), Name: pdfText("Cover") }));
    overlay.note = update.add(
      pdfDict({
        ...{ Type: pdfName("Annot"), Subtype: pdfName("Stamp"), Rect: [0, 0, 600, 800], P: page(0), F: 4 },
        AP: pdfDict({ N: overlay.picture }),
      }),
    );
    overlay.name = "Cover";
    const shown = update.add(new PdfStream(pdfDict(), fromLatin1("/OC /Layer BDC /Cover Do EMC")));
    const dict = update.edit(page(0));
    const resources = new Map(file.dict(dict.get("Resources"))!);
    resources.set("XObject", pdfDict({ Cover: overlay.picture }));
    resources.set("Properties", pdfDict({ Layer: overlay.layer }));
    dict.set("Resources", resources);
    dict.set("Contents", [contentOf(0), shown]);
    dict.set("Annots", [...file.array(dict.get("Annots")), overlay.note]);
    update
      .edit(catalog)
      .set(
        "OCProperties",
        pdfDict({ OCGs: [overlay.layer], D: pdfDict({ ON: [overlay.layer], Order: [overlay.layer] }) }),
      );
  });
  return { base, overlay };
}

const nothing = () => new PdfStream(pdfDict(), fromLatin1(""));

test.each<[string, string, (update: Update, overlay: Overlay, places: ReturnType<typeof placesIn>) => void]>([
  ["what it draws is emptied", "page-resources", (update, { picture }) => update.set(picture, nothing())],
  [
    "it is taken out of the page's resources",
    "page-changed",
    (update, _, { page, file }) => {
      const dict = update.edit(page(0));
      const resources = new Map(file.dict(dict.get("Resources"))!);
      resources.set("XObject", pdfDict({}));
      dict.set("Resources", resources);
    },
  ],
  [
    "it is no longer drawn",
    "page-content",
    (update, _, { page, file }) => {
      const dict = update.edit(page(0));
      dict.set("Contents", [file.array(dict.get("Contents"))[0] as PdfRef]);
    },
  ],
  [
    "its layer is switched off",
    "layers",
    (update, { layer }, { catalog }) =>
      update
        .edit(catalog)
        .set("OCProperties", pdfDict({ OCGs: [layer], D: pdfDict({ OFF: [layer], Order: [layer] }) })),
  ],
  ["its layer is another", "layers", (update, { layer }) => update.edit(layer).set("Name", pdfText("Other"))],
  ["the stamp is hidden", "annotation-changed", (update, { note }) => update.edit(note).set("F", 2)],
  [
    "the stamp is moved away",
    "annotation-changed",
    (update, { note }) => update.edit(note).set("Rect", [0, 0, 1, 1]),
  ],
  [
    "the stamp is taken off the page",
    "annotation-removed",
    (update, { note }, { page, file }) => {
      const dict = update.edit(page(0));
      const left = file
        .array(dict.get("Annots"))
        .filter((one) => !(one instanceof PdfRef && one.number === note.number));
      dict.set("Annots", left);
    },
  ],
])("flags that a cover from before the signature is removed: %s", async (_, code, attack) => {
  const { base, overlay } = overlaid();
  const twin = await signedOver(base);
  expect([checked(twin, world).exitCode, faultsIn(checked(twin, world))]).toEqual([0, []]);
  const report = checked(
    altered(twin, (update) => attack(update, overlay, placesIn(twin))),
    world,
  );
  expect([report.exitCode, faultsIn(report)]).toEqual([1, expect.arrayContaining([code])]);
});

test("flags that a cover is freed in the list of objects", async () => {
  const { base, overlay } = overlaid();
  const twin = await signedOver(base);
  const { nextNumber, catalogRef, xref } = openBytes(twin);
  const free = `xref\n${overlay.picture.number} 1\n0000000000 00001 f\r\ntrailer\n<</Size ${nextNumber} /Root ${catalogRef.number} 0 R /Prev ${xref.startxref}>>\nstartxref\n${twin.length}\n%%EOF\n`;
  const report = checked(concatBytes([twin, fromLatin1(free)]), world);
  expect([report.exitCode, faultsIn(report)]).toEqual([1, expect.arrayContaining(["page-resources"])]);
});

test("flags that a hidden catalog from before the signature becomes the root", async () => {
  let hidden!: PdfRef;
  const base = altered(prepared(), (update) => {
    const { catalog, file, page } = placesIn(prepared());
    const fake = update.add(new PdfStream(pdfDict(), fromLatin1("0 0 600 800 re f")));
    const leaf: PdfDict = new Map(file.dict(page(0))!);
    const pages = update.add(pdfDict({ Type: pdfName("Pages"), Count: 1 }));
    update.edit(pages).set("Kids", [update.add(leaf.set("Contents", fake).set("Parent", pages))]);
    hidden = update.add(new Map(file.dict(catalog)!).set("Pages", pages));
  });
  const twin = await signedOver(base);
  expect(checked(twin, world).exitCode).toBe(0);
  const { nextNumber, xref } = openBytes(twin);
  const tail = `xref\n0 0\ntrailer\n<</Size ${nextNumber} /Root ${hidden.number} 0 R /Prev ${xref.startxref}>>\nstartxref\n${twin.length}\n%%EOF\n`;
  const report = checked(concatBytes([twin, fromLatin1(tail)]), world);
  expect([report.exitCode, faultsIn(report)]).toEqual([1, expect.arrayContaining(["catalog-moved"])]);
});

test("flags the signature of another file", async () => {
  const value = /\/Contents <([0-9a-f]+)>(?![\s\S]*\/Contents <)/;
  const mine = await sign(prepared(), world, { field: "Signer1", by: signer });
  const theirs = await sign(
    altered(prepared(), (update) => {
      const { contentOf } = placesIn(prepared());
      update.set(contentOf(0), new PdfStream(pdfDict(), fromLatin1("0 0 9 9 re f")));
    }),
    world,
    { field: "Signer1", by: signer },
  );
  const [, taken] = value.exec(toLatin1(theirs))!;
  const moved = toLatin1(mine).replace(value, (all, own: string) =>
    all.replace(own, taken!.padEnd(own.length, "0").slice(0, own.length)),
  );
  const report = checked(fromLatin1(moved), world);
  expect(report).toMatchObject({ exitCode: 1, signatures: [{ subIndication: "HASH_FAILURE" }] });
});

const RANGE = /\/ByteRange \[(\d+) (\d+) +(\d+) +(\d+) *\] */;

test.each<[string, (a: number, b: number, c: number, d: number) => string]>([
  ["overlap", (a, b, c, d) => `${a} ${c} ${b} ${c + d - b}`],
  ["touch, so that nothing is left out", (a, b, c, d) => `${a} ${b} ${b} ${c + d - b}`],
  ["come in the wrong order", (a, b, c, d) => `${c} ${d} ${a} ${b}`],
  ["are three", (a, b, c, d) => `${a} ${b} ${c} ${d - 9} ${c + d - 9} 9`],
  ["are one and a half", (a, b, c) => `${a} ${b} ${c}`],
  ["are the first one twice", (a, b) => `${a} ${b} ${a} ${b}`],
  ["end before the file's revision does", (a, b, c, d) => `${a} ${b} ${c} ${d - 6}`],
])("flags ranges that %s", async (_, ranges) => {
  const twin = await signedOver(prepared());
  expect(checked(twin, world).exitCode).toBe(0);
  const text = toLatin1(twin).replace(RANGE, (all, ...numbers) => {
    const [a, b, c, d] = numbers.slice(0, 4).map(Number) as [number, number, number, number];
    return `/ByteRange [${ranges(a, b, c, d)}]`.padEnd(all.length);
  });
  const report = checked(fromLatin1(text), world);
  expect([report.exitCode, faultsIn(report)]).toEqual([
    1,
    expect.arrayContaining([expect.stringMatching(/byte-range|range-end/)]),
  ]);
});

test("flags a hole that holds more than the value (wrapping)", async () => {
  const twin = await signedOver(prepared());
  const text = toLatin1(twin).replace(/0{200}>/, (zeros) => {
    const evil = "> /Reason (4 0 obj <</Length 3>> stream q Q endstream endobj) /Pad <";
    return `${evil.padEnd(zeros.length - 1, "0")}>`;
  });
  expect(text).toHaveLength(twin.length);
  const report = checked(fromLatin1(text), world);
  expect([report.exitCode, faultsIn(report)]).toEqual([1, expect.arrayContaining(["byte-range"])]);
});

test("flags bytes that are put before what was signed", async () => {
  const twin = await signedOver(prepared());
  for (const before of ["junk\n", "%PDF-1.7\n% another\n", toLatin1(prepared())]) {
    const report = checked(concatBytes([fromLatin1(before), twin]), world);
    expect([before.slice(0, 9), report.exitCode]).toEqual([before.slice(0, 9), 1]);
  }
});

test("flags an object that serves as two things: a signature's own dictionary as a field's value", async () => {
  const twin = await signedOver(prepared());
  const report = checked(
    altered(twin, (update) => {
      const { field } = placesIn(twin);
      update.edit(field("Signer2")).set("V", update.edit(field("Signer1")).get("V")!);
    }),
    world,
  );
  expect([report.exitCode, faultsIn(report)]).toEqual([1, expect.arrayContaining(["signature-copied"])]);
});
