import type { Context } from "#lib/context.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { findCertificateDays } from "./policy-store.ts";

/**
 * For how many days more a certificate has to be valid that signs or seals an envelope: as its class says now. Part of a
 * verb.
 */
export async function leastCertificateDays(ctx: Context, envelopeId: EnvelopeId): Promise<number> {
  return (await findCertificateDays(ctx, envelopeId)) ?? 0;
}
