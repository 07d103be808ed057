import { randomFillSync } from "node:crypto";
import { deflateSync } from "node:zlib";
import { concatBytes, fromLatin1, toLatin1 } from "#lib/bytes.ts";
import { contract, fileOf, onePage, qpdf, stream } from "#lib/pdf/testing.ts";

/** A file of a kind that is hard to take, made when asked for. */
export interface HardInput {
  readonly name: string;
  /** What must come of it: a seal, or a refusal with this code. */
  readonly outcome: string;
  bytes(): Uint8Array;
}

const made = (name: string, bytes: () => Uint8Array, outcome = "sealed"): HardInput => ({
  name,
  bytes,
  outcome,
});
const refused = (code: string, name: string, bytes: () => Uint8Array) => made(name, bytes, code);

const text = (words: string, x = 30, y = 60) => `BT /F1 18 Tf ${x} ${y} Td (${words}) Tj ET`;
/** Marks that tell every turn and shift of a page from every other. */
const scene = `1 0 0 rg 20 20 120 30 re f 0 0 1 rg 20 80 30 90 re f 0 g ${text("Lower left", 40, 200)}`;

/** A page large enough for text fields, with `entries` in its dictionary. */
const largePage = (entries: string, content = scene, root = ""): string[] => [
  "<</Type /Catalog /Pages 2 0 R>>",
  `<</Type /Pages /Kids [3 0 R] /Count 1 ${root}>>`,
  `<</Type /Page /Parent 2 0 R /Contents 4 0 R /Resources <</Font <</F1 5 0 R>>>> ${entries}>>`,
  stream(content),
  "<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>",
];
const A4 = "/MediaBox [0 0 595 842]";

const latin1 = (bytes: Uint8Array, change: (text: string) => string) => fromLatin1(change(toLatin1(bytes)));
const encrypted = (...options: readonly string[]) => {
  const [password, ...rest] = options;
  return qpdf(contract(), "--allow-weak-crypto", "--encrypt", password!, "owner", ...rest, "--");
};

/** What people really send: each becomes a sealed document. */
export const SOUND: readonly HardInput[] = [
  made("object streams", () => qpdf(contract(), "--object-streams=generate")),
  made("linearized", () => qpdf(contract(), "--linearize", "--object-streams=disable")),
  made("hybrid cross-reference", hybrid),
  made("RC4 with 40 bits", () => encrypted("", "40")),
  made("RC4 with 128 bits", () => encrypted("", "128", "--use-aes=n")),
  made("AES-128", () => encrypted("", "128", "--use-aes=y")),
  made("AES-256, revision 5", () => encrypted("", "256", "--force-R5")),
  made("AES-256, revision 6", () => encrypted("", "256")),
  ...[90, 180].map((turn) => made(`turned by ${turn}`, () => fileOf(largePage(`${A4} /Rotate ${turn}`)))),
  made("cropped and turned", () =>
    fileOf(largePage("/MediaBox [-300 -400 500 700] /CropBox [-10 5 490 690] /Rotate -90")),
  ),
  made("large units", () => fileOf(largePage("/MediaBox [0 0 300 420] /UserUnit 2"))),
  made("as large as pages get", () => fileOf(largePage("/MediaBox [0 0 14400 14400]"))),
  made("a form of its own", () => fileOf(formOfItsOwn())),
  made("inherited resources", () => fileOf(inherited())),
  made("sixty levels of pages", () => fileOf(deepTree(60))),
  made("junk before and behind", junk),
  made("carriage returns only", () => latin1(fileOf(largePage(A4)), (all) => all.replaceAll("\n", "\r"))),
  made("no endobj", () =>
    latin1(fileOf(largePage(A4)), (all) => all.replaceAll("\nendobj\n", "\n       \n")),
  ),
  made("wrong offsets", () => latin1(contract(), (all) => all.replace(/startxref\s+\d+/, "startxref\n17"))),
  made("torn off", () => contract().subarray(0, Math.floor(contract().length * 0.97))),
  made("object 0 in use", objectZero),
  made("names with escapes", names),
  made("a portfolio", () => fileOf(portfolio())),
  made("a length far too large", () =>
    latin1(fileOf(largePage(A4)), (all) =>
      all.replace(/Length \d+/, (found) => found.replace(/\d+/, "99999999")),
    ),
  ),
  made("a length that is itself", () =>
    latin1(fileOf(largePage(A4)), (all) => all.replace(/Length \d+/, "Length 4 0 R")),
  ),
  made("a circular page tree", () => fileOf(circular())),
  made("a drawing that draws itself", () => fileOf(selfDrawing())),
];

