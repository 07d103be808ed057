import { hasPermission, requireOwn, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { DisputeId, EnvelopeId } from "#lib/ids.ts";
import { loadRecord } from "../store.ts";
import { loadDisputes } from "./disputes-store.ts";

export interface DisputeView {
  readonly id: DisputeId;
  /** Whose signature is contested. */
  readonly name: string;
  readonly isReady: boolean;
  readonly sizeBytes: number | null;
  readonly sha256: string | null;
  readonly createdAt: Date;
}

/** The dispute files of an envelope, newest first; none for who may not download them. */
export async function listDisputeFiles(
  ctx: Context,
  input: { readonly envelopeId: EnvelopeId },
): Promise<DisputeView[]> {
  const member = requirePermission(ctx, "envelope.read");
  if (!hasPermission(ctx.actor, "evidence.download")) return [];
  return inTransaction(ctx, async (ctx) => {
    const { envelope, recipients } = await loadRecord(ctx, input.envelopeId);
    requireOwn(member, envelope, "envelope.read-all");
    const rows = await loadDisputes(ctx, envelope.id);
    return rows.map(({ id, recipientId, state, sizeBytes, sha256, createdAt }) => ({
      ...{ id, sizeBytes, sha256, createdAt, isReady: state === "ready" },
      name: recipients.find((one) => one.id === recipientId)?.name ?? "",
    }));
  });
}
