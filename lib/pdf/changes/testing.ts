import { concatBytes, fromLatin1, sourceOf } from "#lib/bytes.ts";
import { type History, historyOf } from "../changes.ts";
import { completeSignature, prepareSignature, type SignaturePlan } from "../signature.ts";
import { fileOf, onePage, openBytes, SEED, stream } from "../testing.ts";

/** One page with a text field, two signature fields and an image, in one plain revision. */
export const formFile = (options: { trailer?: string } = {}): Uint8Array =>
  fileOf(
    [
      ...onePage("BT /F1 12 Tf (10 EUR) Tj ET", "/Annots [7 0 R 8 0 R 9 0 R]", "/AcroForm 6 0 R"),
      "<</Fields [7 0 R 8 0 R 9 0 R] /SigFlags 3>>",
      "<</Type /Annot /Subtype /Widget /FT /Sig /T (One) /Rect [0 0 0 0] /P 3 0 R>>",
      "<</Type /Annot /Subtype /Widget /FT /Sig /T (Two) /Rect [0 0 0 0] /P 3 0 R>>",
      "<</Type /Annot /Subtype /Widget /FT /Tx /T (Name) /Rect [0 0 90 9] /P 3 0 R /AP <</N 10 0 R>>>>",
      stream("q Q", "/Type /XObject /Subtype /Form /BBox [0 0 90 9]"),
      stream("hidden copy"),
    ],
    options,
  );

/** Signed by nobody: the value is made up, its place is real. */
export function fakeSigned(
  bytes: Uint8Array,
  fieldName: string,
  plan: Partial<SignaturePlan> = {},
): Uint8Array {
  const at = new Date("2026-11-20T12:00:00Z");
  const prepared = prepareSignature(openBytes(bytes), {
    ...{ fieldName, at, signerName: "Nobody", seed: SEED, holeBytes: 64 },
    ...plan,
  });
  return concatBytes([bytes, completeSignature(prepared, new Uint8Array(40).fill(0x5a))]);
}

export interface RawUpdate {
  /** `5 0 obj …` without `endobj`. */
  readonly objects?: readonly string[];
  /** Instead of the rows that fit: subsections as they stand in the table, offsets as `{5}`. */
  readonly rows?: string;
  readonly trailer?: string;
  readonly prev?: number;
  /** Between the objects and the table. */
  readonly junk?: string;
}

/** An update written by hand, with a plain table. */
export function rawUpdate(bytes: Uint8Array, update: RawUpdate): Uint8Array {
  const file = openBytes(bytes);
  let text = "";
  const offsets = new Map<string, string>();
  for (const object of update.objects ?? []) {
    const [number] = object.split(" ");
    offsets.set(number!, String(bytes.length + text.length).padStart(10, "0"));
    text += `${object}\nendobj\n`;
  }
  text += update.junk ?? "";
  const start = bytes.length + text.length;
  const plain = [...offsets.keys()].map((number) => `${number} 1\n{${number}} 00000 n\r\n`).join("");
  const rows = (update.rows ?? plain).replace(/\{(\d+)\}/g, (_, number) => offsets.get(number) ?? number);
  const prev = update.prev ?? file.xref.startxref;
  text += `xref\n${rows}trailer\n<</Size ${file.nextNumber + 20} /Root 1 0 R /Prev ${prev} ${update.trailer ?? ""}>>\n`;
  return concatBytes([bytes, fromLatin1(`${text}startxref\n${start}\n%%EOF\n`)]);
}

export const historyIn = (bytes: Uint8Array): History => historyOf(sourceOf(bytes));

/** Codes of what is not allowed, in any revision. */
export const forbiddenIn = (bytes: Uint8Array): string[] =>
  historyIn(bytes).revisions.flatMap(({ changes }) =>
    changes.filter(({ verdict }) => verdict !== "allowed").map(({ code }) => code),
  );
