import { canonicalJson } from "#lib/audit/core/canonical-json.ts";
import { CHAIN_START, firstBreak, linkHash } from "#lib/audit/core/chain.ts";
import type { Context } from "#lib/context.ts";
import { type CustodyRow, type KeyExportRow, loadCustody, saveCustody } from "./store.ts";

export type CustodyAction = "export" | "store" | "transfer" | "receive" | "destroy" | "review";

/** One line of a chain of custody. */
export interface CustodyEntry {
  readonly sequence: number;
  readonly action: CustodyAction;
  /** UTC. */
  readonly at: string;
  readonly item: { readonly id: string; readonly description: string };
  readonly sha256: string | null;
  readonly sizeBytes: number | null;
  readonly releasedBy: string;
  readonly receivedBy: string;
  readonly from: string;
  readonly to: string;
  readonly channel: string;
  readonly purpose: string;
  readonly authority: string;
  /** Whether the hash was as recorded before; null where nothing was compared. */
  readonly isWhole: boolean | null;
}

export type NewCustodyEntry = Omit<CustodyEntry, "sequence" | "at" | "item" | "sha256" | "sizeBytes">;

/** Adds a line to an export's chain of custody; call it with the export's row locked. */
export async function recordCustody(
  ctx: Context,
  row: Pick<KeyExportRow, "id" | "sha256" | "sizeBytes">,
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
    item: { id: row.id, description },
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
