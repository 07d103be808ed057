import { sourceOf } from "#lib/bytes.ts";
import { isRefusal } from "#lib/errors.ts";
import { checkPackage } from "#lib/evidence/check-package.ts";
import { trustAnchorsOf } from "#lib/evidence/core/validation/trust-anchors.ts";
import { isZip } from "#lib/evidence/core/zip/is-zip.ts";
import { validateDocument } from "#lib/evidence/validate-document.ts";
import type { TrustAnchor } from "#lib/pki/core/validation/path.ts";
import type { CheckAnswer, CheckRequest } from "./check-request.ts";
import { settled } from "./settle.ts";

// Beside the page /verify: checks one file where it is. It sends nothing and is ended after its answer.

async function check({ file, anchors, anchorFile, crls }: CheckRequest): Promise<CheckAnswer> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (bytes.length === 0) return { refusal: "evidence/empty-file" };
  const trusted = anchorFile ? [new Uint8Array(await anchorFile.arrayBuffer())] : anchors;
  if (!anchorsIn(trusted)) return { refusal: "evidence/trust-unreadable" };
  const now = new Date();
  const source = sourceOf(bytes);
  const report = await settled(() => {
    // Parsed anew in each round: what a round found out of a certificate may not outlive it.
    const terms = { anchors: anchorsIn(trusted) ?? [], crls, now };
    return isZip(bytes)
      ? checkPackage(source, terms)
      : validateDocument(source, { name: file.name, ...terms });
  });
  return { report };
}

function anchorsIn(files: readonly Uint8Array[]): TrustAnchor[] | null {
  try {
    return files.flatMap(trustAnchorsOf);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return null;
  }
}

self.addEventListener("message", async ({ data }: MessageEvent<CheckRequest>) => {
  const answer = await check(data).catch(
    (error: unknown): CheckAnswer => ({
      failure: error instanceof Error ? error.message : String(error),
    }),
  );
  self.postMessage(answer);
});
