import { requireSystem } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { EnvelopeId, RecipientId } from "#lib/ids.ts";
import { loadUnfinished } from "./store.ts";

export interface Unfinished {
  readonly envelopeId: EnvelopeId;
  /** Signers who have finished and whose signature is not made yet. */
  readonly unsigned: readonly RecipientId[];
}

/**
 * Envelopes on which work of ours is due: not prepared, not signed, not sealed, or nobody asked to go on.
 *
 * @param unchangedSince leaves out what somebody is probably at just now
 */
export async function listUnfinished(ctx: Context, unchangedSince: Date): Promise<Unfinished[]> {
  requireSystem(ctx);
  return inTransaction(ctx, (ctx) => loadUnfinished(ctx, unchangedSince));
}
