import { requireSystem } from "#lib/authorize.ts";
import { toHex } from "#lib/bytes.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import type { CustodyFacts } from "../core/custody.ts";
import { loadSignedWith } from "../signed-with-store.ts";
import { namesIn } from "./describe-key.ts";
import { readCustody } from "./record-custody.ts";
import { loadCustody, loadExport, loadLineSignatures, loadSealKey } from "./store.ts";

const MOST_DOCUMENTS = 500;

/** What the sealed record of a key's custody says, and which documents carry that key's seal. @throws signing/not-found */
export async function custodyFacts(
  ctx: WorkerContext,
  { exportId }: { readonly exportId: string },
): Promise<CustodyFacts> {
  requireSystem(ctx);
  return inTransaction(ctx, async (ctx) => {
    const row = await loadExport(ctx, exportId);
    const names = await namesIn(ctx);
    const rows = await loadCustody(ctx, exportId);
    const { entries, brokenAt } = readCustody(rows);
    const { key } = await loadSealKey(ctx, row.signingKeyId);
    const signed = await loadSignedWith(ctx, key.certificateId, null, 100_000);
    const sealed = signed.filter(({ act }) => act === "sealed");
    const { id, reason, purpose, format, destination, contract, requestedAt, sha256, sizeBytes } = row;
    return {
      view: {
        ...{ runbookVersion: row.runbookVersion, runbookSha256: row.runbookSha256 },
        ...{ id, reason, purpose, format, destination, contract, requestedAt, sha256, sizeBytes },
        requestedBy: names(row.requestedBy),
        approvedByIt: row.approvedByIt && names(row.approvedByIt),
        approvedByLegal: row.approvedByLegal && names(row.approvedByLegal),
        recipient: names(row.recipientId),
        ...{ custody: entries, custodyBrokenAt: brokenAt },
        signatures: (await loadLineSignatures(ctx, exportId)).map(({ sequence, side, memberName, at }) => ({
          ...{ sequence, side, name: memberName, at },
        })),
      },
      hashes: rows.map(({ hash }) => toHex(hash)),
      documents: sealed.slice(0, MOST_DOCUMENTS).map(({ shortId, at, digestHex }) => ({
        ...{ shortId: shortId ?? "", sha256: digestHex, sealedAt: at },
      })),
      more: Math.max(0, sealed.length - MOST_DOCUMENTS),
    };
  });
}
