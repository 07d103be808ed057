import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { testProduct } from "#db/testing.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { sha256, toHex } from "#lib/bytes.ts";
import { docxParts, hasOffice, zipOf } from "#lib/envelopes/documents/testing.ts";
import { sendEnvelope } from "#lib/envelopes/send-envelope.ts";
import { download } from "#lib/evidence/download.ts";
import { inFolder, qpdfFaults, run } from "#lib/pdf/testing.ts";
import { linkFor, newDraft, personWith, sign, until } from "./testing.ts";

const product = testProduct({ runsJobs: true });
const CLAUSE = "The tenant pays the rent on the first day of the month.";
const docx = () => zipOf(docxParts("Lease of flat 12B", CLAUSE));

/** The same, as another program of the same kind writes it. */
function odt(): Uint8Array {
  const folder = mkdtempSync(path.join(tmpdir(), "whereof-odt-"));
  try {
    writeFileSync(path.join(folder, "lease.docx"), docx());
    const profile = `-env:UserInstallation=file://${folder}/profile`;
    const options = [
      "--headless",
      "--convert-to",
      "odt",
      "--outdir",
      folder,
      path.join(folder, "lease.docx"),
    ];
    execFileSync("/usr/bin/soffice", [profile, ...options], { stdio: "ignore", timeout: 120_000 });
    return new Uint8Array(readFileSync(path.join(folder, "lease.odt")));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe.skipIf(!hasOffice())("an office document", () => {
  test.each([
    ["lease.docx", docx],
    ["lease.odt", odt],
  ])(
    "%s is converted, sent, signed and sealed, and others find it valid",
    async (name, make) => {
      const ctx = await (await product().newOrganization()).member("owner");
      const bytes = make();
      const draft = await newDraft(ctx, [{ name: "Ana Ruiz" }], "sequential", bytes, "business", name);
      await sendEnvelope(ctx, draft);
      const { envelopeId } = draft;
      await sign(await personWith(ctx, await linkFor(ctx, envelopeId, "Ana Ruiz")));
      const envelope = await until(ctx, envelopeId, ({ state }) => state === "completed", 180_000);

      const wanted = { kind: "document", documentId: envelope.documents[0]!.id, variant: "current" } as const;
      const signed = await download(ctx, { envelopeId, wanted });
      const pdf = new Uint8Array(await new Response(signed.bytes).arrayBuffer());
      expect(qpdfFaults(pdf)).toBe("");
      inFolder((file) => {
        const report = run("pdfsig", [file("sealed.pdf", pdf)]).text;
        // What certified it, the signer's, and the seal.
        expect(report.match(/Signature is Valid\./g)?.length).toBeGreaterThanOrEqual(3);
        expect(report).not.toMatch(/Signature is Invalid|Digest Mismatch/);
        const words = run("pdftotext", [file("sealed.pdf", pdf), "-"]).text;
        expect(words).toContain(CLAUSE);
      });

      const { entries } = await readChain(ctx, envelopeId);
      const converted = entries.find(({ type }) => type === "document.converted")!;
      expect(converted.data).toMatchObject({ sha256: toHex(sha256(bytes)), sizeBytes: bytes.length });
      expect(converted.data.with).toMatch(/^LibreOffice \d+\.\d+/);
    },
    300_000,
  );
});
