import type { ListedCredential } from "#db/schema/remote-seals.ts";
import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { listKeyProviders } from "#lib/pki/key-providers/list-key-providers.ts";
import { type Hindrance, hindranceOf } from "../core/remote-credential.ts";
import { loadRemoteListing } from "./store.ts";

export interface RemoteOffer {
  /** Null before anybody asked. */
  readonly listing: {
    readonly askedAt: Date;
    /** Null while the service is asked. */
    readonly answeredAt: Date | null;
    readonly refusal: string | null;
    readonly host: string | null;
    readonly credentials: readonly OfferedCredential[];
  } | null;
}

export type OfferedCredential = Omit<ListedCredential, "certificates" | "publicKey"> & {
  /** Null when it can be chosen; else why not. */
  readonly hindrance: Hindrance | null;
};

/** What the remote signing service offers; null where none is set up. */
export async function getRemoteCredentials(ctx: Context): Promise<RemoteOffer | null> {
  requirePermission(ctx, "seal.manage");
  const providers = await listKeyProviders(ctx);
  const row = await inTransaction(ctx, loadRemoteListing);
  if (!row && !providers.some(({ name }) => name === "csc")) return null;
  if (!row) return { listing: null };
  const { askedAt, answeredAt, refusal, host } = row;
  const credentials = row.credentials.map(({ certificates: _, publicKey: __, ...shown }) => ({
    ...shown,
    hindrance: hindranceOf(shown),
  }));
  return { listing: { askedAt, answeredAt, refusal, host, credentials } };
}
