import { appendEvent } from "#lib/audit/append-event.ts";
import { requireSystem } from "#lib/authorize.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import type { SigningKey } from "#lib/ports/keys.ts";
import { nextOf } from "./authority-plan.ts";
import { createAuthority, crossCertify } from "./create-authority.ts";
import { loadAuthorities, lockAuthorities } from "./store.ts";

export interface Rotation {
  readonly kind: "root" | "issuing" | "tsa" | "ocsp" | "log";
  /** The authority in use when it was asked for: another one is left alone, so that twice is once. */
  readonly replaces: string;
  /** The root's key, when it is not kept here. */
  readonly rootKey?: SigningKey;
}

/**
 * Puts a successor in an authority's place. The one before keeps its key: it goes on saying which of its
 * certificates are revoked. A new root is vouched for by the root before it where its key is here, and stands
 * beside it otherwise; with it come a new issuing and a new time-stamping authority.
 */
export async function rotateAuthority(
  ctx: WorkerContext,
  { kind, replaces, rootKey }: Rotation,
): Promise<void> {
  requireSystem(ctx);
  const { runtime } = ctx;
  const by = rootKey ? { rootKey } : {};
  const made = await inTransaction(ctx, async (ctx) => {
    const { connection } = ctx;
    await lockAuthorities(connection);
    const before = await loadAuthorities(connection);
    const current = nextOf(before, kind);
    if (current?.id !== replaces) return false;
    await createAuthority(runtime, connection, before, kind, kind === "root" ? {} : by);
    const after = await loadAuthorities(connection);
    const next = nextOf(after, kind)!;
    let isCrossCertified = false;
    if (kind === "root") {
      const key =
        rootKey ??
        (current.keyRemovedAt ? null : await runtime.keys.provider(current.keyProvider).open(current.keyId));
      if (key) await crossCertify(runtime, connection, { earlier: current, root: next, key });
      isCrossCertified = key !== null;
      for (const below of ["issuing", "tsa"] as const)
        await createAuthority(runtime, connection, await loadAuthorities(connection), below);
    }
    const data = { kind, from: current.id, to: next.id, certificateSha256: next.certificateSha256 };
    await appendEvent(ctx, {
      type: "authority.rotated",
      envelopeId: null,
      data: kind === "root" ? { ...data, isCrossCertified } : data,
    });
    return true;
  });
  if (made) await runtime.renewAuthorities();
}
