import { and, eq, gt, lt, ne } from "drizzle-orm";
import { z } from "zod";
import { editingWindows } from "#db/schema/following.ts";
import { requireOwn, requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { envelopesError } from "./errors.ts";
import { loadEnvelope, loadMemberNames } from "./store.ts";

/** A window says so often that it is there; one that has been silent for longer than that three times is gone. */
export const EDITING_BEAT_MS = 15_000;
const GONE_MS = 3 * EDITING_BEAT_MS;

const Input = z.object({
  envelopeId: z.uuid().transform((id) => id as EnvelopeId),
  windowId: z.uuid(),
});

export interface EditingView {
  /** Of what is kept now. */
  readonly version: number;
  /** Others who have the draft open, each once; oneself in another window too. */
  readonly others: readonly { readonly name: string; readonly isMe: boolean }[];
}

/**
 * Says that a window has a draft open, and who else has. It is no act and no record: nothing is written to the trail, and
 * rows of windows that are gone are removed.
 *
 * @throws envelopes/not-found, not-a-draft
 */
export async function noteEditing(ctx: Context, input: z.input<typeof Input>): Promise<EditingView> {
  const member = requirePermission(ctx, "envelope.manage");
  const { envelopeId, windowId } = Input.parse(input);
  return inTransaction(ctx, async (ctx) => {
    const envelope = await loadEnvelope(ctx, envelopeId);
    requireOwn(member, envelope, "envelope.manage-all");
    if (envelope.state !== "draft") throw envelopesError("not-a-draft", `envelope is ${envelope.state}`);
    const { connection, organizationId } = ctx;
    const { memberId } = member;
    const own = eq(editingWindows.organizationId, organizationId);
    const after = new Date(ctx.now().getTime() - GONE_MS);
    await connection.delete(editingWindows).where(and(own, lt(editingWindows.seenAt, after)));
    await connection
      .insert(editingWindows)
      .values({ organizationId, envelopeId, windowId, memberId, seenAt: ctx.now() })
      .onConflictDoUpdate({
        target: [editingWindows.envelopeId, editingWindows.windowId],
        set: { seenAt: ctx.now() },
        setWhere: eq(editingWindows.memberId, memberId),
      });
    const there = await connection
      .select({ memberId: editingWindows.memberId })
      .from(editingWindows)
      .where(
        and(
          own,
          eq(editingWindows.envelopeId, envelopeId),
          ne(editingWindows.windowId, windowId),
          gt(editingWindows.seenAt, after),
        ),
      );
    const names = await loadMemberNames(ctx);
    const others = [...new Set(there.map((one) => one.memberId))];
    return {
      version: envelope.version,
      others: others.map((id) => ({ name: names.get(id) ?? "", isMe: id === memberId })),
    };
  });
}
