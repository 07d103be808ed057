import sharp from "sharp";
import { expect, test } from "vitest";
import { isName, PdfStream } from "#lib/pdf/objects.ts";
import {
  contract,
  fileOf,
  normalizeBytes,
  onePage,
  openBytes,
  qpdf,
  qpdfFaults,
  stream,
  wordsIn,
} from "#lib/pdf/testing.ts";
import { placedWords, placesOf, redacted, tryRedact } from "./testing.ts";

const LINE = "BT /F1 12 Tf 10 50 Td (Pay SECRET to Ana) Tj ET";
/** Around SECRET in that line: `Pay ` is 24 points wide, SECRET 48.7. */
const OVER_SECRET = [34, 46, 84, 62] as const;

test("a word goes from the file and the rest of its line stays where it was", async () => {
  const before = fileOf(onePage(LINE));
  const after = await redacted(before, { 0: [OVER_SECRET] });
  expect(qpdfFaults(after)).toBe("");
  expect(placesOf("SECRET", before)).not.toEqual([]);
  expect(placesOf("SECRET", after)).toEqual([]);
  const kept = placedWords(before).filter(({ text }) => text !== "SECRET");
  expect(placedWords(after).map(({ text }) => text)).toEqual(["Pay", "to", "Ana"]);
  for (const [index, { box }] of placedWords(after).entries())
    for (const [edge, at] of box.entries()) expect(at).toBeCloseTo(kept[index]!.box[edge]!, 3);
});

const after = async (content: string, page = "", more: readonly string[] = []) =>
  redacted(fileOf([...onePage(content, page), ...more]), { 0: [OVER_SECRET] });

test("kerned, spaced, scaled and raised text is followed", async () => {
  const contents = [
    "BT /F1 12 Tf 10 50 Td [(Pay S) 20 (EC) -30 (RE) 10 (T to) 5 ( Ana)] TJ ET",
    "BT 12 TL /F1 12 Tf 10 62 Td (Pay SECRET to Ana) ' ET",
    'BT 12 TL /F1 12 Tf 10 62 Td 0 0 (Pay SECRET to Ana) " ET',
    "q 2 0 0 2 0 0 cm BT /F1 6 Tf 100 Tz 5 25 Td (Pay SECRET to Ana) Tj ET Q",
    "BT /F1 12 Tf 1 0 0 1 10 45 Tm 5 Ts <50617920534543524554> Tj ( to Ana) Tj ET",
    "BT 3 Tr /F1 12 Tf 10 50 Td (Pay SECRET to Ana) Tj ET",
  ];
  for (const content of contents) {
    const made = await after(content);
    expect([content, placesOf("SECRET", made)]).toEqual([content, []]);
    expect(wordsIn(made).split(/\s+/).filter(Boolean)).toEqual(["Pay", "to", "Ana"]);
  }
});

test("text under the mark in a form goes, and the form stays whole where it is drawn elsewhere", async () => {
  const form = stream(
    LINE,
    "/Type /XObject /Subtype /Form /BBox [0 0 200 100] /Resources <</Font <</F1 5 0 R>>>>",
  );
  const both = fileOf([
    "<</Type /Catalog /Pages 2 0 R>>",
    "<</Type /Pages /Kids [3 0 R 7 0 R] /Count 2 /Resources <</XObject <</Fm 6 0 R>>>>>>",
    "<</Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] /Contents 4 0 R>>",
    stream("/Fm Do"),
    "<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>",
    form,
    "<</Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] /Contents 4 0 R>>",
  ]);
  const one = await redacted(both, { 0: [OVER_SECRET] });
  expect(placedWords(one).map(({ text, page }) => `${page} ${text}`)).toEqual([
    ...["0 Pay", "0 to", "0 Ana", "1 Pay", "1 SECRET", "1 to", "1 Ana"],
  ]);
  expect(placesOf("SECRET", await redacted(both, { 0: [OVER_SECRET], 1: [OVER_SECRET] }))).toEqual([]);
});

test("what only has a name on another page stays behind", async () => {
  const hidden = stream(
    LINE,
    "/Type /XObject /Subtype /Form /BBox [0 0 200 100] /Resources <</Font <</F1 5 0 R>>>>",
  );
  const file = fileOf([
    "<</Type /Catalog /Pages 2 0 R>>",
    "<</Type /Pages /Kids [3 0 R 7 0 R] /Count 2 /Resources <</XObject <</Fm 6 0 R>> /Font <</F1 5 0 R>>>>>>",
    "<</Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] /Contents 4 0 R>>",
    stream("/Fm Do"),
    "<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>",
    hidden,
    "<</Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] /Contents 8 0 R>>",
    stream("BT /F1 12 Tf 10 50 Td (Other) Tj ET"),
  ]);
  const made = await redacted(file, { 0: [OVER_SECRET] });
  expect(placesOf("SECRET", made)).toEqual([]);
  expect(wordsIn(made)).toContain("Other");
});

