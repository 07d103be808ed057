import { expect, test } from "vitest";
import { concatBytes, fromLatin1, toLatin1 } from "#lib/bytes.ts";
import { fakeSigned, forbiddenIn, formFile, historyIn, rawUpdate } from "./changes/testing.ts";
import { PdfRef, PdfStream, pdfDict, pdfName, pdfText } from "./objects.ts";
import { openBytes, qpdf, SEED } from "./testing.ts";
import { Update } from "./update.ts";

const signed = fakeSigned(formFile(), "One");
const altered = (bytes: Uint8Array, change: (update: Update) => void): Uint8Array => {
  const update = new Update(openBytes(bytes), SEED);
  change(update);
  return concatBytes([bytes, update.write().tail]);
};
const HIDDEN_LIST =
  "20 0 obj\n<</Type /XRef /W [1 2 1] /Index [21 1] /Size 30 /Length 4>>\nstream\n\x01\x00\x40\x00\nendstream";
const content = (text: string) => `<</Length ${text.length}>>\nstream\n${text}\nendstream`;

test("a signature covers its revision and all before it", () => {
  const { signatures, revisions, isReadable, findings } = historyIn(signed);
  expect(signatures).toMatchObject([{ end: signed.length, revision: 0, coversWholeFile: true, faults: [] }]);
  expect([revisions.length, isReadable, findings]).toEqual([1, true, []]);
});

test("a second signature is an allowed change after the first", () => {
  const { signatures, revisions } = historyIn(fakeSigned(signed, "Two"));
  expect(signatures.map(({ field, revision }) => [field.name, revision])).toEqual([
    ["One", 0],
    ["Two", 1],
  ]);
  expect(revisions[1]!.changes).toMatchObject([{ verdict: "allowed", code: "field-signed" }]);
});

test("an update written by hand that changes nothing is allowed", () => {
  expect(forbiddenIn(rawUpdate(signed, {}))).toEqual([]);
  expect(
    forbiddenIn(rawUpdate(signed, { objects: [`4 0 obj\n${content("BT /F1 12 Tf (10 EUR) Tj ET")}`] })),
  ).toEqual([]);
});

