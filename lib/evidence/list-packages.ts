import { hasPermission, requireOwn, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { EnvelopeId, PackageId } from "#lib/ids.ts";
import { loadPackages, loadRecord } from "./store.ts";

export interface PackageView {
  readonly id: PackageId;
  readonly variant: "full" | "redacted";
  readonly hasNumbers: boolean;
  readonly state: "waiting" | "building" | "ready";
  /** From 0 to 1. */
  readonly progress: number;
  readonly sizeBytes: number | null;
  readonly sha256: string | null;
  readonly createdAt: Date;
}

/** The evidence packages of an envelope, newest first; none for who may not download them. */
export async function listPackages(
  ctx: Context,
  input: { readonly envelopeId: EnvelopeId },
): Promise<PackageView[]> {
  const member = requirePermission(ctx, "envelope.read");
  if (!hasPermission(ctx.actor, "evidence.download")) return [];
  return inTransaction(ctx, async (ctx) => {
    const { envelope } = await loadRecord(ctx, input.envelopeId);
    requireOwn(member, envelope, "envelope.read-all");
    const rows = await loadPackages(ctx, envelope.id);
    return rows.map(({ id, variant, batesPrefix, state, done, total, sizeBytes, sha256, createdAt }) => ({
      ...{ id, variant, state, sizeBytes, sha256, createdAt, hasNumbers: batesPrefix !== "" },
      progress: state === "ready" ? 1 : total === 0 ? 0 : Math.min(1, done / total),
    }));
  });
}
