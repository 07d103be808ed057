import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction, type Role } from "#lib/context.ts";
import type { MemberId } from "#lib/ids.ts";
import { identityError } from "./errors.ts";
import { ROLES } from "./invite-member.ts";
import { changeMember, endSessions, loadMembers, lockMembers } from "./store.ts";

const Input = z.object({
  memberId: z.uuid().transform((id) => id as MemberId),
  /** Null takes the person out of the organization. */
  role: z.enum(ROLES).nullable(),
});

/**
 * Gives a member another role, or takes them out; either way they sign in anew. The last owner stays one.
 *
 * @throws identity/last-owner, member-not-found
 */
export async function changeMemberRole(ctx: Context, input: z.input<typeof Input>): Promise<void> {
  requirePermission(ctx, "member.manage");
  const { memberId, role } = Input.parse(input);
  await inTransaction(ctx, (ctx) =>
    applyRole(ctx, memberId, role, () => requirePermission(ctx, "member.manage-owners")),
  );
}

/**
 * The same, for a caller that has asked who acts. Part of a verb.
 *
 * @param ownersMay is asked before anything about owners is changed. @throws identity/last-owner, member-not-found
 */
export async function applyRole(
  ctx: Context,
  memberId: MemberId,
  role: Role | null,
  ownersMay: () => unknown,
): Promise<void> {
  await inTransaction(ctx, async (ctx) => {
    const present = (await lockMembers(ctx)).map(({ member }) => member);
    const member = present.find(({ id }) => id === memberId);
    if (!member) throw identityError("member-not-found", `member ${memberId}`);
    if (member.role === "owner" || role === "owner") ownersMay();
    const owners = present.filter((other) => other.role === "owner");
    if (member.role === "owner" && role !== "owner" && owners.length === 1)
      throw identityError("last-owner", "an organization needs an owner");

    await changeMember(ctx, memberId, role === null ? { removedAt: ctx.now() } : { role });
    await endSessions(ctx, member.accountId, { inOrganization: ctx.organizationId });
    const data = { member: memberId, from: member.role, to: role };
    await appendEvent(ctx, {
      type: role === null ? "member.removed" : "member.changed",
      envelopeId: null,
      data,
    });
  });
}

export interface MemberEntry {
  readonly id: MemberId;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly since: Date;
}

export async function listMembers(ctx: Context): Promise<MemberEntry[]> {
  requirePermission(ctx, "member.read");
  return inTransaction(ctx, async (ctx) =>
    (await loadMembers(ctx)).map(({ member, account }) => ({
      id: member.id,
      name: account.name,
      email: account.email,
      role: member.role,
      since: member.createdAt,
    })),
  );
}
