import { fromLatin1, toHex, toLatin1 } from "#lib/bytes.ts";
import { fileOf, inFolder, onePage, openBytes, run, stream } from "#lib/pdf/testing.ts";

// Files as other programs sign them, none by our own layers; OpenSSL makes the signatures.

/** Who signs elsewhere: a key and its own certificate, PEM. */
export interface OtherSigner {
  readonly key: string;
  readonly certificate: string;
}

export const otherSigner = (subject = "/O=Another Maker/CN=Otto Other"): OtherSigner =>
  inFolder((file) => {
    const [keyAt, certificateAt] = [file("key.pem"), file("certificate.pem")];
    const request = ["req", "-x509", "-newkey", "rsa:2048", "-noenc", "-keyout", keyAt];
    run("openssl", [...request, "-out", certificateAt, "-subj", subject, "-days", "9"]);
    return {
      key: run("cat", [keyAt]).stdout.toString(),
      certificate: run("cat", [certificateAt]).stdout.toString(),
    };
  });

export interface Shape {
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
export const SHAPES: readonly Shape[] = [
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

/** A page with a text field of its own. @param value a PDF string */
export function withForm(value: string): Uint8Array {
  const field = `<</Type/Annot/Subtype/Widget/FT/Tx/T(Rent)/V${value}/F 4/Rect[20 10 120 30]/DA(/F1 12 Tf 0 g)/P 3 0 R/AP<</N 7 0 R>>>>`;
  const look = stream(
    `/Tx BMC q BT /F1 12 Tf 2 5 Td ${value} Tj ET Q EMC`,
    "/Type/XObject/Subtype/Form/BBox[0 0 100 20]/Resources<</Font<</F1 5 0 R>>>>",
  );
  const content = "BT /F1 12 Tf 20 50 Td (One hundred euros) Tj ET";
  const form = "/AcroForm<</Fields[6 0 R]/DA(/F1 12 Tf 0 g)/DR<</Font<</F1 5 0 R>>>>/SigFlags 3>>";
  return fileOf([...onePage(content, "/Annots[6 0 R]", form), field, look]);
}

const HOLE = 6_000;
const RANGE_WIDTH = 60;

/** A file with one more signature, appended by hand. */
export function signedElsewhere(
  signer: OtherSigner,
  shape: Shape,
  base: Uint8Array,
  field: string,
): Uint8Array {
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
  return filled(signer, shape, text, before.length);
}

function filled(
  { key, certificate }: OtherSigner,
  { isUpperCase }: Shape,
  text: string,
  from: number,
): Uint8Array {
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