test.each([
  ["the end of line after the end is missing", signed.slice(0, -1)],
  ["an end of line follows", concatBytes([signed, fromLatin1("\r\n")])],
])("%s: it still covers the whole file", (_, bytes) => {
  const shorter = toLatin1(bytes).replace(
    /(\/ByteRange \[\d+ \d+ +\d+ +)(\d+)/,
    (_all, start, length) => `${start}${bytes.length < signed.length ? length - 1 : length}`,
  );
  expect(historyIn(fromLatin1(shorter)).signatures[0]).toMatchObject({ coversWholeFile: true, faults: [] });
});

test("a range that ends before its revision does is a fault", () => {
  const cut = toLatin1(signed).replace(
    /(\/ByteRange \[\d+ \d+ +\d+ +)(\d+)/,
    (_all, start, length) => `${start}${length - 8}`,
  );
  expect(historyIn(fromLatin1(cut)).signatures[0]!.faults).toMatchObject([{ code: "range-end" }]);
});

test.each<[string, string, Parameters<typeof rawUpdate>[1]]>([
  ["an object is freed", "page-content", { rows: "4 1\n0000000000 00001 f\r\n" }],
  ["an object becomes one of another type", "page-content", { objects: ["4 0 obj\n<</Type /Font>>"] }],
  ["a page becomes an annotation", "page-changed", { objects: ["3 0 obj\n<</Type /Annot /Subtype /Text>>"] }],
  [
    "an object changes its generation",
    "generation",
    { objects: ["9 1 obj\n<</T (Name)>>"], rows: "9 1\n{9} 00001 n\r\n" },
  ],
  [
    "the list and the object differ in generation",
    "generation",
    { objects: ["20 1 obj\n(x)"], rows: "20 1\n{20} 00000 n\r\n" },
  ],
  [
    "an object is listed twice",
    "object-listed-twice",
    { objects: ["20 0 obj\n(x)"], rows: "20 1\n{20} 00000 n\r\n20 1\n{20} 00000 n\r\n" },
  ],
  [
    "an object stands twice in one update",
    "object-unlisted",
    { objects: ["20 0 obj\n(x)", "20 0 obj\n(y)"] },
  ],
  ["an object is not listed", "object-unlisted", { objects: [`4 0 obj\n${content("evil")}`], rows: "" }],
  [
    "an object leads back to what was signed",
    "points-back",
    { rows: `4 1\n${String(toLatin1(signed).indexOf("11 0 obj")).padStart(10, "0")} 00000 n\r\n` },
  ],
  [
    "an object leads to another",
    "points-astray",
    { objects: ["20 0 obj\n(x)"], rows: "21 1\n{20} 00000 n\r\n20 1\n{20} 00000 n\r\n" },
  ],
  ["rows are not 20 bytes long", "xref-rows", { objects: ["20 0 obj\n(x)"], rows: "20 1\n{20} 00000 n\n" }],
  [
    "the length of a stream is wrong",
    "stream-length",
    { objects: ["20 0 obj\n<</Length 2>>\nstream\nfour\nendstream"] },
  ],
  ["something else stands between objects", "stray-bytes", { junk: "4 0 obj\n(never ended)\n" }],
  [
    "a second list hides behind the first",
    "hybrid-update",
    { objects: [HIDDEN_LIST], trailer: `/XRefStm ${signed.length}` },
  ],
  [
    "the root is another",
    "catalog-moved",
    { objects: ["20 0 obj\n<</Type /Catalog /Pages 2 0 R /AcroForm 6 0 R>>"], trailer: "/Root 20 0 R" },
  ],
  ["the trailer is encrypted now", "encryption", { trailer: "/Encrypt null /Encrypt <</Filter /None>>" }],
])("flags that %s", (_, code, update) => {
  const bytes = rawUpdate(signed, update);
  const history = reading(bytes);
  if (history === "refused") return;
  const codes = history.revisions.flatMap(({ changes }) =>
    changes.filter(({ verdict }) => verdict !== "allowed"),
  );
  expect(codes.map((change) => change.code)).toContain(code);
});

function reading(bytes: Uint8Array) {
  try {
    return historyIn(bytes);
  } catch (error) {
    expect((error as { code?: string }).code).toMatch(/^pdf\//);
    return "refused";
  }
}

test("flags an update that skips what was signed", () => {
  const first = openBytes(formFile()).xref.startxref;
  const skipping = rawUpdate(signed, { prev: first });
  expect(historyIn(skipping)).toMatchObject({
    signatures: [],
    findings: [{ severity: "error", code: "signature-lost" }],
  });
  const two = fakeSigned(signed, "Two");
  const back = rawUpdate(two, {
    objects: ["8 0 obj\n<</FT /Sig /T (Two)>>"],
    prev: openBytes(signed).xref.startxref,
  });
  expect(forbiddenIn(back)).toContain("stray-bytes");
});

test("flags an update whose list lies within what was signed", () => {
  const text = toLatin1(formFile());
  const shadow = `${text}startxref\n${text.lastIndexOf("xref\n0 ")}\n%%EOF\n`;
  const base = fakeSigned(fromLatin1(shadow), "One");
  const back = openBytes(formFile()).xref.startxref;
  const bytes = concatBytes([base, fromLatin1(`startxref\n${back}\n%%EOF\n`)]);
  const { signatures, findings } = historyIn(bytes);
  expect([signatures, findings]).toMatchObject([[], [{ severity: "error", code: "signature-lost" }]]);
});

test("flags a replaced object stream and objects hidden in a new one", () => {
  const base = qpdf(formFile(), "--object-streams=generate");
  const streamed = fakeSigned(base, "One");
  expect(forbiddenIn(streamed)).toEqual([]);
  expect(forbiddenIn(fakeSigned(streamed, "Two"))).toEqual([]);
  const file = openBytes(streamed);
  const [container] = [...file.xref.entries.values()].flatMap((entry) =>
    entry.type === "in" ? [entry.stream] : [],
  );
  const old = file.get(container!) as PdfStream;
  const exchanged = fromLatin1(toLatin1(file.decoded(old)).replace("(Name)", "(Nemo)"));
  const dict = new Map(old.dict);
  for (const key of ["Filter", "DecodeParms"]) dict.delete(key);
  const bytes = altered(streamed, (update) =>
    update.set(new PdfRef(container!), new PdfStream(dict, exchanged)),
  );
  expect(forbiddenIn(bytes)).toContain("object-stream-replaced");
  const hiding = pdfDict({ Type: pdfName("ObjStm"), N: 1, First: 5 });
  const hidden = altered(streamed, (update) => update.add(new PdfStream(hiding, fromLatin1("4 0  (evil)"))));
  expect(forbiddenIn(hidden)).toContain("object-unlisted");
});

test.each([
  ["a linearized file", ["--linearize"]],
  ["a linearized file with object streams", ["--linearize", "--object-streams=generate"]],
  ["an encrypted file", ["--encrypt", "", "owner", "256", "--"]],
  [
    "an encrypted file with object streams",
    ["--object-streams=generate", "--encrypt", "", "owner", "256", "--"],
  ],
])("%s is followed like any other", (_, options) => {
  const one = fakeSigned(qpdf(formFile(), ...options), "One");
  const two = fakeSigned(one, "Two");
  expect(historyIn(two)).toMatchObject({ isReadable: true, signatures: [{ faults: [] }, { faults: [] }] });
  expect(forbiddenIn(two)).toEqual([]);
  const filled = altered(two, (update) => {
    const [field] = [...update.file.xref.entries.keys()].filter(
      (number) => update.file.text(update.file.dict(new PdfRef(number))?.get("T")) === "Name",
    );
    update.edit(new PdfRef(field!)).set("V", pdfText("Ada"));
  });
  expect(forbiddenIn(filled)).toEqual([]);
  const evil = altered(two, (update) => {
    const page = update.file.array(
      update.file.dict(update.file.catalog.get("Pages"))!.get("Kids"),
    )[0] as PdfRef;
    update.edit(page).set("Contents", update.add(new PdfStream(pdfDict(), fromLatin1("q Q"))));
  });
  expect(forbiddenIn(evil)).toEqual(["page-content"]);
});

test("a damaged list of objects is never taken for granted", () => {
  const text = toLatin1(signed);
  const startxref = text.lastIndexOf("startxref\n");
  const inBase = fromLatin1(
    `${text.slice(0, startxref)}startxref\n${"9".repeat(text.length - startxref - 17)}\n%%EOF\n`,
  );
  expect(historyIn(inBase.slice(0, signed.length)).isReadable).toBe(false);
  const broken = concatBytes([signed, fromLatin1("20 0 obj\n(x)\nendobj\nstartxref\n7\n%%EOF\n")]);
  expect(historyIn(broken).isReadable).toBe(false);
  expect(forbiddenIn(broken)).toContain("revision-skipped");
});

test("every cut of a signed file is refused or told", () => {
  const two = fakeSigned(signed, "Two");
  for (let length = 0; length < two.length - 1; length += 5) {
    const history = reading(two.slice(0, length));
    if (history === "refused") continue;
    const isWhole = history.signatures.some(
      ({ coversWholeFile, faults }) => coversWholeFile && faults.length === 0,
    );
    const isForbidden = history.revisions.some(({ changes }) =>
      changes.some(({ verdict }) => verdict !== "allowed"),
    );
    const isTold = isForbidden || !history.isReadable || history.signatures.length < 2;
    expect([length, isWhole || isTold]).toEqual([length, true]);
    if (isWhole) expect(length).toBeGreaterThanOrEqual(signed.length - 1);
  }
});

test("a file without signatures has no revisions to compare", () => {
  expect(historyIn(formFile())).toMatchObject({ signatures: [], revisions: [], findings: [] });
});
