import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { PDFDocument } from "pdf-lib";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { contract, refusalOf, testProduct } from "#db/testing.ts";
import { libreOffice } from "#lib/adapters/office/libreoffice.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { fromUtf8, sha256, toHex } from "#lib/bytes.ts";
import type { Context } from "#lib/context.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { addDocument } from "../add-document.ts";
import { createEnvelope } from "../create-envelope.ts";
import { getDraft } from "../get-draft.ts";
import { compareSource } from "./compare-source.ts";
import { docxParts, hasOffice, likeParts, outsideParts, xlsxParts, zipOf } from "./testing.ts";

const product = testProduct();
const sender = async () => (await product().newOrganization()).member("sender");

async function* streamOf(bytes: Uint8Array) {
  for (let at = 0; at < bytes.length; at += 1_000) yield bytes.subarray(at, at + 1_000);
}

async function upload(name: string, bytes: Uint8Array, password?: string) {
  const ctx = await sender();
  const envelopeId = await createEnvelope(ctx, { title: "" });
  const input = { envelopeId, name, ...(password ? { password } : {}) };
  const refusal = await refusalOf(addDocument(ctx, input, streamOf(bytes)));
  const draft = await getDraft(ctx, { envelopeId });
  return { ctx, envelopeId, refusal, document: draft.documents[0], title: draft.content.title };
}

const filesOf = ({ ctx, envelopeId }: { ctx: Context; envelopeId: EnvelopeId }) => {
  const folder = path.join(product().folder, "files/org", ctx.organizationId, "envelopes", envelopeId);
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
};

const trailOf = async ({ ctx, envelopeId }: { ctx: Context; envelopeId: EnvelopeId }, type: string) =>
  (await readChain(ctx, envelopeId)).entries.filter((entry) => entry.type === type);

function inFolder<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(path.join(tmpdir(), "whereof-uploads-"));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const refusalWords = (): Record<string, string> =>
  JSON.parse(
    readFileSync(fileURLToPath(new URL("../../../messages/en/refusals.json", import.meta.url)), "utf8"),
  );

const picture = (format: "png" | "jpeg" | "tiff", density = 72) =>
  sharp({ create: { width: 300, height: 200, channels: 3, background: "#c00" } })
    .withMetadata({ density })
    .toFormat(format)
    .toBuffer()
    .then((bytes) => new Uint8Array(bytes));

describe("pictures", () => {
  test.each(["png", "jpeg", "tiff"] as const)(
    "a %s becomes a page and is kept as it came",
    async (format) => {
      const bytes = await picture(format);
      const added = await upload(`scan.${format}`, bytes);
      expect(added.refusal).toBeUndefined();
      expect(added.document).toMatchObject({ name: "scan.pdf", sources: [{ name: `scan.${format}` }] });
      expect(added.title).toBe("scan");
      // As wide as fits a sheet that lies on its side.
      expect(added.document!.pages).toEqual([{ widthPt: 841.89, heightPt: 595.276 }]);
      const [converted] = await trailOf(added, "document.converted");
      expect(converted!.data).toMatchObject({ sha256: toHex(sha256(bytes)), mediaType: `image/${format}` });
      expect(filesOf(added)).toHaveLength(3);
    },
  );

  test("a scan that says how fine it is gets the size of its paper", async () => {
    const { document } = await upload("scan.png", await picture("png", 150));
    expect(document!.pages).toEqual([{ widthPt: 144, heightPt: 96 }]);
  });

  test("a photograph of a telephone becomes a page", async () => {
    const file = fileURLToPath(new URL("../../../e2e/documents/photo.heic", import.meta.url));
    const { refusal, document } = await upload("IMG_1.HEIC", new Uint8Array(readFileSync(file)));
    expect(refusal).toBeUndefined();
    expect(document!.pages).toHaveLength(1);
  });

  test("one that is cut off is refused and nothing stays", async () => {
    const jpeg = await picture("jpeg");
    const added = await upload("photo.jpg", jpeg.subarray(0, 400));
    expect(added.refusal).toBe("conversion/picture-unreadable");
    const heic = await upload("photo.heic", fromUtf8("\0\0\0\x18ftypheic and then nothing"));
    expect(heic.refusal).toBe("conversion/picture-unreadable");
    expect([...filesOf(added), ...filesOf(heic)]).toEqual([]);
  });
});

