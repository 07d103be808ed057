import { readFileSync } from "node:fs";
import { blankJpeg } from "#lib/blank-jpeg.ts";
import { fromLatin1, toHex, toLatin1 } from "#lib/bytes.ts";
import type { PdfRect } from "#lib/pdf/placement.ts";
import { inFolder, openBytes, run, SEED } from "#lib/pdf/testing.ts";
import { type Redacted, type RedactionPlan, redact } from "./redact.ts";

export async function tryRedact(
  bytes: Uint8Array,
  areas: Readonly<Record<number, readonly PdfRect[]>>,
  plan: Partial<RedactionPlan> = {},
): Promise<Redacted> {
  return redact(openBytes(bytes), {
    areas: new Map(Object.entries(areas).map(([page, rects]) => [Number(page), rects])),
    ...{ pictures: new Map(), overlay: () => null, words: [], codec: { blankJpeg }, seed: SEED },
    ...plan,
  });
}

export async function redacted(...given: Parameters<typeof tryRedact>): Promise<Uint8Array> {
  const result = await tryRedact(...given);
  if (!result.isDone) throw new Error(`too hard: ${[...result.hard].join("; ")}`);
  return result.bytes;
}

/** Everywhere in a file that a word may be: as it stands, unpacked by two programs, in hexadecimal, in UTF-16, as read. */
export function placesOf(word: string, bytes: Uint8Array): string[] {
  return inFolder((file) => {
    const from = file("in.pdf", bytes);
    run("qpdf", ["--qdf", "--object-streams=disable", "--decode-level=all", from, file("qdf.pdf")]);
    run("mutool", ["clean", "-d", "-a", from, file("mutool.pdf")]);
    const texts: Record<string, string> = {
      file: toLatin1(bytes),
      qpdf: readFileSync(file("qdf.pdf"), "latin1"),
      mutool: readFileSync(file("mutool.pdf"), "latin1"),
      pdftotext: run("pdftotext", ["-raw", from, "-"]).stdout.toString(),
      "mutool text": run("mutool", ["draw", "-F", "text", from]).stdout.toString(),
    };
    const utf16 = Buffer.from(word, "utf16le").swap16();
    const forms = {
      plain: word,
      hexadecimal: toHex(fromLatin1(word)),
      "UTF-16": utf16.toString("latin1"),
      "UTF-16 in hexadecimal": utf16.toString("hex"),
      "UTF-16 little-endian": Buffer.from(word, "utf16le").toString("latin1"),
    };
    return Object.entries(texts).flatMap(([where, text]) =>
      Object.entries(forms).flatMap(([form, sought]) =>
        text.toLowerCase().includes(sought.toLowerCase()) ? [`${where}: ${form}`] : [],
      ),
    );
  });
}

export interface PlacedWord {
  readonly text: string;
  readonly page: number;
  readonly box: readonly number[];
}

/** Every word with its place, as poppler reads it. */
export const placedWords = (bytes: Uint8Array): PlacedWord[] =>
  inFolder((file) => {
    const html = run("pdftotext", ["-bbox", file("in.pdf", bytes), "-"]).stdout.toString();
    return html
      .split("<page ")
      .slice(1)
      .flatMap((part, page) =>
        [
          ...part.matchAll(
            /<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">([^<]*)/g,
          ),
        ].map(([, ...found]) => ({ text: found[4]!, page, box: found.slice(0, 4).map(Number) })),
      );
  });
