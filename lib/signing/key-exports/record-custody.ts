import { canonicalJson } from "#lib/audit/core/canonical-json.ts";
import { CHAIN_START, firstBreak, linkHash } from "#lib/audit/core/chain.ts";
import type { Context } from "#lib/context.ts";
import type { CustodyEntry, NewCustodyEntry } from "../core/custody.ts";
import { type CustodyRow, type KeyExportRow, loadCustody, saveCustody } from "./store.ts";

/** Adds a line to an export's chain of custody; call it with the export's row locked. */
export async function recordCustody(
  ctx: Context,
  row: Pick<KeyExportRow, "id" | "sha256" | "sizeBytes"> & Partial<Pick<KeyExportRow, "builtAt">>,
  description: string,
  entry: NewCustodyEntry,
): Promise<void> {
  const known = await loadCustody(ctx, row.id);
  const previousHash = known.at(-1)?.hash ?? CHAIN_START;
  const sequence = known.length;
  const body = canonicalJson({
    ...entry,
    sequence,
    at: ctx.now().toISOString(),
    item: {
      ...{ id: row.id, description, class: "private key, packed (PKCS#12, encrypted)", madeBy: "Whereof" },
      madeAt: (row.builtAt ?? ctx.now()).toISOString(),
    },
    sha256: row.sha256,
    sizeBytes: row.sizeBytes,
  });
  const { organizationId } = ctx;
  const hash = linkHash(previousHash, body);
  await saveCustody(ctx, { organizationId, exportId: row.id, sequence, body, previousHash, hash });
}

/** A chain of custody as it was written. `brokenAt` is where its hashes stop fitting; null when they all do. */
export function readCustody(rows: readonly CustodyRow[]): {
  readonly entries: readonly CustodyEntry[];
  readonly brokenAt: number | null;
} {
  return {
    entries: rows.map(({ body }) => JSON.parse(body) as CustodyEntry),
    brokenAt: firstBreak(rows),
  };
}
