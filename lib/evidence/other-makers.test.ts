import { beforeAll, describe, expect, test } from "vitest";
import { fromLatin1, sourceOf, toLatin1 } from "#lib/bytes.ts";
import { contract, fileOf, inFolder, onePage, qpdf, run, stream } from "#lib/pdf/testing.ts";
import { faultsIn } from "./core/validation/testing.ts";
import { trustAnchorsOf } from "./core/validation/trust-anchors.ts";
import { type OtherSigner, otherSigner, SHAPES, type Shape, signedElsewhere } from "./testing-elsewhere.ts";
import { validateDocument } from "./validate-document.ts";

// Files as other programs write them, none by our own layers: no false alarm, and the same file with a byte changed
// never passes. OpenSSL makes the signatures, poppler is asked for its opinion.

let signer: OtherSigner;
beforeAll(() => {
  signer = otherSigner();
});
const signedBy = (shape: Shape, base: Uint8Array, field: string) =>
  signedElsewhere(signer, shape, base, field);

const judged = (bytes: Uint8Array) =>
  validateDocument(sourceOf(bytes), {
    name: null,
    now: new Date(),
    anchors: trustAnchorsOf(fromLatin1(signer.certificate)),
  });
const popplerOn = (bytes: Uint8Array) =>
  inFolder(
    (file) => run("pdfsig", ["-nocert", file("a.pdf", bytes)]).text.match(/Signature is Valid/g)?.length ?? 0,
  );

const plain = () => fileOf(onePage("BT /F1 12 Tf 20 50 Td (One hundred euros) Tj ET"));

describe.for(SHAPES.map((shape) => [shape.name, shape] as const))("%s", ([, shape]) => {
  test("one signature raises no alarm", () => {
    const bytes = signedBy(shape, plain(), "Signature1");
    const report = judged(bytes);
    expect([report.verdict, faultsIn(report), report.signatures.length]).toEqual(["passed", [], 1]);
    expect(popplerOn(bytes)).toBe(shape.isMerged ? 1 : 0);
  });

  test("nor do three, one after the other", () => {
    let bytes = plain();
    for (const name of ["First", "Second", "Third"]) bytes = signedBy(shape, bytes, name);
    const report = judged(bytes);
    expect(faultsIn(report)).toEqual([]);
    expect([report.verdict, report.signatures.length]).toEqual(["passed", 3]);
    expect(popplerOn(bytes)).toBe(shape.isMerged ? 3 : 0);
  });

  test("and one changed byte does", () => {
    const bytes = signedBy(shape, plain(), "Signature1");
    const changed = fromLatin1(toLatin1(bytes).replace("One hundred", "Two hundred"));
    expect(judged(changed)).toMatchObject({
      verdict: "failed",
      signatures: [{ subIndication: "HASH_FAILURE" }],
    });
  });
});

/** What documents of offices hold: each the page's content, entries of the page, entries of the catalog, more objects. */
const TEXT = "BT /F1 12 Tf 20 50 Td (One hundred euros) Tj ET";
const ORDINARY: readonly (readonly [name: string, objects: () => string[]])[] = [
  ["text alone", () => onePage(TEXT)],
  ["lines and boxes", () => onePage(`${TEXT} 0.5 w 10 10 m 90 90 l S 20 20 30 30 re f`)],
  [
    "a picture in the text",
    () => onePage(`${TEXT} q 50 0 0 50 10 10 cm BI /W 1 /H 1 /BPC 8 /CS /G ID x EI Q`),
  ],
  ["a turned page", () => onePage(TEXT, "/Rotate 90")],
  ["a crop box and another unit", () => onePage(TEXT, "/CropBox [0 0 90 90] /UserUnit 2")],
  [
    "a link",
    () => [
      ...onePage(TEXT, "/Annots [6 0 R]"),
      "<</Type /Annot /Subtype /Link /Rect [0 0 9 9] /A <</S /URI /URI (https://example.com)>>>>",
    ],
  ],
  [
    "a note from before",
    () => [
      ...onePage(TEXT, "/Annots [6 0 R]"),
      "<</Type /Annot /Subtype /Text /Rect [0 0 9 9] /Contents (checked)>>",
    ],
  ],
  [
    "bookmarks",
    () => [
      ...onePage(TEXT, "", "/Outlines 6 0 R"),
      "<</Type /Outlines /First 7 0 R /Last 7 0 R /Count 1>>",
      "<</Title (One) /Parent 6 0 R /Dest [3 0 R /Fit]>>",
    ],
  ],
  [
    "an attached file",
    () => [
      ...onePage(TEXT, "", "/Names <</EmbeddedFiles <</Names [(a.txt) 6 0 R]>>>>"),
      "<</Type /Filespec /F (a.txt) /EF <</F 7 0 R>>>>",
      stream("hello", "/Type /EmbeddedFile"),
    ],
  ],
  [
    "metadata",
    () => [
      ...onePage(TEXT, "", "/Metadata 6 0 R"),
      stream("<x:xmpmeta xmlns:x='adobe:ns:meta/'/>", "/Type /Metadata /Subtype /XML"),
    ],
  ],
  [
    "viewer settings and a language",
    () => onePage(TEXT, "", "/Lang (de-DE) /PageMode /UseNone /ViewerPreferences <</DisplayDocTitle true>>"),
  ],
  [
    "named places and page labels",
    () => onePage(TEXT, "", "/Dests <</top [3 0 R /Fit]>> /PageLabels <</Nums [0 <</S /D>>]>>"),
  ],
  [
    "an output intent",
    () => [
      ...onePage(
        TEXT,
        "",
        "/OutputIntents [<</Type /OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier (sRGB) /DestOutputProfile 6 0 R>>]",
      ),
      stream("profile", "/N 3"),
    ],
  ],
];

test("fifty ordinary signed files of other makers raise no alarm, and poppler agrees", () => {
  let [files, signatures] = [0, 0];
  for (const shape of SHAPES)
    for (const [at, [name, objects]] of ORDINARY.entries()) {
      const what = `${shape.name}; ${name}`;
      let bytes = fileOf(objects());
      const count = 1 + (at % 3);
      for (let number = 1; number <= count; number++) bytes = signedBy(shape, bytes, `Signature${number}`);
      const report = judged(bytes);
      expect([what, report.verdict, faultsIn(report), report.signatures.length]).toEqual([
        what,
        "passed",
        [],
        count,
      ]);
      expect(
        report.revisions.flatMap(({ changes }) => changes.filter(({ verdict }) => verdict !== "allowed")),
      ).toEqual([]);
      if (shape.isMerged) expect([what, popplerOn(bytes)]).toEqual([what, count]);
      files++;
      signatures += count;
    }
  expect(files).toBeGreaterThanOrEqual(50);
  expect(signatures).toBeGreaterThan(90);
}, 180_000);

test.each([
  ["object streams", ["--object-streams=generate"]],
  ["linearization", ["--linearize"]],
  ["a header of PDF 1.4 and no streams of objects", ["--force-version=1.4", "--object-streams=disable"]],
])("a file with %s that nobody signed is told so, without an alarm", (_, options) => {
  expect(judged(qpdf(contract(), ...options))).toMatchObject({
    exitCode: 2,
    signatures: [],
    findings: [{ code: "no-signatures" }],
  });
});
