import { concatBytes, sourceOf } from "#lib/bytes.ts";
import { type Context, createContext } from "#lib/context.ts";
import { historyOf } from "#lib/pdf/changes.ts";
import { inFolder, run } from "#lib/pdf/testing.ts";
import { toPem } from "#lib/pki/core/certificates/pem.ts";
import { trustAnchorOf } from "#lib/pki/core/validation/path.ts";
import { publishedTrust } from "#lib/pki/published.ts";
import type { WorkerRuntime } from "#lib/runtime.ts";
import { linkFor, personWith, sent, sign, until } from "#lib/signing/testing.ts";
import { download } from "./download.ts";
import { validateDocument } from "./validate-document.ts";

export const systemOf = (ctx: Context, runtime: WorkerRuntime) =>
  createContext(runtime, {
    organizationId: ctx.organizationId,
    actor: { kind: "system", job: "test" },
  });

/** Sent, signed, sealed, and what came out of it. */
export async function completedPdf(ctx: Context) {
  const { envelopeId, document } = await sent(ctx, [{ name: "Ana Ruiz" }]);
  await sign(await personWith(ctx, await linkFor(ctx, envelopeId, "Ana Ruiz")));
  await until(ctx, envelopeId, ({ state }) => state === "completed");
  const wanted = { kind: "document", documentId: document.id, variant: "current" } as const;
  const { bytes } = await download(ctx, { envelopeId, wanted });
  return { envelopeId, pdf: concatBytes(await Array.fromAsync(bytes)) };
}

/** By whoever has our roots and our lists as they are published now. */
export async function validatedByUs(runtime: WorkerRuntime, pdf: Uint8Array) {
  const { roots, crls } = await publishedTrust(runtime);
  const terms = { name: "a.pdf", now: new Date(), anchors: roots.map(trustAnchorOf), crls };
  return validateDocument(sourceOf(pdf), terms);
}

/** By whoever has these roots and nothing else of ours. */
export async function validatedUnder(pdf: Uint8Array, roots: readonly Uint8Array[]) {
  const terms = { name: "a.pdf", now: new Date(), anchors: roots.map(trustAnchorOf), crls: [] };
  return validateDocument(sourceOf(pdf), terms);
}

export const pdfsig = (pdf: Uint8Array): string =>
  inFolder((file) => run("pdfsig", [file("a.pdf", pdf)]).text);

/** The last signature of a PDF, that of the seal, as OpenSSL verifies it under these roots. */
export function opensslOnSeal(pdf: Uint8Array, roots: readonly Uint8Array[]): string {
  const seal = historyOf(sourceOf(pdf)).signatures.findLast(({ isTimestamp }) => !isTimestamp)!;
  const [from, length, next, rest] = seal.byteRange!;
  const covered = concatBytes([pdf.subarray(from, from + length), pdf.subarray(next, next + rest)]);
  return inFolder((file) => {
    const trust = file("roots.pem", new TextEncoder().encode(roots.map((der) => toPem(der)).join("")));
    const signed = [file("a.cms", seal.contents), "-content", file("covered.bin", covered)];
    const options = ["-purpose", "any", "-CAfile", trust, "-out", file("out.bin")];
    return run("openssl", ["cms", "-verify", "-binary", "-inform", "DER", "-in", ...signed, ...options]).text;
  });
}
