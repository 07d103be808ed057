import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fromLatin1, sourceOf } from "#lib/bytes.ts";
import { type NormalizePlan, normalize } from "./normalize.ts";
import { PdfFile } from "./reader.ts";

/** For tests: 32 bytes that are always the same. */
export const SEED = new Uint8Array(32).fill(7);

/** A contract of two pages, printed by a browser. */
export const contract = (): Uint8Array =>
  new Uint8Array(readFileSync(path.join(import.meta.dirname, "../../e2e/documents/nda.pdf")));

export const openBytes = (bytes: Uint8Array, password?: string): PdfFile =>
  PdfFile.open(sourceOf(bytes), password === undefined ? {} : { password });

export function normalizeBytes(bytes: Uint8Array, plan: Partial<NormalizePlan> = {}) {
  const rewriting = normalize(openBytes(bytes), { seed: SEED, ...plan });
  const parts: Uint8Array[] = [];
  for (let step = rewriting.next(); ; step = rewriting.next()) {
    if (step.done) return { bytes: new Uint8Array(Buffer.concat(parts)), result: step.value };
    parts.push(step.value);
  }
}

/** A file of the given objects, numbered from 1, with a plain cross-reference table; the catalog is object 1. */
export function fileOf(
  objects: readonly string[],
  options: { trailer?: string; junk?: string } = {},
): Uint8Array {
  let text = `${options.junk ?? ""}%PDF-1.7\n`;
  const offsets = objects.map((object, index) => {
    const offset = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const start = text.length;
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f\r\n`;
  for (const offset of offsets) text += `${String(offset).padStart(10, "0")} 00000 n\r\n`;
  text += `trailer\n<</Size ${objects.length + 1} /Root 1 0 R ${options.trailer ?? ""}>>\nstartxref\n${start}\n%%EOF\n`;
  return fromLatin1(text);
}

export const stream = (content: string, entries = ""): string =>
  `<</Length ${content.length} ${entries}>>\nstream\n${content}\nendstream`;

/** One page of 200 by 100 points with the given content and further entries. */
export const onePage = (content: string, page = "", catalog = ""): string[] => [
  `<</Type /Catalog /Pages 2 0 R ${catalog}>>`,
  "<</Type /Pages /Kids [3 0 R] /Count 1>>",
  `<</Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] /Contents 4 0 R /Resources <</Font <</F1 5 0 R>>>> ${page}>>`,
  stream(content),
  "<</Type /Font /Subtype /Type1 /BaseFont /Helvetica>>",
];

/** Runs a program on files; throws with what it printed when it cannot be run at all. */
export function run(command: string, args: readonly string[], input?: Uint8Array) {
  const result = spawnSync(command, args, { input, maxBuffer: 256 << 20, timeout: 60_000 });
  if (result.error) throw result.error;
  return { status: result.status, stdout: result.stdout, text: `${result.stdout}${result.stderr}` };
}

/** A folder for one test, gone afterwards. */
export function inFolder<T>(work: (file: (name: string, bytes?: Uint8Array) => string) => T): T {
  const folder = mkdtempSync(path.join(tmpdir(), "whereof-test-"));
  const file = (name: string, bytes?: Uint8Array) => {
    const at = path.join(folder, name);
    if (bytes) writeFileSync(at, bytes);
    return at;
  };
  try {
    return work(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The file as qpdf writes it with these options. */
export function qpdf(bytes: Uint8Array, ...options: readonly string[]): Uint8Array {
  return inFolder((file) => {
    const result = run("qpdf", [...options, "--", file("in.pdf", bytes), file("out.pdf")]);
    if (result.status !== 0 && result.status !== 3) throw new Error(result.text);
    return new Uint8Array(readFileSync(file("out.pdf")));
  });
}

/** What `qpdf --check` says; empty when it finds nothing wrong. */
export function qpdfFaults(bytes: Uint8Array): string {
  return inFolder((file) => {
    const result = run("qpdf", ["--check", file("in.pdf", bytes)]);
    return result.status === 0 ? "" : result.text;
  });
}

/** The words on all pages, as poppler reads them. */
export const wordsIn = (bytes: Uint8Array): string =>
  inFolder((file) => run("pdftotext", ["-layout", file("in.pdf", bytes), "-"]).stdout.toString());
