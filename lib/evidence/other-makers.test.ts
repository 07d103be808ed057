import { beforeAll, describe, expect, test } from "vitest";
import { fromLatin1, sourceOf, toHex, toLatin1 } from "#lib/bytes.ts";
import { contract, fileOf, inFolder, onePage, openBytes, qpdf, run, stream } from "#lib/pdf/testing.ts";
import { faultsIn } from "./core/validation/testing.ts";
import { trustAnchorsOf } from "./core/validation/trust-anchors.ts";
import { validateDocument } from "./validate-document.ts";

// Files as other programs write them, none by our own layers: no false alarm, and the same file with a byte changed
// never passes. OpenSSL makes the signatures, poppler is asked for its opinion.

let key: string;
let certificate: string;
beforeAll(() => {
  inFolder((file) => {
    const [keyAt, certificateAt] = [file("key.pem"), file("certificate.pem")];
    const subject = ["-subj", "/O=Another Maker/CN=Otto Other", "-days", "9"];
    run("openssl", [
      "req",
      "-x509",
      "-newkey",
      "rsa:2048",
      "-noenc",
      "-keyout",
      keyAt,
      "-out",
      certificateAt,
      ...subject,
    ]);
    key = run("cat", [keyAt]).stdout.toString();
    certificate = run("cat", [certificateAt]).stdout.toString();
  });
});

interface Shape {
  readonly name: string;
  /** End of line within what is appended. */
  readonly eol: string;
  /** Between offset, generation and kind a row of the list ends with these two. */
  readonly rowEnd: string;
  readonly isUpperCase: boolean;
  /** The signature's dictionary around the two entries that are filled in later. */
  readonly dictionary: (contents: string, range: string) => string;
  readonly isMerged: boolean;
  readonly permissions?: number;
}

const HEAD = "/Type/Sig/Filter/Adobe.PPKLite/SubFilter/adbe.pkcs7.detached";
const SHAPES: readonly Shape[] = [
  {
    name: "value before range, capitals, field and widget in one, as iText",
    ...{ eol: "\n", rowEnd: " \n", isUpperCase: true, isMerged: true },
    dictionary: (contents, range) =>
      `<<${HEAD}/Reason(I agree)/M(D:20261120120000+01'00')/Contents ${contents}/ByteRange ${range}>>`,
  },
  {
    name: "range first, carriage returns, a certification, as Acrobat",
    ...{ eol: "\r", rowEnd: "\r\n", isUpperCase: false, isMerged: true, permissions: 2 },
    dictionary: (contents, range) =>
      `<</ByteRange ${range}/Contents ${contents}/Filter/Adobe.PPKLite/M(D:20261120120000Z)/Name(Otto Other)/Prop_Build<</App<</Name/Exchange-Pro/OS[/Win]/REx(2026)>>/Filter<</Name/Adobe.PPKLite/R 131104>>>>/SubFilter/adbe.pkcs7.detached/Type/Sig>>`,
  },
  {
    name: "an entry a line and CR LF, as PDFBox",
    ...{ eol: "\r\n", rowEnd: "\r\n", isUpperCase: true, isMerged: true },
    dictionary: (contents, range) =>
      [
        "<<",
        "/Type /Sig",
        "/Filter /Adobe.PPKLite",
        "/SubFilter /adbe.pkcs7.detached",
        "/Name (Otto Other)",
        `/Contents ${contents}`,
        `/ByteRange ${range}`,
        ">>",
      ].join("\r\n"),
  },
  {
    name: "a widget apart from its field, which poppler does not follow",
    ...{ eol: "\n", rowEnd: " \n", isUpperCase: false, isMerged: false },
    dictionary: (contents, range) => `<<${HEAD}/Contents ${contents}/ByteRange ${range}>>`,
  },
];

const HOLE = 6_000;
const RANGE_WIDTH = 60;

