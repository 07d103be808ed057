import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import sharp, { type Sharp } from "sharp";
import { packageFonts } from "#lib/adapters/fonts/package-fonts.ts";
import { concatBytes, fromLatin1 } from "#lib/bytes.ts";
import {
  type PdfObject,
  PdfRef,
  PdfStream,
  pdfDict,
  pdfName,
  serialize,
  serializeBytes,
} from "#lib/pdf/objects.ts";
import type { ObjectSink } from "#lib/pdf/update.ts";

export const fonts = packageFonts();

/** Collects objects, and writes them as a PDF with one page. */
export class TestPdf implements ObjectSink {
  readonly objects: PdfObject[] = [];

  add(object: PdfObject): PdfRef {
    this.objects.push(object);
    return new PdfRef(this.objects.length);
  }

  /** The objects as they are written, to compare two runs. */
  get syntax(): string[] {
    return this.objects.map((object) => Buffer.from(objectBytes(object)).toString("latin1"));
  }

  /** @param page entries of the page beside Type and Parent. */
  bytes(page: Readonly<Record<string, PdfObject>>): Uint8Array {
    const pages = new PdfRef(this.objects.length + 2);
    const leaf = this.add(pdfDict({ Type: pdfName("Page"), Parent: pages, ...page }));
    this.add(pdfDict({ Type: pdfName("Pages"), Kids: [leaf], Count: 1 }));
    const root = this.add(pdfDict({ Type: pdfName("Catalog"), Pages: pages }));
    const parts = [fromLatin1("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")];
    const offsets: number[] = [];
    let size = parts[0]!.length;
    const push = (bytes: Uint8Array) => {
      parts.push(bytes);
      size += bytes.length;
    };
    for (const [index, object] of this.objects.entries()) {
      offsets.push(size);
      push(fromLatin1(`${index + 1} 0 obj\n`));
      push(objectBytes(object));
      push(fromLatin1("\nendobj\n"));
    }
    const start = size;
    const rows = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n\r\n`).join("");
    const trailer = serialize(pdfDict({ Size: this.objects.length + 1, Root: root }));
    push(fromLatin1(`xref\n0 ${offsets.length + 1}\n0000000000 65535 f\r\n${rows}trailer\n${trailer}\n`));
    push(fromLatin1(`startxref\n${start}\n%%EOF\n`));
    return concatBytes(parts);
  }
}

function objectBytes(object: PdfObject): Uint8Array {
  if (!(object instanceof PdfStream)) return serializeBytes(object);
  const data = object.data as Uint8Array;
  return concatBytes([
    serializeBytes(object.dict),
    fromLatin1("\nstream\n"),
    data,
    fromLatin1("\nendstream"),
  ]);
}

/** A file on disk for a tool we did not write, removed afterwards. */
export function withFile<Result>(bytes: Uint8Array, use: (file: string) => Result): Result {
  const folder = mkdtempSync(path.join(tmpdir(), "whereof-text-"));
  try {
    const file = path.join(folder, "page.pdf");
    writeFileSync(file, bytes);
    return use(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const run = (tool: string, ...options: string[]) =>
  execFileSync(tool, options, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], timeout: 30_000 });

/** What poppler copies from the page. */
export const extractedText = (pdf: Uint8Array): string =>
  withFile(pdf, (file) => run("pdftotext", "-enc", "UTF-8", file, "-")).replace(/\n*\f$/, "");

/** The table of pdffonts without its head: name, type, encoding, emb, sub, uni, object. */
export const fontRows = (pdf: Uint8Array): string[] =>
  withFile(pdf, (file) => run("pdffonts", file))
    .trimEnd()
    .split("\n")
    .slice(2);

/** What qpdf and MuPDF have to say against the file; empty when nothing. */
export const complaints = (pdf: Uint8Array): string =>
  withFile(pdf, (file) => {
    const checked = run("qpdf", "--check", file);
    const drawn = run("sh", "-c", `mutool draw -q -N -r 72 -o ${path.dirname(file)}/out.png ${file} 2>&1`);
    return (checked.includes("No syntax or stream encoding errors") ? "" : checked) + drawn;
  });

/** The page as it is shown by poppler, which puts glyphs on whole pixels, or by MuPDF, which does not. */
export const rendered = (pdf: Uint8Array, dpi: number, by: "poppler" | "mupdf" = "poppler"): Buffer =>
  withFile(pdf, (file) => {
    const out = file.replace(".pdf", "");
    if (by === "poppler") run("pdftoppm", "-r", String(dpi), "-png", "-singlefile", file, out);
    else run("mutool", "draw", "-q", "-N", "-r", String(dpi), "-o", `${out}.png`, file);
    return readFileSync(`${out}.png`);
  });

/**
 * How far the page differs from the screen's picture of it. Both are drawn large and then reduced, so that what
 * is left is not how a renderer snaps to pixels.
 *
 * @returns the sum of differences by the ink there is, and the largest of one pixel (of 255).
 */
export async function pixelDifference(
  pdf: Uint8Array,
  svg: string,
  { widthPt, heightPt }: { widthPt: number; heightPt: number },
  by: "poppler" | "mupdf" = "mupdf",
) {
  const size = { width: Math.round(widthPt * 2), height: Math.round(heightPt * 2), fit: "fill" as const };
  const dpi = 72 * 16;
  const gray = (image: Sharp) =>
    image.flatten({ background: "#fff" }).resize(size).greyscale().raw().toBuffer();
  const [page, screen] = await Promise.all([
    gray(sharp(rendered(pdf, dpi, by))),
    // As a file first, or sharp would draw it small instead of reducing it.
    gray(sharp(await sharp(Buffer.from(svg), { density: dpi }).png().toBuffer())),
  ]);
  let [total, ink, largest] = [0, 0, 0];
  for (const [index, value] of page.entries()) {
    const difference = Math.abs(value - screen[index]!);
    total += difference;
    ink += 255 - value;
    largest = Math.max(largest, difference);
  }
  return { relative: total / ink, largest };
}