describe("protected PDFs", () => {
  const locked = (password: string) =>
    inFolder((folder) => {
      const [plain, made] = [path.join(folder, "plain.pdf"), path.join(folder, "locked.pdf")];
      writeFileSync(plain, contract());
      const done = spawnSync("qpdf", ["--encrypt", password, "owner", "256", "--", plain, made]);
      if (done.status !== 0) throw new Error(String(done.stderr));
      return new Uint8Array(readFileSync(made));
    });

  test("one opens with the password given, and is kept as it came", async () => {
    const bytes = locked("geheim");
    expect((await upload("lease.pdf", bytes)).refusal).toBe("pdf/needs-password");
    expect((await upload("lease.pdf", bytes, "wrong")).refusal).toBe("pdf/wrong-password");
    const added = await upload("lease.pdf", bytes, "geheim");
    expect(added.refusal).toBeUndefined();
    expect(added.document).toMatchObject({ name: "lease.pdf", changes: { "encryption-removed": 1 } });
    const [converted] = await trailOf(added, "document.converted");
    expect(converted!.data).toMatchObject({ sha256: toHex(sha256(bytes)) });
    expect(JSON.stringify(await trailOf(added, "document.added"))).not.toContain("geheim");
  });
});

describe("what is refused before another program sees it", () => {
  const bytes = (text: string) => fromUtf8(text);
  const zip = zipOf(docxParts("Lease"));
  const cases: readonly [string, string, Uint8Array, string][] = [
    ["a document that is cut off", "lease.docx", zip.subarray(0, zip.length - 30), "conversion/damaged"],
    ["a document with a broken part", "lease.docx", broken(zip), "conversion/damaged"],
    [
      "a spreadsheet that calls itself a document",
      "lease.docx",
      zipOf(xlsxParts()),
      "conversion/kind-unknown",
    ],
    [
      "a spreadsheet that unpacks to gigabytes",
      "bomb.xlsx",
      zipOf({ ...xlsxParts(), "xl/worksheets/sheet2.xml": new Uint8Array(160 << 20) }),
      "conversion/bomb",
    ],
    [
      "a spreadsheet whose directory lies about that",
      "bomb.xlsx",
      zipOf(
        { ...xlsxParts(), "xl/worksheets/sheet2.xml": new Uint8Array(32 << 20) },
        { "xl/worksheets/sheet2.xml": 4_000 },
      ),
      "conversion/bomb",
    ],
    [
      "an encrypted document",
      "lease.docx",
      Uint8Array.of(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0),
      "conversion/needs-password",
    ],
    ["a program", "lease.exe", bytes("MZ\x90\0 nothing"), "conversion/kind-unknown"],
    ["a web page", "lease.html", bytes("<!doctype html><p>Lease"), "conversion/kind-unknown"],
  ];
  test.each(cases)("%s", async (_, name, content, code) => {
    const added = await upload(name, content);
    expect(added.refusal).toBe(code);
    expect(filesOf(added)).toEqual([]);
    expect(added.document).toBeUndefined();
  });
});

function broken(bytes: Uint8Array): Uint8Array {
  const copy = bytes.slice();
  copy.fill(0xff, 60, 200);
  return copy;
}

describe.skipIf(!hasOffice())("office documents", () => {
  const RTF = "{\\rtf1\\ansi Lease of {\\b flat} 12B}";
  const cases: readonly [string, Uint8Array, string][] = [
    ["lease.docx", zipOf(docxParts("Lease of flat 12B", "Rent")), "wordprocessingml"],
    ["rent.xlsx", zipOf(xlsxParts()), "spreadsheetml"],
    ["lease.rtf", fromUtf8(RTF), "rtf"],
    ["lease.txt", fromUtf8("Lease of flat 12B — “as agreed”\n"), "text/plain"],
  ];
  test.each(cases)("%s becomes a PDF by LibreOffice and is kept as it came", async (name, bytes, type) => {
    const added = await upload(name, bytes);
    expect(added.refusal).toBeUndefined();
    expect(added.document).toMatchObject({ name: name.replace(/\w+$/, "pdf"), pages: [expect.anything()] });
    const [converted] = await trailOf(added, "document.converted");
    expect(converted!.data).toMatchObject({ sha256: toHex(sha256(bytes)), sizeBytes: bytes.length });
    expect(converted!.data.with).toMatch(/^LibreOffice \d+\.\d+/);
    expect(converted!.data.mediaType).toContain(type);
  });

  test("where it has other pages and fonts than it says, that is told and can be compared", async () => {
    const added = await upload("lease.docx", zipOf(likeParts({ pages: 7, font: "Nobody Has This" })));
    expect(added.document).toMatchObject({ changes: { "pages-unlike": 7, "fonts-unlike": 1 } });
    const place = { envelopeId: added.envelopeId, documentId: added.document!.id };
    const found = await compareSource(added.ctx, place);
    expect(found).toMatchObject({ pagesSaid: 7, fontsMissing: ["Nobody Has This"] });
    expect(found.standIns).toHaveLength(1);
    // Written in the font that stood in, and of as many pages as it says, it is told of nothing.
    const [font] = found.standIns;
    const alike = await upload("lease.docx", zipOf(likeParts({ pages: 1, font: font! })));
    expect(alike.document!.changes).toEqual({});
    const [event] = await trailOf(added, "document.added");
    expect(event!.data.changes).toMatchObject({ "pages-unlike": 7, "fonts-unlike": 1 });
    // Another organization has no such document, and a PDF was made of nothing.
    expect(await refusalOf(compareSource(await sender(), place))).toBe("envelopes/not-found");
    const pdf = await upload("lease.pdf", contract());
    const other = { envelopeId: pdf.envelopeId, documentId: pdf.document!.id };
    expect(await refusalOf(compareSource(pdf.ctx, other))).toBe("envelopes/document-not-found");
    expect(await refusalOf(compareSource(pdf.ctx, { ...other, documentId: place.documentId }))).toBe(
      "envelopes/document-not-found",
    );
  });

  test("macros are not run, and that is told", async () => {
    const parts = { ...docxParts("With macros"), "word/vbaProject.bin": "not looked at" };
    const { document } = await upload("lease.docm", zipOf(parts));
    expect(document).toMatchObject({ changes: { "macros-not-run": 1 } });
  });

  test("nothing is fetched from elsewhere, and that is told", async () => {
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url ?? "");
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const { refusal, document } = await upload(
      "lease.docx",
      zipOf(outsideParts(`http://127.0.0.1:${port}/template.dotx`)),
    );
    server.close();
    expect(refusal).toBeUndefined();
    expect(document).toMatchObject({ changes: { "outside-content-not-loaded": 1 } });
    expect(asked).toEqual([]);
  });

  test("what is damaged inside is refused in words", async () => {
    const parts = docxParts("Lease");
    const added = await upload(
      "lease.docx",
      zipOf({ ...parts, "word/document.xml": parts["word/document.xml"]!.slice(0, 120) }),
    );
    expect(added.refusal).toBe("conversion/failed");
    expect(filesOf(added)).toEqual([]);
  });
});

