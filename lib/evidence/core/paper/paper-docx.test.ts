import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { sourceOf, toUtf8 } from "#lib/bytes.ts";
import { readZip } from "../zip/read-zip.ts";
import { blank, facts, heading, type Paper, paragraph, steps, table } from "./paper.ts";
import { paperDocx } from "./paper-docx.ts";

const PAPER: Paper = {
  title: "Declaration of <Ana> & “Søn”",
  header: "Harbour Street · WH-7K2M-9QXD",
  footer: "Whereof 0.1.0",
  blocks: [
    heading("What happened"),
    paragraph(`1. I am ${blank("name")}.\nSecond line with محمد and さくら 😀`),
    steps([{ text: "First" }, { text: "Second", commands: ["sha256sum --check\n  SUMS"] }]),
    facts([["SHA-256", { hash: "0123456789abcdef" }]]),
    table([{ title: "Exhibit", widthPt: 60 }, { title: "What" }], [["A", "System <b>description</b>"]]),
    steps([{ text: "Begins at one again" }]),
    paragraph("nul\u0000 bell\u0007 lone\ud800 end"),
  ],
};
const OPTIONS = { paper: "a4", author: "Harbour & Co", createdAt: new Date("2026-11-20T10:00:00Z") } as const;

function inFolder<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(path.join(tmpdir(), "whereof-docx-"));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test("is well-formed in every part, and the same for the same paper", () => {
  const bytes = paperDocx(PAPER, OPTIONS);
  expect(paperDocx(PAPER, OPTIONS)).toEqual(bytes);
  const parts = readZip(sourceOf(bytes));
  expect(parts[0]!.name).toBe("[Content_Types].xml");
  const document = toUtf8(parts.find(({ name }) => name === "word/document.xml")!.source.read(0, 1e6));
  expect(document).not.toContain("<b>description");
  inFolder((folder) => {
    for (const { name, source } of parts) {
      const file = path.join(folder, "part.xml");
      writeFileSync(file, source.read(0, source.size));
      expect([
        name,
        execFileSync("python3", [
          "-c",
          "import sys, xml.dom.minidom as m; m.parse(sys.argv[1])",
          file,
        ]).toString(),
      ]).toEqual([name, ""]);
    }
  });
});

test("a word processor opens it and shows all of it", () => {
  const text = inFolder((folder) => {
    const file = path.join(folder, "paper.docx");
    writeFileSync(file, paperDocx(PAPER, OPTIONS));
    const profile = `-env:UserInstallation=file://${folder}/profile`;
    const convert = (format: string) =>
      execFileSync("soffice", [profile, "--headless", "--convert-to", format, "--outdir", folder, file]);
    convert("pdf");
    convert("txt:Text (encoded):UTF8");
    const pdf = path.join(folder, "paper.pdf");
    const info = execFileSync("pdfinfo", [pdf]).toString();
    expect(info).toMatch(/Page size: +595\.\d+ x 84[12]\S* pts \(A4\)/);
    expect(info).toContain("Declaration of <Ana> & “Søn”");
    const set = execFileSync("pdftotext", ["-layout", pdf, "-"]).toString();
    return `${set} ${readFileSync(path.join(folder, "paper.txt"), "utf8")}`.replaceAll(/\s+/g, " ");
  });
  for (const said of [
    ...["Declaration of <Ana> & “Søn”", "Harbour Street · WH-7K2M-9QXD", "What happened"],
    ...["____________________ [name]", "Second line with محمد and さくら 😀", "1. First", "2. Second"],
    ...["sha256sum --check", "0123 4567 89ab cdef", "Exhibit", "System <b>description</b>"],
    ...["1. Begins at one again", "nul bell lone\ufffd end", "Whereof 0.1.0 · 1 / 1"],
  ])
    expect(text).toContain(said);
}, 120_000);
