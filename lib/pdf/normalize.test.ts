import { PDFiumLibrary } from "@hyzyla/pdfium";
import { expect, test } from "vitest";
import { toLatin1 } from "#lib/bytes.ts";
import { formWriter } from "./fields.ts";
import { fieldsOf } from "./form.ts";
import { PdfStream, pdfDict, pdfName } from "./objects.ts";
import { pagesOf } from "./pages.ts";
import {
  contract,
  fileOf,
  inFolder,
  normalizeBytes,
  onePage,
  openBytes,
  qpdf,
  qpdfFaults,
  run,
  stream,
  wordsIn,
} from "./testing.ts";

const code = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    return (error as { code?: string }).code;
  }
  return undefined;
};

test.each([
  ["plain", []],
  ["object streams", ["--object-streams=generate"]],
  ["linearized", ["--linearize"]],
  ["RC4", ["--allow-weak-crypto", "--encrypt", "", "owner", "128", "--use-aes=n", "--"]],
  ["AES-128", ["--allow-weak-crypto", "--encrypt", "", "owner", "128", "--use-aes=y", "--"]],
  ["AES-256", ["--encrypt", "", "owner", "256", "--"]],
])("%s becomes one clean revision with the same words", (_, options) => {
  const before = qpdf(contract(), ...options);
  const { bytes, result } = normalizeBytes(before);
  expect(qpdfFaults(bytes)).toBe("");
  expect(wordsIn(bytes)).toBe(wordsIn(contract()));
  expect(result.sizeBytes).toBe(bytes.length);
  expect(result.pages).toHaveLength(2);
  const file = openBytes(bytes);
  expect(file.condition).toMatchObject({ isDamaged: false, isEncrypted: false, isHybrid: false });
  expect(file.xref.sections).toHaveLength(1);
});

test("page content stays byte for byte", () => {
  const content = "q 1 0 0 1 10 10 cm BT /F1 12 Tf (as it was) Tj ET Q % even this";
  const { bytes } = normalizeBytes(fileOf(onePage(content)));
  expect(toLatin1(bytes)).toContain(`stream\n${content}\nendstream`);
});

test("the same input gives the same output", () => {
  expect(normalizeBytes(contract()).bytes).toEqual(normalizeBytes(contract()).bytes);
});

test("scripts, actions and what cannot be reached are gone, links stay", () => {
  const objects = [
    ...onePage(
      "",
      `/AA <</O <</S /JavaScript /JS (page)>>>> /Annots [6 0 R <</Subtype /Link /Rect [0 0 9 9] /A <</S /Launch /F (calc.exe)>>>>]`,
      "/OpenAction <</S /JavaScript /JS (open)>> /AA <</WC 9 0 R>> /Names <</JavaScript <</Names [(a) 7 0 R]>>>>",
    ),
    "<</Subtype /Link /Rect [0 0 9 9] /A <</S /URI /URI (https://example.com) /Next 7 0 R>>>>",
    "<</S /JavaScript /JS (named)>>",
    stream("left over from an earlier revision"),
    "<</S /JavaScript /JS (closing)>>",
  ];
  const { bytes, result } = normalizeBytes(fileOf(objects));
  const text = toLatin1(bytes);
  for (const gone of ["JavaScript", "Launch", "calc.exe", "left over", "OpenAction", "/AA"])
    expect(text).not.toContain(gone);
  expect(text).toContain("https://example.com");
  expect(Object.keys(result.changes)).toEqual(expect.arrayContaining(["scripts-removed", "actions-removed"]));
});

test("attached programs are removed, other attachments stay", () => {
  const specification = (name: string, content: number) =>
    `<</Type /Filespec /F (${name}) /EF <</F ${content} 0 R>>>>`;
  const objects = [
    ...onePage("", "", "/Names <</EmbeddedFiles <</Names [(1) 6 0 R (2) 7 0 R (3) 8 0 R]>>>>"),
    specification("invoice.xml", 9),
    specification("setup.EXE", 9),
    specification("harmless.txt", 10),
    stream("<invoice/>"),
    stream("MZ\x90 this is a program"),
  ];
  const { bytes, result } = normalizeBytes(fileOf(objects));
  expect(toLatin1(bytes)).toContain("<invoice/>");
  expect(toLatin1(bytes)).not.toContain("program");
  expect(toLatin1(bytes)).not.toContain("setup");
  expect(result.changes["attachments-removed"]).toBe(2);
});