test("what tags, notes, links, metadata and profiles say of it goes too", async () => {
  const made = await redacted(
    fileOf([
      ...onePage(
        `/Span <</ActualText (SECRET)>> BDC ${LINE} EMC /Span /P1 BDC EMC /Cs cs 0 0 0 sc 1 1 5 5 re f`,
        `/Annots [6 0 R 8 0 R] /Metadata 9 0 R /PieceInfo <</A (SECRET)>>
         /Resources <</Font <</F1 5 0 R>> /Properties <</P1 <</Alt (SECRET)>>>> /ColorSpace <</Cs [/ICCBased 10 0 R]>>>>`,
        "/Outlines <</First 11 0 R>> /OpenAction <</S /JavaScript /JS (SECRET)>> /Names <</EmbeddedFiles <</Names [(SECRET) <</F (SECRET)>>]>> /Dests <</Names [(SECRET) [3 0 R /Fit]]>>>>",
      ),
      "<</Type /Annot /Subtype /FreeText /Rect [40 40 60 60] /Contents (SECRET) /AP <</N 7 0 R>>>>",
      stream("BT /F1 12 Tf (SECRET) Tj ET", "/Subtype /Form /BBox [0 0 20 20]"),
      "<</Type /Annot /Subtype /Link /Rect [150 0 170 10] /Contents (about secret) /Before 6 0 R /A <</S /URI /URI (http://a/?q=SECRET)>>>>",
      stream("<x>SECRET</x>", "/Type /Metadata /Subtype /XML"),
      stream(`${"x".repeat(36)}acsp SECRET`, "/N 3 /Metadata 9 0 R"),
      "<</Title (SECRET) /Dest [3 0 R /Fit]>>",
    ]),
    { 0: [OVER_SECRET] },
    { words: ["SECRET"] },
  );
  expect(placesOf("SECRET", made)).toEqual([]);
});

test("an old revision and a password leave nothing behind", async () => {
  const first = fileOf(onePage(LINE));
  const text = Buffer.from(first).toString("latin1");
  const later = Buffer.from(
    `${text}4 0 obj\n${stream(LINE.replace("SECRET", "CLOSED"))}\nendobj\nxref\n4 1\n${String(text.length).padStart(10, "0")} 00000 n\r\ntrailer\n<</Size 6 /Root 1 0 R /Prev ${text.lastIndexOf("xref\n0")}>>\nstartxref\n${text.length + 4 + 4 + stream(LINE).length + 8}\n%%EOF\n`,
    "latin1",
  );
  const normal = normalizeBytes(new Uint8Array(later)).bytes;
  expect(placesOf("SECRET", normal)).toEqual([]);
  const locked = qpdf(first, "--encrypt", "", "owner", "256", "--");
  const made = await redacted(normalizeBytes(locked).bytes, { 0: [OVER_SECRET] });
  expect(placesOf("SECRET", made)).toEqual([]);
  expect(wordsIn(made)).toContain("Ana");
});

test("pixels under the mark are gone and all others are as they were", async () => {
  const picture = (entries: string, data: string) =>
    stream(data, `/Type /XObject /Subtype /Image /Width 10 /Height 10 ${entries}`);
  const gray = picture("/ColorSpace /DeviceGray /BitsPerComponent 8", "A".repeat(100));
  const file = fileOf([
    ...onePage("q 100 0 0 100 0 0 cm /Im Do Q", "/Resources <</XObject <</Im 6 0 R>>>>"),
    gray,
  ]);
  const made = await redacted(file, { 0: [[0, 75, 45, 100]] });
  const opened = openBytes(made);
  const image = Array.from({ length: 20 }, (_, number) => opened.get(number)).find(
    (object): object is PdfStream =>
      object instanceof PdfStream && isName(object.dict.get("Subtype"), "Image"),
  );
  const bytes = opened.decoded(image!);
  const rows = Array.from({ length: 10 }, (_, row) =>
    Buffer.from(bytes.subarray(row * 10, row * 10 + 10)).toString("latin1"),
  );
  const blank = `${"\0".repeat(5)}AAAAA`;
  expect(rows).toEqual([blank, blank, blank, ...Array(7).fill("A".repeat(10))]);
});

