import { readChain } from "#lib/audit/read-chain.ts";
import { requireSystem } from "#lib/authorize.ts";
import { concatSource, sha256Of } from "#lib/bytes.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import { isRefusal } from "#lib/errors.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import type { OpenFile } from "#lib/ports/files.ts";
import { uploadedBytes } from "#lib/signing/core/uploaded-bytes.ts";
import { anchorAbove } from "./core/anchor-above.ts";
import { verdictBesides } from "./core/validation/earlier-verdict.ts";
import { type EnvelopeRecord, loadArchiveLine, loadRecord } from "./store.ts";
import { validateRevisions } from "./validate-revisions.ts";

export const QUALITY_FINDINGS = [
  "chain-broken",
  "document-gone",
  "document-differs",
  "signatures-not-valid",
  "trail-gone",
  "trail-differs",
] as const;
export type QualityFinding = (typeof QUALITY_FINDINGS)[number];

/**
 * Looks at a completed envelope as if it had come from elsewhere: whether its files are there, byte for byte, whether
 * every signature still validates today, and whether its chain holds.
 *
 * @returns what does not hold, nothing when all does. @throws files/unavailable: nothing is known then
 */
export async function revalidateEnvelope(
  ctx: WorkerContext,
  input: { readonly envelopeId: EnvelopeId },
): Promise<QualityFinding[]> {
  requireSystem(ctx);
  const { envelopeId } = input;
  const { record, renewals } = await inTransaction(ctx, async (ctx) => ({
    record: await loadRecord(ctx, envelopeId),
    renewals: await loadArchiveLine(ctx, envelopeId),
  }));
  const { brokenAt } = await readChain(ctx, envelopeId);
  const findings = new Set<QualityFinding>(brokenAt === null ? [] : ["chain-broken"]);
  for (const { id } of record.documents)
    for (const finding of await examineDocument(ctx, record, id)) findings.add(finding);
  const trail = record.artifacts.find(({ kind }) => kind === "audit-trail");
  const tails = renewals.flatMap(({ tailKey }) => (tailKey ? [{ fileKey: tailKey }] : []));
  const sha256 = renewals.findLast((one) => one.sha256 !== null)?.sha256 ?? trail?.sha256;
  const found = trail ? await hashOf(ctx, [trail, ...tails]) : null;
  if (found === null) findings.add("trail-gone");
  else if (found !== sha256) findings.add("trail-differs");
  return [...findings];
}

async function examineDocument(
  ctx: WorkerContext,
  record: EnvelopeRecord,
  documentId: string,
): Promise<QualityFinding[]> {
  const parts = record.revisions.filter((one) => one.documentId === documentId && one.number >= 1);
  const document = record.documents.find(({ id }) => id === documentId)!;
  const found = await hashOf(ctx, parts);
  if (found === null) return ["document-gone"];
  if (found !== parts.at(-1)!.sha256) return ["document-differs"];
  const anchors = record.certificates.flatMap(anchorAbove);
  const report = await validateRevisions(ctx, parts, document.name, anchors);
  const verdict = verdictBesides(report, uploadedBytes(document, record.revisions));
  // With another's time-stamps its anchor is the reader's to trust, and we cannot tell.
  const isGood = verdict === "passed" || (ctx.runtime.config.tsaUrl !== null && verdict !== "failed");
  return isGood ? [] : ["signatures-not-valid"];
}

/** Of a base file and its tails together; null when they cannot be read as they were stored. */
async function hashOf(
  { runtime }: WorkerContext,
  parts: readonly { readonly fileKey: string }[],
): Promise<string | null> {
  const open: OpenFile[] = [];
  try {
    for (const { fileKey } of parts) open.push(await runtime.files.open(fileKey));
    return sha256Of(concatSource(...open));
  } catch (error) {
    if (isRefusal(error, "files/not-found") || isRefusal(error, "files/damaged")) return null;
    throw error;
  } finally {
    for (const file of open) file.close();
  }
}