/** What takes long by its size alone. */
export const LARGE: readonly HardInput[] = [
  made("a thousand pages", () => fileOf(manyPages(1_000))),
  made("a hundred thousand objects", () => fileOf(manyObjects(100_000))),
  made("a hundred megabytes", () => heavy(100 << 20)),
];

/** What cannot or must not be taken: each is refused in words of its own. */
export const REFUSED: readonly HardInput[] = [
  refused("pdf/not-a-pdf", "nothing at all", () => new Uint8Array()),
  refused("pdf/not-a-pdf", "another kind of file", () => fromLatin1("PK\x03\x04".padEnd(4_000, "zip"))),
  refused("pdf/damaged", "a header alone", () => fromLatin1("%PDF-1.7\n")),
  refused("pdf/needs-password", "a password to open", () => encrypted("secret", "256")),
  refused("pdf/encryption-unsupported", "encrypted for certificates", () =>
    fileOf(onePage(""), { trailer: "/Encrypt <</Filter /Adobe.PubSec /SubFilter /adbe.pkcs7.s5 /V 4>>" }),
  ),
  refused("pdf/no-pages", "no pages", () =>
    fileOf(["<</Type /Catalog /Pages 2 0 R>>", "<</Type /Pages /Kids [] /Count 0>>"]),
  ),
  refused("pdf/too-many-pages", "too many pages", () => fileOf(manyPages(2_001))),
  refused("pdf/dynamic-xfa", "an XFA form", () =>
    fileOf([
      ...onePage("", "", "/AcroForm <</XFA 6 0 R /Fields []>> /NeedsRendering true"),
      stream("<xdp/>"),
    ]),
  ),
  refused("pdf/already-signed", "signed", () => fileOf(signed(""))),
  refused("pdf/no-changes-allowed", "certified", () => fileOf(signed("/Perms <</DocMDP 7 0 R>>"))),
  refused("pdf/too-complex", "a page tree beyond measure", () => fileOf(deepTree(1_000))),
  refused("pdf/too-complex", "pages that multiply", () => fileOf(doubling(40))),
  refused("pdf/too-complex", "a page that unpacks without end", () => {
    const page = largePage(A4);
    page[3] = stream(toLatin1(bomb(300 << 20)), "/Filter [/FlateDecode /FlateDecode]");
    return fileOf(page);
  }),
  refused("pdf/too-complex", "arrays inside each other", () =>
    fileOf([...largePage(`${A4} /VP 6 0 R`), `${"[".repeat(50_000)}${"]".repeat(50_000)}`]),
  ),
  refused("pdf/too-complex", "a bomb for a cross-reference", bombXref),
];

function hybrid(): Uint8Array {
  const objects = largePage(A4);
  const plain = toLatin1(fileOf(objects));
  const body = plain.slice(0, plain.lastIndexOf("xref\n0 "));
  // The font is inside an object stream that only the cross-reference stream knows.
  const font = `5 0 obj\n${objects[4]}\nendobj\n`;
  let file = body.replace(font, " ".repeat(font.length - 1).concat("\n"));
  const holder = file.length;
  file += `6 0 obj\n${stream(`5 0 ${objects[4]}`, "/Type /ObjStm /N 1 /First 4")}\nendobj\n`;
  const hidden = file.length;
  const rows = [2, 0, 6, 0, 1, holder >> 8, holder & 255, 0];
  const hex = rows.map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const entries = "/Type /XRef /Size 7 /W [1 2 1] /Index [5 2] /Root 1 0 R /Filter /ASCIIHexDecode";
  file += `7 0 obj\n${stream(`${hex}>`, entries)}\nendobj\n`;
  const start = file.length;
  const row = (at: number) => `${String(at).padStart(10, "0")} 00000 n\r\n`;
  const offsets = [1, 2, 3, 4].map((number) => file.indexOf(`\n${number} 0 obj`) + 1);
  file += `xref\n0 5\n0000000000 65535 f\r\n${offsets.map(row).join("")}`;
  file += `trailer\n<</Size 8 /Root 1 0 R /XRefStm ${hidden}>>\nstartxref\n${start}\n%%EOF\n`;
  return fromLatin1(file);
}

