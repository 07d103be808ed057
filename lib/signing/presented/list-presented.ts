import { requireOwn, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { EnvelopeId, EventId } from "#lib/ids.ts";
import { loadCeremony } from "../store.ts";
import { loadMemberNames, loadPresented } from "./store.ts";

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
  /** The member who attached it after the signature was made; null where its signer brought it along. */
  readonly attachedBy: string | null;
  /** The documents whose signature it goes with, by their names. */
  readonly documents: readonly string[];
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
    const { envelope, recipients, documents } = await loadCeremony(ctx, input.envelopeId, false);
    requireOwn(member, envelope, "envelope.read-all");
    const names = new Map(recipients.map(({ id, name }) => [id, name]));
    const presented = await loadPresented(ctx, input.envelopeId);
    const members = await loadMemberNames(
      ctx,
      presented.flatMap(({ attachedBy }) => (attachedBy ? [attachedBy] : [])),
    );
    return presented.map(({ organizationId: _, envelopeId: __, recipientId, attachedBy, ...row }) => ({
      ...row,
      signer: names.get(recipientId) ?? "",
      attachedBy: attachedBy ? (members.get(attachedBy) ?? "") : null,
      documents: documents.map(({ name }) => name),
    }));
  });
}
