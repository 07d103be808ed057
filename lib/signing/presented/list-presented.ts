import { requireOwn, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { EnvelopeId, EventId } from "#lib/ids.ts";
import { loadCeremony } from "../store.ts";
import { loadPresented } from "./store.ts";

/** A certificate that a signer brought along. That it is theirs was not proven. */
export interface PresentedView {
  readonly id: string;
  readonly signer: string;
  readonly subject: string;
  readonly issuer: string;
  readonly serial: string;
  readonly sha256: string;
  readonly der: Uint8Array;
  readonly chainPem: string | null;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly at: Date;
  /** The audit event that records it. */
  readonly eventId: EventId;
}

/** What signers of an envelope brought along, for whoever sees the envelope. @throws signing/not-found */
export async function listPresented(
  ctx: Context,
  input: { readonly envelopeId: EnvelopeId },
): Promise<PresentedView[]> {
  const member = requirePermission(ctx, "envelope.read");
  return inTransaction(ctx, async (ctx) => {
    const { envelope, recipients } = await loadCeremony(ctx, input.envelopeId, false);
    requireOwn(member, envelope, "envelope.read-all");
    const names = new Map(recipients.map(({ id, name }) => [id, name]));
    return (await loadPresented(ctx, input.envelopeId)).map(
      ({ organizationId: _, envelopeId: __, recipientId, ...row }) => ({
        ...row,
        signer: names.get(recipientId) ?? "",
      }),
    );
  });
}