test("content kept in another file, and pictures kept for printing only, are cut off", () => {
  const objects = onePage("/X Do");
  objects[2] = objects[2]!.replace("/Resources <<", "/Resources <</XObject <</X 6 0 R>> ");
  objects.push(
    "<</Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray /Length 1 /F (other.pdf) /Alternates [7 0 R]>>\nstream\nx\nendstream",
    stream("other"),
  );
  const { bytes, result } = normalizeBytes(fileOf(objects));
  expect(toLatin1(bytes)).not.toMatch(/other\.pdf|Alternates/);
  expect(result.changes).toMatchObject({ "external-content-removed": 1, "alternate-images-removed": 1 });
});

test("a form of its own becomes drawing: values stay readable, fields are gone", () => {
  const objects = [
    ...onePage(
      "q q",
      "/Annots [6 0 R 8 0 R] /Rotate 90",
      "/AcroForm <</Fields [6 0 R 8 0 R] /NeedAppearances true>>",
    ),
    "<</Subtype /Widget /FT /Tx /T (name) /V (Ada) /Rect [10 10 110 30] /AP <</N 7 0 R>>>>",
    stream(
      "BT /F1 12 Tf 2 5 Td (Ada Lovelace) Tj ET",
      "/BBox [0 0 100 20] /Resources <</Font <</F1 5 0 R>>>>",
    ),
    "<</Subtype /Widget /FT /Btn /T (box) /AS /On /Rect [10 40 20 50] /F 2 /AP <</N <</On 9 0 R>>>>>>",
    stream("BT /F1 12 Tf (hidden) Tj ET", "/BBox [0 0 10 10] /Resources <</Font <</F1 5 0 R>>>>"),
  ];
  const { bytes, result } = normalizeBytes(fileOf(objects));
  expect(qpdfFaults(bytes)).toBe("");
  expect(wordsIn(bytes)).toContain("Ada Lovelace");
  expect(wordsIn(bytes)).not.toContain("hidden");
  expect([...fieldsOf(openBytes(bytes))]).toHaveLength(0);
  expect(toLatin1(bytes)).not.toContain("NeedAppearances");
  expect(result.changes["form-flattened"]).toBe(2);
});

test("annotations nobody sees on screen go, layers keep what they show", () => {
  const objects = [
    ...onePage(
      "/OC /L BDC EMC",
      "/Annots [<</Subtype /FreeText /F 2 /Rect [0 0 9 9] /Contents (unseen)>> <</Subtype /FreeText /F 32 /Rect [0 0 9 9] /Contents (on paper)>>]",
      "/OCProperties <</OCGs [6 0 R] /D <</OFF [6 0 R] /AS [<</Event /Print /OCGs [6 0 R]>>]>> /Configs [<<>>]>>",
    ),
    "<</Type /OCG /Name (layer)>>",
  ];
  const { bytes, result } = normalizeBytes(fileOf(objects));
  const text = toLatin1(bytes);
  expect(text).not.toMatch(/unseen|on paper|\/AS|Configs/);
  expect(text).toMatch(/\/OFF \[\d+ 0 R\]/);
  expect(text).toMatch(/\/Locked \[\d+ 0 R\]/);
  expect(result.changes).toMatchObject({ "hidden-annotations-removed": 2, "layers-frozen": 1 });
});

/** Red all over the page, in a layer. */
const LAYER = "/OC /L BDC 1 0 0 rg 0 0 200 100 re f EMC";
const GROUP = "/Resources <</Properties <</L 6 0 R>>>>";
const layered = (listed: string, ...more: string[]) => [
  ...onePage(LAYER, GROUP, `/OCProperties <<${listed}>>`),
  ...more,
];
const FORM = stream("1 0 0 rg 0 0 200 100 re f", "/Type /XObject /Subtype /Form /BBox [0 0 200 100]");
const STAMP =
  "/Annots [<</Subtype /Stamp /Rect [0 0 200 100] /OC 6 0 R /AP <</N 7 0 R /R 8 0 R /D 8 0 R>>>>]";

