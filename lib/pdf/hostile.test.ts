import { deflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { fromLatin1, toLatin1 } from "#lib/bytes.ts";
import { isRefusal } from "#lib/errors.ts";
import { fileOf, normalizeBytes, onePage, stream } from "./testing.ts";

/** What comes of a file: `taken`, or the code of its refusal. */
function outcomeOf(bytes: Uint8Array): string {
  try {
    normalizeBytes(bytes);
    return "taken";
  } catch (error) {
    if (isRefusal(error)) return error.code;
    throw error;
  }
}

const many = (count: number, object: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => object(i));
const header = "%PDF-1.7\n";
const packed = (content: string, sizeBytes: number) =>
  stream(toLatin1(new Uint8Array(deflateSync(Buffer.alloc(sizeBytes, content)))), "/Filter /FlateDecode");

/** A page that shows the form with object number 6, so that its content is looked at. */
const withField = (content: string): string[] => {
  const objects = onePage("", "/Annots [6 0 R]", "/AcroForm <</Fields [6 0 R]>>");
  objects[3] = content;
  const look = "/MK <</BG [1 0 0]>>";
  return [...objects, `<</Subtype /Widget /FT /Btn /T (box) /Rect [10 10 20 20] ${look}>>`];
};

const nodes = (levels: number, kids: (next: number) => string): string[] => [
  "<</Type /Catalog /Pages 2 0 R>>",
  ...many(
    levels,
    (index) => `<</Type /Pages /Count 1 /Kids [${index < levels - 1 ? kids(index + 3) : ""}]>>`,
  ),
];

const attachments = (entries: string, ...more: string[]) =>
  fileOf([...onePage("", "", `/Names <</EmbeddedFiles 6 0 R>>`), entries, ...more]);

test.each([
  ["pages that multiply", "pdf/too-complex", () => fileOf(nodes(40, (next) => `${next} 0 R ${next} 0 R`))],
  ["a page tree beyond measure", "pdf/too-complex", () => fileOf(nodes(500, (next) => `${next} 0 R`))],
  ["strings without end", "pdf/too-complex", () => fromLatin1(header + "1 0 obj (".repeat(200_000))],
  ["dictionaries without end", "pdf/too-complex", () => fromLatin1(header + "1 0 obj <</A ".repeat(200_000))],
  ["streams without end", "pdf/damaged", () => fromLatin1(header + "1 0 obj <<>> stream ".repeat(2_000))],
  [
    "a cross-reference without its last word",
    "taken",
    () => fromLatin1(toLatin1(fileOf(onePage(""))).replace("trailer", "")),
  ],
  [
    "an object stream that says it holds more than it does",
    "pdf/no-pages",
    () =>
      fileOf([
        "<</Type /Catalog /Pages 2 0 R>>",
        "<</Type /Pages /Kids [4 0 R]>>",
        stream("[[", "/Type /ObjStm /N 1e15 /First 0"),
      ]),
  ],
  ["digits without end", "pdf/damaged", () => fromLatin1(header + "1".repeat(5_000_000))],
  [
    "streams that end with their objects only",
    "taken",
    () => fileOf([...onePage("", "/VP [6 0 R]"), ...many(50_000, () => "<</Length 3>>\nstream\nxyz")]),
  ],
  [
    "a page that unpacks beyond measure",
    "pdf/too-complex",
    () => fileOf(withField(packed("q Q ", 65 << 20))),
  ],
  ["a page that opens states without end", "pdf/too-complex", () => fileOf(withField(packed("q ", 1 << 20)))],
  ["a page of parentheses", "taken", () => fileOf(withField(packed("(", 30 << 20)))],
  ["attachments that list themselves", "taken", () => attachments(`<</Kids [${"6 0 R ".repeat(999)}]>>`)],
  [
    "attachments that multiply",
    "taken",
    () =>
      attachments(
        "<</Kids [7 0 R 7 0 R]>>",
        ...many(40, (index) => `<</Kids [${index + 8} 0 R ${index + 8} 0 R]>>`),
      ),
  ],
  [
    "one bomb attached ten thousand times",
    "taken",
    () =>
      attachments(
        `<</Names [${"(a) 7 0 R ".repeat(10_000)}]>>`,
        "<</Type /Filespec /F (a.txt) /EF <</F 8 0 R>>>>",
        packed("\0", 60 << 20),
      ),
  ],
] as const)("%s: %s, and it ends", (_, outcome, bytes) => {
  const file = bytes();
  expect(outcomeOf(file)).toBe(outcome);
});

test("a number of more digits than readers take is written shorter", () => {
  const { bytes } = normalizeBytes(fileOf(onePage("", `/VP [3.${"14159".repeat(50)}]`)));
  expect(toLatin1(bytes)).toContain("/VP [3.141591]");
});