test("an inline picture is blanked, and one wholly under a mark goes", async () => {
  const inline = (x: number, letter: string) =>
    `q 40 0 0 40 ${x} 0 cm BI /W 4 /H 4 /CS /G /BPC 8 ID ${letter.repeat(16)} EI Q\n`;
  const file = fileOf(onePage(`${inline(0, "P")}${inline(100, "Z")}${inline(150, "K")}`));
  const made = await redacted(file, {
    0: [
      [-1, 0, 19, 41],
      [99, -1, 141, 41],
    ],
  });
  expect(placesOf("PPPPP", made)).toEqual([]);
  expect(placesOf("ZZ", made)).toEqual([]);
  expect(placesOf("KKKKKKKKKKKKKKKK", made)).not.toEqual([]);
  expect(placesOf("PP", made)).not.toEqual([]);
});

test("drawings are cut at the edge of the mark", async () => {
  const made = await redacted(
    fileOf(onePage("12.34 5 6 6 re f\n0 80 m 200 80 l S\n20 10 m 40 90 60 90 80 10 c b\n0 0 200 100 re W n")),
    { 0: [[10, 2, 30, 90]] },
  );
  const text = Buffer.from(qpdf(made, "--qdf", "--object-streams=disable")).toString("latin1");
  expect(text).not.toContain("12.34");
  expect(text).toContain("30 80 m\n200 80 l");
  expect(text).toContain("0 80 m\n10 80 l");
  const points = [...text.matchAll(/^(-?[\d.]+) (-?[\d.]+) [ml]$/gm)].map(([, x, y]) => [
    Number(x),
    Number(y),
  ]);
  expect(points.length).toBeGreaterThan(20);
  for (const [x, y] of points)
    expect([x, y, x! > 10.001 && x! < 29.999 && y! > 2.001 && y! < 89.999]).toEqual([x, y, false]);
});

test("what cannot be taken apart for certain is said, and nothing is written", async () => {
  const type3 = [
    "<</Type /Font /Subtype /Type3 /FontMatrix [1 0 0 1 0 0] /FontBBox [0 0 1 1] /FirstChar 65 /LastChar 65 /Widths [1] /CharProcs <</a 7 0 R>> /Encoding <</Differences [65 /a]>> /Resources <</Font <</F1 5 0 R>>>>>>",
    stream(LINE),
  ];
  const page = "/Resources <</Font <</F1 5 0 R /F3 6 0 R>>>>";
  const drawn = await tryRedact(fileOf([...onePage("BT /F3 1 Tf 10 50 Td (A) Tj ET", page), ...type3]), {
    0: [OVER_SECRET],
  });
  expect(drawn).toMatchObject({ isDone: false });
  expect(!drawn.isDone && [...drawn.hard]).toEqual([[0, "font"]]);
  const jpx = stream("x", "/Subtype /Image /Width 9 /Height 9 /Filter /JPXDecode");
  const picture = await tryRedact(
    fileOf([...onePage("q 100 0 0 100 0 0 cm /Im Do Q", "/Resources <</XObject <</Im 6 0 R>>>>"), jpx]),
    { 0: [[10, 10, 20, 20]] },
  );
  expect(!picture.isDone && [...picture.hard]).toEqual([[0, "picture"]]);
});

test("a contract made by a browser loses the words and keeps all others in their places", async () => {
  const { bytes } = normalizeBytes(contract());
  const before = placedWords(bytes);
  const heights = 842;
  const sought = before.filter(({ page }) => page === 0).slice(20, 26);
  const areas = sought.map(
    ({ box }) => [box[0]! - 0.5, heights - box[3]!, box[2]! + 0.5, heights - box[1]!] as const,
  );
  const made = await redacted(bytes, { 0: areas });
  const rest = placedWords(made);
  expect(rest).toHaveLength(before.length - sought.length);
  const kept = before.filter((word) => !sought.includes(word));
  expect(rest.map(({ text }) => text)).toEqual(kept.map(({ text }) => text));
  for (const [index, { box }] of rest.entries()) expect(box[0]).toBeCloseTo(kept[index]!.box[0]!, 2);
});