/** A file with one more signature, appended by hand. */
function signedBy(shape: Shape, base: Uint8Array, field: string): Uint8Array {
  const file = openBytes(base);
  const { eol } = shape;
  const first = file.nextNumber;
  const [sig, widget] = [first, first + 1];
  const catalog = file.catalogRef.number;
  const page = 3;
  const before = toLatin1(base);
  const found = (number: number) => {
    const all = [
      ...before.matchAll(new RegExp(`(?:^|[\\r\\n])${number} 0 obj\\s*<<([\\s\\S]*?)>>\\s*endobj`, "g")),
    ];
    return all.at(-1)![1]!;
  };
  const list = (text: string, name: string, more: number) => {
    const own = new RegExp(`/${name}\\s*\\[([^\\]]*)\\]`).exec(text);
    const inside = `/${name}[${own?.[1] ?? ""} ${more} 0 R]`;
    return own ? text.replace(own[0], inside) : text + inside;
  };
  const fieldNumber = shape.isMerged ? widget : first + 2;
  const isFirst = !found(catalog).includes("/AcroForm");
  const form = isFirst ? `/AcroForm<</Fields[${fieldNumber} 0 R]/SigFlags 3>>` : "";
  const perms = shape.permissions && isFirst ? `/Perms<</DocMDP ${sig} 0 R>>` : "";
  const reference = perms
    ? `/Reference[<</Type/SigRef/TransformMethod/DocMDP/TransformParams<</Type/TransformParams/P ${shape.permissions}/V/1.2>>>>]`
    : "";
  const place = `/Type/Annot/Subtype/Widget/F 132/Rect[0 0 0 0]/P ${page} 0 R`;
  const named = `/FT/Sig/T(${field})/V ${sig} 0 R`;
  const objects: (readonly [number, string])[] = [
    [catalog, `<<${isFirst ? found(catalog) + form + perms : list(found(catalog), "Fields", fieldNumber)}>>`],
    [page, `<<${list(found(page), "Annots", widget)}>>`],
    [
      sig,
      shape
        .dictionary(`<${"0".repeat(HOLE)}>`, "[0 0 0 0]".padEnd(RANGE_WIDTH))
        .replace(/^<</, `<<${reference}`),
    ],
    ...(shape.isMerged
      ? [[widget, `<<${place}${named}>>`] as const]
      : [
          [widget, `<<${place}/Parent ${fieldNumber} 0 R>>`] as const,
          [fieldNumber, `<<${named}/Kids[${widget} 0 R]>>`] as const,
        ]),
  ];
  let text = before;
  const rows = objects.map(([number, body]) => {
    const at = text.length;
    text += `${number} 0 obj${eol}${body}${eol}endobj${eol}`;
    return `${number} 1${eol}${String(at).padStart(10, "0")} 00000 n${shape.rowEnd}`;
  });
  const size = Math.max(...objects.map(([number]) => number)) + 1;
  const start = text.length;
  text += `xref${eol}${rows.join("")}trailer${eol}<</Size ${size}/Root ${catalog} 0 R/Prev ${file.xref.startxref}>>${eol}startxref${eol}${start}${eol}%%EOF${eol}`;
  return filled(shape, text, before.length);
}

function filled({ isUpperCase }: Shape, text: string, from: number): Uint8Array {
  const hole = text.indexOf(`<${"0".repeat(HOLE)}>`, from);
  const after = hole + HOLE + 2;
  const range = `[0 ${hole} ${after} ${text.length - after}]`;
  const at = text.indexOf("[0 0 0 0]", from);
  const ranged = text.slice(0, at) + range.padEnd(RANGE_WIDTH) + text.slice(at + RANGE_WIDTH);
  const cms = inFolder((file) => {
    const data = file("data", fromLatin1(ranged.slice(0, hole) + ranged.slice(after)));
    const keys = [
      "-signer",
      file("c.pem", fromLatin1(certificate)),
      "-inkey",
      file("k.pem", fromLatin1(key)),
    ];
    return run("openssl", [
      "cms",
      "-sign",
      "-binary",
      "-in",
      data,
      ...keys,
      "-outform",
      "DER",
      "-md",
      "sha256",
    ]).stdout;
  });
  const hex = toHex(new Uint8Array(cms)).padEnd(HOLE, "0");
  return fromLatin1(
    `${ranged.slice(0, hole + 1)}${isUpperCase ? hex.toUpperCase() : hex}${ranged.slice(after - 1)}`,
  );
}

const judged = (bytes: Uint8Array) =>
  validateDocument(sourceOf(bytes), {
    name: null,
    now: new Date(),
    anchors: trustAnchorsOf(fromLatin1(certificate)),
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