test.each([
  [
    "shown, and off for the screen by its usage",
    true,
    layered("/OCGs [6 0 R] /D <<>>", "<</Type /OCG /Name (x) /Usage <</View <</ViewState /OFF>>>>>>"),
  ],
  [
    "off, and on for the screen by its usage",
    false,
    layered(
      "/OCGs [6 0 R] /D <</OFF [6 0 R]>>",
      "<</Type /OCG /Name (x) /Usage <</View <</ViewState /ON>>>>>>",
    ),
  ],
  [
    "off, and meant for designers",
    false,
    layered("/OCGs [6 0 R] /D <</OFF [6 0 R]>>", "<</Type /OCG /Name (x) /Intent /Design>>"),
  ],
  [
    "off as all are, in a configuration for designers",
    false,
    layered("/OCGs [6 0 R] /D <</Intent /Design /BaseState /OFF>>", "<</Type /OCG /Name (x)>>"),
  ],
  [
    "off on paper by a rule",
    true,
    layered(
      "/OCGs [6 0 R] /D <</AS [<</Event /Print /Category [/Print] /OCGs [6 0 R]>>]>>",
      "<</Type /OCG /Name (x) /Usage <</Print <</PrintState /OFF>>>>>>",
    ),
  ],
  [
    "an expression that says no, where the policy says yes",
    false,
    layered(
      "/OCGs [7 0 R] /D <<>>",
      "<</Type /OCMD /OCGs 7 0 R /P /AnyOn /VE [/Not 7 0 R]>>",
      "<</Type /OCG /Name (x)>>",
    ),
  ],
  [
    "an expression that says yes, where the policy says no",
    true,
    layered(
      "/OCGs [7 0 R] /D <</OFF [7 0 R]>>",
      "<</Type /OCMD /OCGs 7 0 R /VE [/And [/Not 7 0 R] [/Or 7 0 R [/Not 7 0 R]]]>>",
      "<</Type /OCG /Name (x)>>",
    ),
  ],
  [
    "shown where all are off",
    true,
    layered(
      "/OCGs [7 0 R] /D <</OFF [7 0 R]>>",
      "<</Type /OCMD /OCGs [7 0 R null] /P /AllOff>>",
      "<</Type /OCG /Name (x)>>",
    ),
  ],
  [
    "an annotation in a layer that is off",
    false,
    [
      ...onePage("", STAMP, "/OCProperties <</OCGs [6 0 R] /D <</OFF [6 0 R]>>>>"),
      "<</Type /OCG /Name (x)>>",
      FORM,
      FORM,
    ],
  ],
  [
    "an annotation in a layer that is on",
    true,
    [
      ...onePage("", STAMP, "/OCProperties <</OCGs [6 0 R] /D <<>>>>"),
      "<</Type /OCG /Name (x)>>",
      FORM,
      FORM,
    ],
  ],
  [
    "an annotation that keeps its size at any zoom and its direction",
    true,
    [...onePage("", "/Annots [<</Subtype /Stamp /F 25 /Rect [0 0 200 100] /AP <</N 6 0 R>>>>]"), FORM],
  ],
])("every reader shows the same of what is %s", async (_, isDrawn, objects) => {
  const { bytes, result } = normalizeBytes(fileOf(objects));
  expect(Object.keys(result.changes)).not.toEqual([]);
  expect(qpdfFaults(bytes)).toBe("");
  const drawn = { ours: await inPdfium(bytes), poppler: inPoppler(bytes), mupdf: inMupdf(bytes) };
  expect(drawn).toEqual({ ours: isDrawn, poppler: isDrawn, mupdf: isDrawn });
  expect(toLatin1(bytes)).not.toMatch(/\/(?:Usage|Intent|VE|AS|R|D \d|OC \d)\b/);
});

test("what covers something covers it in every reader, also where one shows how inks print over each other", () => {
  const states = "/Resources <</ExtGState <</G <</Type /ExtGState /OP true /op true /OPM 1 /CA 0.5>>>>>>";
  const { bytes } = normalizeBytes(fileOf(onePage("/G gs 0 0 0 0 k 0 0 200 100 re f", states)));
  expect(qpdfFaults(bytes)).toBe("");
  expect(toLatin1(bytes)).toMatch(/\/CA 0\.5/);
  expect(toLatin1(bytes)).not.toMatch(/\/(?:OP|op|OPM)\b/);
});

/** Whether the middle of the page is red: 8 bits a color, 3 or 4 colors a dot, from there on. */
const isRed = (dots: Uint8Array, size: number, width: number, order: readonly [number, number]) => {
  const at = (50 * width + 100) * size;
  return dots[at + order[0]]! > 200 && dots[at + order[1]]! < 60;
};

async function inPdfium(bytes: Uint8Array): Promise<boolean> {
  const library = await PDFiumLibrary.init();
  const document = await library.loadDocument(bytes);
  const { data, width } = await document
    .getPage(0)
    .render({ scale: 1, render: "bitmap", renderFormFields: true });
  document.destroy();
  return isRed(data, 4, width, [0, 2]);
}

const inPoppler = (bytes: Uint8Array) =>
  inFolder((file) => ppm(run("pdftoppm", ["-r", "72", file("a.pdf", bytes)]).stdout));
const inMupdf = (bytes: Uint8Array) =>
  inFolder((file) =>
    ppm(run("mutool", ["draw", "-q", "-r", "72", "-F", "ppm", "-o", "-", file("a.pdf", bytes)]).stdout),
  );

