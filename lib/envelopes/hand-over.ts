import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { MemberId } from "#lib/ids.ts";
import { envelopesError } from "./errors.ts";
import { withoutMember } from "./organize.ts";
import { countOwned, findAnyMember, findMember, listLeaverRows, listOwnedIds } from "./organize-store.ts";
import { changeEnvelope, type EnvelopeRow, lockEnvelope } from "./store.ts";

const memberId = z.uuid().transform((id) => id as MemberId);
const Input = z.object({ from: memberId, to: memberId });

/** Each in a transaction of its own: what is cut off goes on where it stopped. */
const AT_ONCE = 200;

/**
 * Gives every envelope and draft of one member, who may have left, to another; of each it stands in its trail.
 *
 * @returns how many. @throws envelopes/member-not-found, nothing-changed
 */
export async function handOver(ctx: Context, input: z.input<typeof Input>): Promise<number> {
  requirePermission(ctx, "envelope.manage-all");
  const { from, to } = Input.parse(input);
  if (from === to) throw envelopesError("nothing-changed", "to the same member");
  await inTransaction(ctx, async (ctx) => {
    const heir = await findMember(ctx, to);
    if (!heir || !["owner", "admin", "sender"].includes(heir.role) || !(await findAnyMember(ctx, from)))
      throw envelopesError("member-not-found", `member ${from} to ${to}`);
  });
  let count = 0;
  for (;;) {
    const ids = await inTransaction(ctx, (ctx) => listOwnedIds(ctx, from, AT_ONCE));
    if (ids.length === 0) return count;
    for (const envelopeId of ids)
      await inTransaction(ctx, async (ctx) => {
        const envelope = await lockEnvelope(ctx, envelopeId);
        if (envelope.ownerId !== from) return;
        await changeEnvelope(ctx, envelopeId, {
          ...{ ownerId: to, ...withoutMember(envelope, to) },
          changedAt: envelope.changedAt,
        });
        await appendEvent(ctx, { type: "envelope.transferred", envelopeId, data: { from, member: to } });
        count++;
      });
  }
}

export interface OwnedView {
  readonly name: string;
  readonly hasLeft: boolean;
  /** How many, by where they stand. */
  readonly counts: Readonly<Partial<Record<EnvelopeRow["state"], number>>>;
}

/** What a member has, for who hands it over. @throws envelopes/member-not-found */
export async function listOwned(ctx: Context, input: { readonly memberId: string }): Promise<OwnedView> {
  requirePermission(ctx, "envelope.manage-all");
  const id = memberId.parse(input.memberId);
  return inTransaction(ctx, async (ctx) => {
    const member = await findAnyMember(ctx, id);
    if (!member) throw envelopesError("member-not-found", `member ${id}`);
    return { name: member.name, hasLeft: member.removedAt !== null, counts: await countOwned(ctx, id) };
  });
}

export interface Leaver {
  readonly id: MemberId;
  readonly name: string;
  readonly count: number;
}

/** Who has left and still is the sender of something. */
export async function listLeavers(ctx: Context): Promise<Leaver[]> {
  requirePermission(ctx, "envelope.manage-all");
  return inTransaction(ctx, listLeaverRows);
}