test("a font that lies about its letters loses what stands under the mark", async () => {
  const map =
    "/CIDInit /ProcSet findresource begin 1 begincodespacerange <00> <ff> endcodespacerange 1 beginbfrange <41> <5a> <0061> endbfrange";
  const font = "<</Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 7 0 R>>";
  const made = await redacted(
    fileOf([
      ...onePage(LINE.replace("/F1", "/F2"), "/Resources <</Font <</F1 5 0 R /F2 6 0 R>>>>"),
      ...[font, stream(map)],
    ]),
    { 0: [OVER_SECRET] },
  );
  expect(placesOf("SECRET", made)).toEqual([]);
  expect(placesOf("secret", made)).toEqual([]);
  expect(wordsIn(made)).toContain("to");
});

test("a page that is turned loses what is under the mark in its own coordinates", async () => {
  const made = await after(LINE, "/Rotate 90");
  expect(placesOf("SECRET", made)).toEqual([]);
  expect(wordsIn(made).split(/\s+/).filter(Boolean).sort()).toEqual(["Ana", "Pay", "to"]);
});

test("text that another page draws glyph by glyph keeps only the glyphs it shows", async () => {
  const type3 =
    "<</Type /Font /Subtype /Type3 /FontMatrix [1 0 0 1 0 0] /FontBBox [0 0 1 1] /FirstChar 65 /LastChar 66 /Widths [1 1] /CharProcs <</a 8 0 R /b 9 0 R>> /Encoding <</Differences [65 /a /b]>> /Resources <</Font <</F1 5 0 R>>>>>>";
  const made = await redacted(
    fileOf([
      "<</Type /Catalog /Pages 2 0 R>>",
      "<</Type /Pages /Kids [3 0 R 6 0 R] /Count 2 /MediaBox [0 0 200 100] /Resources <</Font <</F1 5 0 R /F3 7 0 R>>>>>>",
      "<</Type /Page /Parent 2 0 R /Contents 4 0 R>>",
      stream(LINE),
      "<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>",
      "<</Type /Page /Parent 2 0 R /Contents 10 0 R>>",
      ...[type3, stream("1 0 d0 BT /F1 1 Tf (SECRET) Tj ET"), stream("1 0 d0 BT /F1 1 Tf (PUBLIC) Tj ET")],
      stream("BT /F3 12 Tf 10 50 Td (B) Tj ET"),
    ]),
    { 0: [OVER_SECRET] },
  );
  expect(placesOf("SECRET", made)).toEqual([]);
  expect(placesOf("PUBLIC", made)).not.toEqual([]);
});

test("a photograph is blanked under the mark and nearly the same elsewhere", async () => {
  const pixels = new Uint8Array(64 * 64 * 3).fill(200);
  const jpeg = await sharp(pixels, { raw: { width: 64, height: 64, channels: 3 } })
    .jpeg()
    .toBuffer();
  const image = stream(
    jpeg.toString("latin1"),
    "/Type /XObject /Subtype /Image /Width 64 /Height 64 /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode",
  );
  const file = fileOf([
    ...onePage("q 64 0 0 64 0 0 cm /Im Do Q", "/Resources <</XObject <</Im 6 0 R>>>>"),
    image,
  ]);
  const made = await redacted(file, { 0: [[0, 32, 32, 64]] });
  const opened = openBytes(made);
  const found = Array.from({ length: 20 }, (_, number) => opened.get(number)).find(
    (object): object is PdfStream =>
      object instanceof PdfStream && isName(object.dict.get("Subtype"), "Image"),
  );
  const raw = await sharp(opened.streamBytes(found!)).raw().toBuffer();
  const at = (x: number, y: number) => raw[(y * 64 + x) * 3]!;
  for (const [x, y] of [
    [0, 0],
    [15, 15],
    [30, 30],
  ] as const)
    expect(at(x, y)).toBeLessThan(12);
  for (const [x, y] of [
    [40, 5],
    [5, 40],
    [60, 60],
  ] as const)
    expect(Math.abs(at(x, y) - 200)).toBeLessThan(8);
});

