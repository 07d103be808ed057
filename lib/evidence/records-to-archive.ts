import { requireSystem } from "#lib/authorize.ts";
import { fromUtf8 } from "#lib/bytes.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import { eachEvent } from "./explorer/search-events.ts";
import { recordOf } from "./explorer/tell-events.ts";
import { loadUnarchived } from "./reports/reports-store.ts";

/** A record of the organization itself, as it is now. */
export interface RecordToArchive {
  readonly kind: "report" | "chain";
  /** A report's id; of the chain the month it was copied in: `2026-11`. */
  readonly subject: string;
  readonly ending: "pdf" | "jsonl";
  /** Null where it is written while it is read. */
  readonly sha256: string | null;
  open(): Promise<AsyncIterable<Uint8Array>>;
}

/** Sealed reports that are no copy in the archive yet, oldest first: each holds its rows as JSON. */
export async function reportsToArchive(ctx: WorkerContext, limit: number): Promise<RecordToArchive[]> {
  requireSystem(ctx);
  const rows = await inTransaction(ctx, (ctx) => loadUnarchived(ctx, limit));
  return rows.map(({ id, pdfKey, pdfSha256 }) => ({
    ...{ kind: "report", subject: id, ending: "pdf", sha256: pdfSha256 },
    open: async () => (await ctx.runtime.files.stream(pdfKey!)) as unknown as AsyncIterable<Uint8Array>,
  }));
}

/**
 * The organization's own audit chain up to now, one line of JSON for each event: the exact text that was hashed, and its hash.
 * What opens the commitments of personal values is left out: a locked copy could not forget it.
 */
export function chainToArchive(ctx: WorkerContext): RecordToArchive {
  requireSystem(ctx);
  const now = ctx.now();
  const filter = {
    ...{ ownerId: null, people: null, chainId: ctx.organizationId, address: null, words: null },
    ...{ types: null, from: null, to: now },
  };
  return {
    ...{ kind: "chain", subject: now.toISOString().slice(0, 7), ending: "jsonl", sha256: null },
    open: async () =>
      (async function* () {
        for await (const events of eachEvent(ctx, filter))
          yield fromUtf8(events.map((event) => `${JSON.stringify(lineOf(event))}\n`).join(""));
      })(),
  };
}

function lineOf(told: Parameters<typeof recordOf>[0]) {
  const { event, chain, number, at, type, hash, body } = recordOf(told);
  return { event, chain, number, at, type, hash, body };
}