function formOfItsOwn(): string[] {
  const [catalog, ...rest] = largePage(`${A4} /Annots [6 0 R 7 0 R 8 0 R 9 0 R]`);
  const form =
    "/AcroForm <</Fields [6 0 R 7 0 R 8 0 R 9 0 R] /NeedAppearances true /CO [7 0 R] /DA (/F1 12 Tf 0 g) /DR <</Font <</F1 5 0 R>>>> /XFA [(template) 12 0 R]>>";
  const widget = "/Type /Annot /Subtype /Widget /F 4";
  return [
    catalog!.replace(">>", ` ${form}>>`),
    ...rest,
    `<<${widget} /FT /Tx /T (form) /V (Ada Lovelace) /Rect [300 300 500 330] /AP <</N 10 0 R>>>>`,
    `<<${widget} /FT /Tx /T (sum) /V (42) /Rect [300 350 500 380] /AA <</C <</S /JavaScript /JS (event.value = 6 * 7)>>>>>>`,
    `<<${widget} /FT /Btn /T (agree) /V /On /AS /On /Rect [300 400 320 420] /AP <</N <</On 11 0 R>>>>>>`,
    `<<${widget} /FT /Ch /T (pick) /V (two) /Opt [(one) (two)] /Rect [300 450 500 480]>>`,
    stream(
      text("Ada Lovelace", 2, 8),
      "/Subtype /Form /BBox [0 0 200 30] /Resources <</Font <</F1 5 0 R>>>>",
    ),
    stream("0 0 20 20 re f", "/Subtype /Form /BBox [0 0 20 20]"),
    stream("<template/>"),
  ];
}

function inherited(): string[] {
  const [catalog, root, page, ...rest] = largePage("");
  const resources = "/Resources <</Font <</F1 5 0 R>>>>";
  return [
    catalog!,
    root!.replace(">>", ` ${A4} ${resources} /Rotate 90>>`),
    page!.replace(resources, ""),
    ...rest,
  ];
}

/** One page below so many nodes. */
function deepTree(levels: number): string[] {
  const [catalog, , page, ...rest] = largePage(A4);
  const node = (index: number) => 6 + index;
  const nodes = Array.from({ length: levels }, (_, index) => {
    const kid = index === levels - 1 ? 3 : node(index + 1);
    return `<</Type /Pages /Count 1 /Kids [${kid} 0 R] /Parent ${index === 0 ? 2 : node(index - 1)} 0 R>>`;
  });
  return [catalog!, `<</Type /Pages /Count 1 /Kids [${node(0)} 0 R]>>`, page!, ...rest, ...nodes];
}

/** Every node lists the next one twice: few objects, and more ways through them than there is time for. */
function doubling(levels: number): string[] {
  const nodes = Array.from({ length: levels }, (_, index) => {
    const kids = index === levels - 1 ? "" : `${index + 3} 0 R ${index + 3} 0 R`;
    return `<</Type /Pages /Count 1 /Kids [${kids}]>>`;
  });
  return ["<</Type /Catalog /Pages 2 0 R>>", ...nodes];
}

function circular(): string[] {
  const [catalog, , page, ...rest] = largePage(A4);
  return [
    ...[catalog!, "<</Type /Pages /Count 1 /Kids [6 0 R 3 0 R] /Parent 6 0 R>>", page!, ...rest],
    "<</Type /Pages /Count 1 /Kids [2 0 R 6 0 R] /Parent 2 0 R>>",
  ];
}

function junk(): Uint8Array {
  const before = "From: a mail program\r\n\r\n";
  const file = fileOf(largePage(A4));
  return concatBytes([fromLatin1(before), file, fromLatin1("\r\n--next part--\r\n".repeat(50))]);
}

/** Row 0 of the table is in use, an object claims the number, and references lead to it. */
function objectZero(): Uint8Array {
  const plain = toLatin1(fileOf(largePage(`${A4} /Metadata 0 0 R /Annots [0 0 R]`)));
  const start = plain.lastIndexOf("xref\n0 ");
  const zero = "0 0 obj\n<</Type /Catalog /Pages 0 0 R>>\nendobj\n";
  const row = `${String(start).padStart(10, "0")} 00000 n\r\n`;
  const rest = plain.slice(start).replace("0000000000 65535 f\r\n", row);
  const moved = start + zero.length;
  return fromLatin1(
    `${plain.slice(0, start)}${zero}${rest}`.replace(/startxref\n\d+/, `startxref\n${moved}`),
  );
}

function names(): Uint8Array {
  const objects = largePage(A4).map((object) =>
    object
      .replace("/Contents", "/C#6fntents")
      .replace("/Type /Page ", "/T#79pe /P#61ge ")
      .replaceAll("/F1", "/F#231#20a")
      .replace("/Kids", "/#4bids"),
  );
  return fileOf(objects);
}

