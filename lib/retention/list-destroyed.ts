import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { requireReason } from "#lib/identity/access/require-reason.ts";
import { typedLine } from "#lib/identity/core/typed-text.ts";
import { type EnvelopeId, publicId } from "#lib/ids.ts";
import type { Tombstone } from "./core/tombstone.ts";
import { loadDestruction, loadDestructions, loadTombstones } from "./destruction-store.ts";
import { retentionError } from "./errors.ts";

export interface DestroyedEnvelope {
  readonly envelopeId: EnvelopeId;
  readonly tombstone: Tombstone;
  /** Null while it is under way. */
  readonly purgedAt: Date | null;
  readonly destructionId: string;
}

export interface DestructionView {
  readonly id: string;
  readonly approvedAt: Date;
  readonly envelopes: number;
  /** Null until it is made. */
  readonly certificate: { readonly sha256: string; readonly sizeBytes: number; readonly at: Date } | null;
}

export interface DestroyedView {
  readonly envelopes: readonly DestroyedEnvelope[];
  readonly destructions: readonly DestructionView[];
}

const Search = z.object({ search: typedLine(200).default("") });
const SHOWN = 100;

/** What is left of what was destroyed, and the certificates over it. @param input `search`: a short id or a hash */
export async function listDestroyed(ctx: Context, input: z.input<typeof Search>): Promise<DestroyedView> {
  requirePermission(ctx, "retention.read");
  const { search } = Search.parse(input);
  return inTransaction(ctx, async (ctx) => {
    const left = await loadTombstones(ctx, search, SHOWN);
    const destructions = await loadDestructions(ctx, SHOWN);
    return {
      envelopes: left.map(({ tombstone, purge }) => ({
        ...{ envelopeId: tombstone.envelopeId, tombstone: tombstone.content, purgedAt: purge.purgedAt },
        destructionId: tombstone.destructionId,
      })),
      destructions: destructions.map(({ destruction, destroyed }) => {
        const { id, approvedAt, sha256, sizeBytes, certifiedAt } = destruction;
        const isMade = sha256 !== null && sizeBytes !== null && certifiedAt !== null;
        const certificate = isMade ? { sha256, sizeBytes, at: certifiedAt } : null;
        return { id, approvedAt, envelopes: destroyed, certificate };
      }),
    };
  });
}

/**
 * The certificate over one destruction, as a file.
 *
 * @throws retention/not-found, certificate-not-ready; identity/reason-required
 */
export async function downloadDestruction(ctx: Context, input: { readonly destructionId: string }) {
  requirePermission(ctx, "retention.read");
  const destructionId = z.uuid().parse(input.destructionId);
  const { fileKey, sizeBytes } = await inTransaction(ctx, async (ctx) => {
    const found = await loadDestruction(ctx, destructionId);
    if (!found.fileKey) throw retentionError("certificate-not-ready", `destruction ${destructionId}`);
    const reason = await requireReason(ctx, "export", null);
    const data = { kind: "destruction", destruction: destructionId, reason };
    await appendEvent(ctx, { type: "evidence.downloaded", envelopeId: null, data });
    return { fileKey: found.fileKey, sizeBytes: found.sizeBytes };
  });
  return {
    fileName: `Certificate of destruction ${publicId("destruction", destructionId)}.pdf`,
    contentType: "application/pdf",
    sizeBytes,
    bytes: await ctx.runtime.files.stream(fileKey),
  };
}
