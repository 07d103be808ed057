import { requirePermission } from "#lib/authorize.ts";
import { type ApiScope, type Context, inTransaction } from "#lib/context.ts";
import { KEY_MARK } from "../core/api-scopes.ts";
import { listApiKeyRows } from "./store.ts";

export interface ApiKeyItem {
  readonly id: string;
  readonly name: string;
  /** How it begins, for finding it again. */
  readonly begins: string;
  readonly scopes: readonly ApiScope[];
  readonly networks: readonly string[];
  readonly perMinute: number;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly lastUsedAt: Date | null;
  readonly state: "in-use" | "expired" | "revoked";
}

/** The keys that the organization's software uses the API with. */
export async function listApiKeys(ctx: Context): Promise<readonly ApiKeyItem[]> {
  requirePermission(ctx, "api-key.manage");
  const rows = await inTransaction(ctx, listApiKeyRows);
  const now = ctx.now();
  return rows.map(({ id, name, prefix, scopes, networks, perMinute, createdAt, expiresAt, ...row }) => ({
    ...{ id, name, scopes, networks, perMinute, createdAt, expiresAt, lastUsedAt: row.lastUsedAt },
    begins: `${KEY_MARK}_${prefix}_`,
    state: row.revokedAt ? "revoked" : expiresAt <= now ? "expired" : "in-use",
  }));
}