function portfolio(): string[] {
  const [catalog, ...rest] = largePage(A4);
  const entries =
    "/Collection <</Type /Collection /View /T>> /Names <</EmbeddedFiles <</Names [(1) 6 0 R]>>>>";
  return [
    catalog!.replace(">>", ` ${entries}>>`),
    ...rest,
    "<</Type /Filespec /F (annex.txt) /UF (annex.txt) /EF <</F 7 0 R>>>>",
    stream("An annex.", "/Type /EmbeddedFile"),
  ];
}

function selfDrawing(): string[] {
  const page = largePage(A4, `${scene} q 1 0 0 1 200 200 cm /X Do Q`);
  page[2] = page[2]!.replace("/Resources <<", "/Resources <</XObject <</X 6 0 R>> ");
  const form = "/Subtype /Form /BBox [0 0 90 90] /Resources <</XObject <</X 6 0 R>>>>";
  return [...page, stream("0 1 0 rg 10 10 40 40 re f /X Do", form)];
}

function manyPages(count: number): string[] {
  const page = (index: number) => `<</Type /Page /Parent 2 0 R ${A4} /Contents ${4 + count + index} 0 R
    /Resources <</Font <</F1 3 0 R>>>>>>`;
  const kids = Array.from({ length: count }, (_, index) => `${4 + index} 0 R`).join(" ");
  return [
    "<</Type /Catalog /Pages 2 0 R>>",
    `<</Type /Pages /Count ${count} /Kids [${kids}]>>`,
    "<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>",
    ...Array.from({ length: count }, (_, index) => page(index)),
    ...Array.from({ length: count }, (_, index) => stream(text(`Page ${index + 1}`, 50, 400))),
  ];
}

function manyObjects(count: number): string[] {
  const refs = Array.from({ length: count }, (_, index) => `${7 + index} 0 R`).join(" ");
  const objects = Array.from({ length: count }, (_, index) => `<</Index ${index}>>`);
  return [...largePage(`${A4} /VP 6 0 R`), `[${refs}]`, ...objects];
}

/** A page with a picture that does not compress. */
function heavy(sizeBytes: number): Uint8Array {
  const side = Math.floor(Math.sqrt(sizeBytes));
  const page = largePage(A4, `${scene} q 200 0 0 200 50 300 cm /X Do Q`);
  page[2] = page[2]!.replace("/Resources <<", "/Resources <</XObject <</X 6 0 R>> ");
  const image = `/Subtype /Image /Width ${side} /Height ${side} /BitsPerComponent 8 /ColorSpace /DeviceGray`;
  const marker = "@@@@";
  const file = fileOf([...page, `<</Length ${side * side} ${image}>>\nstream\n${marker}\nendstream`]);
  const all = toLatin1(file);
  const at = all.indexOf(marker);
  const grown = side * side - marker.length;
  const tail = all
    .slice(at + marker.length)
    .replace(/startxref\n(\d+)/, (_, start) => `startxref\n${Number(start) + grown}`);
  const pixels = randomFillSync(Buffer.allocUnsafe(1 << 20));
  const body = new Uint8Array(side * side);
  for (let row = 0; row < body.length; row += pixels.length)
    body.set(pixels.subarray(0, Math.min(pixels.length, body.length - row)), row);
  return concatBytes([file.subarray(0, at), body, fromLatin1(tail)]);
}

function signed(catalog: string): string[] {
  return [
    ...onePage("", "", `/AcroForm <</Fields [6 0 R] /SigFlags 3>> ${catalog}`),
    "<</FT /Sig /T (s) /V 7 0 R>>",
    "<</Type /Sig /Filter /Adobe.PPKLite /SubFilter /adbe.pkcs7.detached /ByteRange [0 1 2 3] /Contents <00> /Reference [<</TransformMethod /DocMDP /TransformParams <</P 1>>>>]>>",
  ];
}

/** Twice deflated zeros: a few hundred bytes that stand for a gigabyte. */
function bomb(sizeBytes: number): Uint8Array {
  return deflateSync(deflateSync(new Uint8Array(sizeBytes), { level: 9 }), { level: 9 });
}

function bombXref(): Uint8Array {
  const start = "%PDF-1.7\n";
  const data = toLatin1(bomb(300 << 20));
  const entries = "/Type /XRef /Size 9 /W [1 2 1] /Root 1 0 R /Filter [/FlateDecode /FlateDecode]";
  return fromLatin1(`${start}1 0 obj\n${stream(data, entries)}\nendobj\nstartxref\n${start.length}\n%%EOF\n`);
}