test("a picture that stands askew loses every pixel that the mark touches", async () => {
  const image = stream(
    "A".repeat(400),
    "/Type /XObject /Subtype /Image /Width 20 /Height 20 /ColorSpace /DeviceGray /BitsPerComponent 8",
  );
  const file = fileOf([
    ...onePage("q 40 40 -40 40 100 10 cm /Im Do Q", "/Resources <</XObject <</Im 6 0 R>>>>"),
    image,
  ]);
  const mark = [95, 45, 105, 55] as const;
  const opened = openBytes(await redacted(file, { 0: [mark] }));
  const found = Array.from({ length: 20 }, (_, number) => opened.get(number)).find(
    (object): object is PdfStream =>
      object instanceof PdfStream && isName(object.dict.get("Subtype"), "Image"),
  );
  const bytes = opened.decoded(found!);
  const touched = (column: number, row: number) =>
    [0.1, 0.5, 0.9].some((dx) =>
      [0.1, 0.5, 0.9].some((dy) => {
        const [u, v] = [(column + dx) / 20, 1 - (row + dy) / 20];
        const [x, y] = [100 + 40 * u - 40 * v, 10 + 40 * u + 40 * v];
        return x > mark[0] && x < mark[2] && y > mark[1] && y < mark[3];
      }),
    );
  let gone = 0;
  for (let row = 0; row < 20; row++)
    for (let column = 0; column < 20; column++) {
      const value = bytes[row * 20 + column]!;
      if (value === 0) gone++;
      if (touched(column, row)) expect([column, row, value]).toEqual([column, row, 0]);
    }
  expect(gone).toBeGreaterThan(10);
  expect(gone).toBeLessThan(60);
});

test("what a form of the file was filled with goes", async () => {
  const filled = fileOf([
    ...onePage("", "/Annots [6 0 R]", "/AcroForm <</Fields [6 0 R]>>"),
    "<</Type /Annot /Subtype /Widget /FT /Tx /T (a) /V (Pay SECRET to Ana) /Rect [0 0 200 100] /F 4 /AP <</N 7 0 R>>>>",
    stream(LINE, "/Type /XObject /Subtype /Form /BBox [0 0 200 100] /Resources <</Font <</F1 5 0 R>>>>"),
  ]);
  const { bytes } = normalizeBytes(filled);
  expect(placesOf("SECRET", bytes)).not.toEqual([]);
  const made = await redacted(bytes, { 0: [OVER_SECRET] });
  expect(placesOf("SECRET", made)).toEqual([]);
  expect(wordsIn(made)).toContain("Ana");
});

test("what a form, a picture or a font keeps under names of its own goes", async () => {
  const form = (more: string) =>
    stream(
      LINE,
      `/Type /XObject /Subtype /Form /BBox [0 0 200 100] /Resources <</Font <</F1 5 0 R>>>> ${more}`,
    );
  const made = await redacted(
    fileOf([
      ...onePage(
        "/Fm Do /Im Do BT /F2 9 Tf 5 5 Td (x) Tj ET",
        "/Resources <</Font <</F1 5 0 R /F2 9 0 R>> /XObject <</Fm 6 0 R /Im 8 0 R>>>>",
      ),
      form("/Earlier 7 0 R"),
      form(""),
      stream(
        "A",
        "/Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 /Earlier 7 0 R",
      ),
      "<</Type /Font /Subtype /Type1 /BaseFont /Times-Roman /Earlier 7 0 R>>",
    ]),
    { 0: [OVER_SECRET] },
  );
  expect(placesOf("SECRET", made)).toEqual([]);
});

test("a standard font without widths is followed by the names of its letters", async () => {
  const font = (differences: string) =>
    `<</Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding <</Differences [${differences}]>>>>`;
  const file = (differences: string) =>
    fileOf([
      ...onePage(LINE.replace("/F1", "/F2").replace("Pay", "\\001ay"), "/Resources <</Font <</F2 6 0 R>>>>"),
      font(differences),
    ]);
  const made = await redacted(file("1 /P 39 /quotesingle"), { 0: [OVER_SECRET] });
  expect(placesOf("SECRET", made)).toEqual([]);
  expect(wordsIn(made).split(/\s+/).filter(Boolean)).toEqual(["Pay", "to", "Ana"]);
  const unknown = await tryRedact(file("1 /g123"), { 0: [OVER_SECRET] });
  expect(!unknown.isDone && [...unknown.hard]).toEqual([[0, "font"]]);
});

test("a page whose content does not unpack is said, also where nothing is marked", async () => {
  const result = await tryRedact(
    fileOf([
      "<</Type /Catalog /Pages 2 0 R>>",
      "<</Type /Pages /Kids [3 0 R 6 0 R] /Count 2 /MediaBox [0 0 200 100] /Resources <</Font <</F1 5 0 R>>>>>>",
      "<</Type /Page /Parent 2 0 R /Contents 4 0 R>>",
      stream(LINE),
      "<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>",
      "<</Type /Page /Parent 2 0 R /Contents 7 0 R>>",
      stream("not packed at all", "/Filter /FlateDecode"),
    ]),
    { 0: [OVER_SECRET] },
  );
  expect(!result.isDone && [...result.hard]).toEqual([[1, "damaged"]]);
});
