import { expect } from "vitest";
import type { Context } from "#lib/context.ts";
import type { EnvelopeView } from "#lib/envelopes/get-envelope.ts";
import { download } from "#lib/evidence/download.ts";
import { inFolder, qpdfFaults, run } from "#lib/pdf/testing.ts";
import { linkFor, personWith, sent, sign, until } from "#lib/signing/testing.ts";

/** An envelope that two people have signed and the worker has sealed. */
export async function signed(ctx: Context): Promise<EnvelopeView> {
  const { envelopeId } = await sent(ctx, [{ name: "Ana Ruiz" }, { name: "Ben Okafor" }]);
  for (const name of ["Ana Ruiz", "Ben Okafor"])
    await sign(await personWith(ctx, await linkFor(ctx, envelopeId, name)));
  return until(ctx, envelopeId, ({ state }) => state === "completed", 60_000);
}

/** Its document as it is handed out. */
export async function sealedPdf(ctx: Context, envelope: EnvelopeView): Promise<Uint8Array> {
  const wanted = { kind: "document", documentId: envelope.documents[0]!.id, variant: "current" } as const;
  const { bytes } = await download(ctx, { envelopeId: envelope.id, wanted });
  return new Uint8Array(await new Response(bytes).arrayBuffer());
}

/** Four signatures, all of them good for qpdf and poppler. */
export function expectValid(pdf: Uint8Array): void {
  expect(qpdfFaults(pdf)).toBe("");
  const report = inFolder((file) => run("pdfsig", [file("sealed.pdf", pdf)]).text);
  expect(report.match(/Signature is Valid\./g)).toHaveLength(4);
}