describe("a converter that misbehaves", () => {
  const program = (script: string, folder: string) => {
    const file = path.join(folder, "soffice");
    const version = 'case "$*" in *--version*) echo LibreOffice 9.9.9.9; exit 0;; esac';
    writeFileSync(file, `#!/bin/sh\n${version}\n${script}\n`, { mode: 0o755 });
    return file;
  };
  const run = async (script: string, settings = {}) => {
    const folder = mkdtempSync(path.join(tmpdir(), "whereof-office-test-"));
    try {
      const office = libreOffice({ program: program(script, folder), timeoutMs: 1_500, ...settings });
      return await refusalOf(office.convert(fromUtf8("x"), "txt"));
    } finally {
      rmSync(folder, { recursive: true });
    }
  };
  const OUT = 'while [ "$1" != "--outdir" ]; do shift; done; out="$2"';

  test("one that is not there is named with its package", async () => {
    const office = libreOffice({ program: "/nowhere/soffice" });
    expect(await refusalOf(office.convert(fromUtf8("x"), "txt"))).toBe("conversion/not-installed");
    const words = refusalWords();
    expect(words["conversion/not-installed"]).toContain("libreoffice-writer-nogui");
  });

  test("one that hangs is ended with everything it started", async () => {
    const mark = `whereof-hang-${process.pid}`;
    expect(await run(`sh -c 'sleep 300 # ${mark}' & sleep 300 # ${mark}`)).toBe("conversion/timed-out");
    expect(spawnSync("pgrep", ["-f", mark]).status).toBe(1);
  });

  test("one that writes without end is ended", async () => {
    const endless = `${OUT}; exec cat /dev/zero > "$out/document.pdf"`;
    expect(await run(endless, { outputBytes: 1 << 20, timeoutMs: 20_000 })).toBe("conversion/too-large");
  });

  test("one that fails, or makes nothing, is a refusal", async () => {
    expect(await run("exit 3")).toBe("conversion/failed");
    expect(await run("exit 0")).toBe("conversion/failed");
  });

  test("it sees nothing of our environment and leaves nothing behind", async () => {
    const before = readdirSync(tmpdir()).filter((name) => name.startsWith("whereof-office-"));
    const folder = mkdtempSync(path.join(tmpdir(), "whereof-seen-"));
    process.env.WHEREOF_TEST_SECRET = "not for others";
    const script = `${OUT}; env > "${folder}/env"; printf '%%PDF' > "$out/document.pdf"`;
    expect(await run(script)).toBeUndefined();
    delete process.env.WHEREOF_TEST_SECRET;
    expect(readFileSync(path.join(folder, "env"), "utf8")).not.toContain("not for others");
    rmSync(folder, { recursive: true });
    const after = readdirSync(tmpdir()).filter((name) => name.startsWith("whereof-office-"));
    expect(after.filter((name) => !before.includes(name))).toEqual([]);
  });
});

test("a PDF of ten thousand pages is refused with what to do, and leaves nothing", async () => {
  const file = await PDFDocument.create();
  for (let page = 0; page < 10_000; page++) file.addPage([200, 200]);
  const added = await upload("archive.pdf", await file.save());
  expect(added.refusal).toBe("pdf/too-many-pages");
  expect(added.document).toBeUndefined();
  expect(filesOf(added)).toEqual([]);
  expect(refusalWords()["pdf/too-many-pages"]).toContain("Split it and send the parts");
}, 120_000);
