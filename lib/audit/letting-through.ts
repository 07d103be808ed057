import type { Context } from "#lib/context.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import type { Json } from "./core/canonical-json.ts";
import { Forgetting } from "./core/forgetting.ts";
import { loadOwnChain } from "./read-chain.ts";

export interface LettingThrough {
  /** The two members; null while there are not two. */
  readonly by: { readonly reviewedBy: string; readonly approvedBy: string } | null;
  /** Its destruction began, after two had let it through. */
  readonly hasBegun: boolean;
  /** Legal holds that have not let go of the envelope. */
  readonly heldBy: readonly string[];
}

/**
 * Who let an envelope be destroyed and what holds it, as its chain says: every link of it, and each of them written by
 * the product. Part of a transaction.
 *
 * @returns null where the chain was tampered with
 */
export async function readLettingThrough(
  ctx: Context,
  envelopeId: EnvelopeId,
): Promise<LettingThrough | null> {
  const events = await loadOwnChain(ctx, envelopeId);
  if (!events) return null;
  const forgetting = new Forgetting();
  const heldBy = new Set<string>();
  for (const { type, body, sequence } of events) {
    const json = JSON.parse(body) as { readonly data?: { readonly hold?: unknown } };
    forgetting.next({ type, json: json as Json, envelope: envelopeId }, sequence);
    if (type === "envelope.held") heldBy.add(String(json.data?.hold));
    if (type === "envelope.freed") heldBy.delete(String(json.data?.hold));
  }
  const { letThroughBy: by, hasBegun } = forgetting;
  return { by, hasBegun, heldBy: [...heldBy] };
}
