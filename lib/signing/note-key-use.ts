import { type KeyUseKind, keyUses } from "#db/schema/key-uses.ts";
import type { Context } from "#lib/context.ts";
import { type CertificateId, type EnvelopeId, uuidV7 } from "#lib/ids.ts";
import type { Level } from "./make-signature.ts";

/** What is signed beside the documents of envelopes, and for whom. */
export interface KeyUse {
  readonly kind: KeyUseKind;
  readonly subjectId: string;
  readonly envelopeId: EnvelopeId | null;
}

/** Puts down what a key signed, so that a loss can be accounted for in full. */
export async function noteKeyUse(
  ctx: Context,
  use: KeyUse & {
    readonly certificateId: CertificateId;
    readonly digestHex: string;
    readonly level: Level;
  },
): Promise<void> {
  const signedAt = ctx.now();
  const id = uuidV7(signedAt.getTime(), ctx.runtime.random(10));
  await ctx.connection.insert(keyUses).values({ organizationId: ctx.organizationId, id, ...use, signedAt });
}