function ppm(picture: Buffer): boolean {
  const head = /^P6\s(?:#[^\n]*\s)*(\d+)\s(\d+)\s255\s/.exec(picture.subarray(0, 200).toString("latin1"))!;
  return isRed(picture.subarray(head[0].length), 3, Number(head[1]), [0, 2]);
}

test("annotations that each reader would draw in its own way go, those with an appearance and links stay", () => {
  const line = "/Subtype /Line /L [0 0 90 90] /Rect [0 0 90 90]";
  const objects = [
    ...onePage(
      "",
      `/Annots [<<${line} /Contents (bare)>> <<${line} /Contents (drawn) /AP <</N 6 0 R>> /Popup 7 0 R>> <</Subtype /Link /Rect [0 0 9 9] /Border [0 0 1]>> 7 0 R]`,
    ),
    stream("0 0 m 90 90 l S", "/Type /XObject /Subtype /Form /BBox [0 0 90 90]"),
    "<</Subtype /Popup /Rect [0 0 9 9] /Open true>>",
  ];
  const { bytes, result } = normalizeBytes(fileOf(objects));
  const text = toLatin1(bytes);
  expect(text).toContain("drawn");
  expect(text).toContain("/Link");
  expect(text).not.toMatch(/bare|Popup/);
  expect(result.changes).toMatchObject({ "undrawn-annotations-removed": 1 });
  expect(qpdfFaults(bytes)).toBe("");
});

test("what cannot become a contract is refused by name", () => {
  const xfa = onePage("", "", "/AcroForm <</XFA 6 0 R /Fields []>>");
  expect(code(() => normalizeBytes(fileOf([...xfa, stream("<xdp/>")])))).toBe("pdf/dynamic-xfa");
  const empty = ["<</Type /Catalog /Pages 2 0 R>>", "<</Type /Pages /Kids [] /Count 0>>"];
  expect(code(() => normalizeBytes(fileOf(empty)))).toBe("pdf/no-pages");
  const signed = onePage("", "", "/AcroForm <</Fields [6 0 R]>>");
  const field = "<</FT /Sig /T (s) /V <</Type /Sig /ByteRange [0 1 2 3] /Contents <00>>>>>";
  expect(code(() => normalizeBytes(fileOf([...signed, field])))).toBe("pdf/already-signed");
  expect(
    normalizeBytes(fileOf([...signed, field]), { flattenSignatures: true }).result.changes,
  ).toMatchObject({
    "signatures-flattened": 1,
  });
  const certified = onePage("", "", "/AcroForm <</Fields [6 0 R]>> /Perms <</DocMDP 7 0 R>>");
  const dict = "<</Type /Sig /Reference [<</TransformMethod /DocMDP /TransformParams <</P 1>>>>]>>";
  expect(code(() => normalizeBytes(fileOf([...certified, field, dict])))).toBe("pdf/no-changes-allowed");
});

test("a page listed twice stays twice, and a tree of many pages is balanced", () => {
  const objects = onePage("BT /F1 9 Tf (page) Tj ET");
  objects[1] = `<</Type /Pages /Kids [${"3 0 R ".repeat(100)}] /Count 100>>`;
  const { bytes } = normalizeBytes(fileOf(objects));
  expect(qpdfFaults(bytes)).toBe("");
  expect([...pagesOf(openBytes(bytes))]).toHaveLength(100);
});

test("the product's fields are the only form, read-only and named", () => {
  const drawing = {
    button: (_kind: string, sink: { add(object: PdfStream): never }) => {
      const box = () =>
        sink.add(new PdfStream(pdfDict({ Subtype: pdfName("Form"), BBox: [0, 0, 9, 9] }), new Uint8Array()));
      return { on: box(), off: box() };
    },
  };
  const box = { x: 0.1, y: 0.1, width: 0.2, height: 0.05 };
  const common = { page: 0, box, isRequired: true };
  const form = formWriter(
    [
      {
        ...common,
        name: "s1",
        kind: "signature",
        label: "Signature of Zoë",
        lock: { action: "include", fields: ["t1"] },
      },
      { ...common, name: "t1", kind: "text", label: "Title", page: 1 },
      { ...common, name: "c1", kind: "checkbox", label: "News" },
      { ...common, name: "seal", kind: "signature", label: "Seal", box: null, lock: { action: "all" } },
    ],
    drawing as never,
  );
  const { bytes } = normalizeBytes(contract(), { form });
  expect(qpdfFaults(bytes)).toBe("");
  const fields = [...fieldsOf(openBytes(bytes))];
  expect(fields.map(({ name, type }) => `${name} ${type}`).sort()).toEqual([
    "c1 Btn",
    "s1 Sig",
    "seal Sig",
    "t1 Tx",
  ]);
  expect(fields.filter(({ type }) => type !== "Sig").every(({ flags }) => (flags & 1) === 1)).toBe(true);
  expect(fields.every(({ ref, value, type }) => ref !== null && (type === "Btn" || value === null))).toBe(
    true,
  );
});
