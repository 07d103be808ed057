import { appendEvent } from "#lib/audit/append-event.ts";
import { folderAccess, type MemberActor, requireOwn, type Shared } from "#lib/authorize.ts";
import type { Context } from "#lib/context.ts";
import { isFirstAccess, requireReason } from "#lib/identity/access/require-reason.ts";
import type { EnvelopeId } from "#lib/ids.ts";

type Opened = Shared & { readonly id: EnvelopeId; readonly isTemplate?: boolean };

/**
 * Notes that a member looks into an envelope somebody else sent: an event of its trail, once an hour for each of them,
 * with a reason where the organization asks for one.
 *
 * @throws identity/reason-required; authorize/not-allowed
 */
export async function noteOpening(ctx: Context, member: MemberActor, envelope: Opened): Promise<void> {
  const { id: envelopeId, ownerId, readerIds, helperIds, isTemplate } = envelope;
  if (ownerId === member.memberId) return;
  requireOwn(member, envelope, "envelope.read-all");
  // Nobody sent a template: it is there to be used by all.
  if (isTemplate) return;
  // Whom its sender let in needs no reason of their own; that they looked is on record all the same.
  const isShared =
    [...readerIds, ...helperIds].includes(member.memberId) ||
    folderAccess(member, envelope.folderId) !== null;
  if (!isShared) await requireReason(ctx, "foreign-envelope", envelopeId);
  const access = { memberId: member.memberId, purpose: "foreign-envelope", envelopeId } as const;
  if (await isFirstAccess(ctx, access))
    await appendEvent(ctx, { type: "envelope.opened", envelopeId, data: {} });
}
