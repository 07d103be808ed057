import { expect, test } from "vitest";
import { testProduct } from "#db/testing.ts";
import { concatBytes } from "#lib/bytes.ts";
import { fieldsOf } from "#lib/pdf/form.ts";
import { PdfStream } from "#lib/pdf/objects.ts";
import { inFolder, openBytes, qpdfFaults, run } from "#lib/pdf/testing.ts";
import { delegate } from "#lib/signing/delegate.ts";
import { addressOf, linkFor, personWith, sent, sign, until } from "#lib/signing/testing.ts";
import { download } from "./download.ts";
import { pdfsig } from "./testing-sealed.ts";

const product = testProduct({ runsJobs: true });

test("a sealed PDF keeps its tags, names its fields and marks, and speaks of who really signed", async () => {
  const ctx = await (await product().newOrganization()).member("owner");
  const { envelopeId, document } = await sent(ctx, [{ name: "Ana Ruiz" }, { name: "Cy Clerk" }]);
  const open = async (name: string) => personWith(ctx, await linkFor(ctx, envelopeId, name));
  const other = { name: "Ben Okafor", email: addressOf("Ben Okafor"), reason: "I am away until May" };
  await delegate(await open("Ana Ruiz"), other);
  await sign(await open("Ben Okafor"), "Porto");
  await sign(await open("Cy Clerk"), "Porto");
  await until(ctx, envelopeId, ({ state }) => state === "completed");
  const wanted = { kind: "document", documentId: document.id, variant: "current" } as const;
  const pdf = concatBytes(await Array.fromAsync((await download(ctx, { envelopeId, wanted })).bytes));

  const signatures = pdfsig(pdf);
  expect(signatures.match(/Signature Validation: Signature is Valid/g)?.length).toBe(4);
  expect(qpdfFaults(pdf)).toBe("");
  const [facts, structure] = inFolder((file) => {
    const at = file("a.pdf", pdf);
    return [run("pdfinfo", [at]).text, run("pdfinfo", ["-struct", at]).text] as const;
  });
  expect(facts).toMatch(/^Title:\s+Mutual non-disclosure agreement$/m);
  expect(facts).toMatch(/^Tagged:\s+yes$/m);
  expect(structure).toContain("H1 (block)");
  const file = openBytes(pdf);
  const fields = [...fieldsOf(file)];
  expect(structure.match(/^\s*Form\b/gm)?.length).toBe(
    fields.filter(({ name }) => !name.startsWith("Timestamp")).length,
  );
  expect(file.text(file.catalog.get("Lang"))).toBe("en");
  expect(file.dict(file.catalog.get("ViewerPreferences"))?.get("DisplayDocTitle")).toBe(true);

  const tooltips = fields.map(({ dict }) => file.text(dict.get("TU")));
  expect(tooltips).toContain("Signature of signer 1");
  expect(tooltips.every((text) => text && !text.includes("Ana Ruiz"))).toBe(true);
  const drawn = fields.flatMap(({ dict }) => {
    const look = file.resolve(file.dict(dict.get("AP"))?.get("N") ?? null);
    return look instanceof PdfStream ? [Buffer.from(file.decoded(look, 1 << 20)).toString("latin1")] : [];
  });
  const spoken = drawn.flatMap((content) => content.match(/Signature of [^,]+, \d+ \w+ \d{4}/g) ?? []);
  expect(spoken.map((text) => text.split(",")[0]).sort()).toEqual([
    "Signature of Ben Okafor",
    "Signature of Cy Clerk",
  ]);
}, 180_000);
