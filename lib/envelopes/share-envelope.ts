import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requireOwn, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction, type Role } from "#lib/context.ts";
import type { EnvelopeId, MemberId } from "#lib/ids.ts";
import { envelopesError } from "./errors.ts";
import { withoutMember } from "./organize.ts";
import { findMember, listMemberRows } from "./organize-store.ts";
import { changeEnvelope, lockEnvelope } from "./store.ts";

const Input = z.object({
  envelopeId: z.uuid().transform((id) => id as EnvelopeId),
  memberId: z.uuid().transform((id) => id as MemberId),
  /** Act: whatever its owner may, but share it, hand it over or throw it away. None: no more. */
  access: z.enum(["read", "act", "none"]),
});

const MOST = 50;

/**
 * Lets a colleague read an envelope or draft, or act on it, or lets them no more.
 *
 * @throws envelopes/member-not-found, share-with-owner, too-many-shares, nothing-changed, not-found
 */
export async function shareEnvelope(ctx: Context, input: z.input<typeof Input>): Promise<void> {
  const member = requirePermission(ctx, "envelope.manage");
  const { envelopeId, memberId, access } = Input.parse(input);
  await inTransaction(ctx, async (ctx) => {
    const envelope = await lockEnvelope(ctx, envelopeId);
    requireOwn(member, envelope.ownerId, "envelope.manage-all");
    const before = accessOf(envelope, memberId);
    if (access !== "none" && !(await findMember(ctx, memberId)))
      throw envelopesError("member-not-found", `member ${memberId}`);
    if (memberId === envelope.ownerId) throw envelopesError("share-with-owner", `member ${memberId}`);
    if (before === access) throw envelopesError("nothing-changed", `${access} as before`);
    const rest = withoutMember(envelope, memberId);
    if (access !== "none" && rest.readerIds.length + rest.helperIds.length >= MOST)
      throw envelopesError("too-many-shares", `${MOST} members`);
    await changeEnvelope(ctx, envelopeId, {
      readerIds: access === "read" ? [...rest.readerIds, memberId] : rest.readerIds,
      helperIds: access === "act" ? [...rest.helperIds, memberId] : rest.helperIds,
      // It is nothing that happened to the envelope.
      changedAt: envelope.changedAt,
    });
    await appendEvent(ctx, {
      type: access === "none" ? "envelope.unshared" : "envelope.shared",
      envelopeId,
      data: { member: memberId, access: access === "none" ? before : access },
    });
  });
}

const accessOf = (
  {
    readerIds,
    helperIds,
  }: { readonly readerIds: readonly MemberId[]; readonly helperIds: readonly MemberId[] },
  id: MemberId,
) => (helperIds.includes(id) ? "act" : readerIds.includes(id) ? "read" : "none");

export interface Colleague {
  readonly id: MemberId;
  readonly name: string;
  readonly role: Role;
}

/** Everybody of the organization, for who shares with one of them or hands something over. */
export async function listColleagues(ctx: Context): Promise<Colleague[]> {
  requirePermission(ctx, "envelope.manage");
  return inTransaction(ctx, listMemberRows);
}
