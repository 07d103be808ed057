import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { type AccountId, type MemberId, uuidV7 } from "#lib/ids.ts";
import { isEmailAddress } from "./core/email-address.ts";
import { typedLine } from "./core/typed-text.ts";
import { identityError } from "./errors.ts";
import { ensureAccount, lockMembers, saveMember } from "./store.ts";

export const ROLES = ["owner", "admin", "sender", "counsel", "viewer"] as const;

const Input = z.object({
  name: typedLine(120, 1),
  email: z.string().trim().toLowerCase(),
  role: z.enum(ROLES),
});

/** Makes somebody a member and lets a follower mail them how to get in. @throws identity/already-a-member, email-wrong */
export async function inviteMember(ctx: Context, input: z.input<typeof Input>): Promise<MemberId> {
  requirePermission(ctx, "member.manage");
  const { name, email, role } = Input.parse(input);
  if (role === "owner") requirePermission(ctx, "member.manage-owners");
  if (!isEmailAddress(email)) throw identityError("email-wrong", "not one address");

  return inTransaction(ctx, async (ctx) => {
    const present = await lockMembers(ctx);
    if (present.some(({ account }) => account.email === email))
      throw identityError("already-a-member", "invited before");
    const createdAt = ctx.now();
    const newId = () => uuidV7(createdAt.getTime(), ctx.runtime.random(10));
    const account = { id: newId() as AccountId, email, name, passwordHash: null, createdAt };
    const accountId = await ensureAccount(ctx, account);
    const id = newId() as MemberId;
    await saveMember(ctx, { organizationId: ctx.organizationId, id, accountId, role, createdAt });
    await appendEvent(ctx, {
      type: "member.added",
      envelopeId: null,
      data: { member: id, account: accountId, role, name: personal(name), email: personal(email) },
    });
    return id;
  });
}
