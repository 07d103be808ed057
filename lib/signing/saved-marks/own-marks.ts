import { appendEvent } from "#lib/audit/append-event.ts";
import { requireMember } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { personKey } from "../consent/record-act.ts";
import { markSvg } from "../mark-svg.ts";
import { readSaved } from "./read-saved.ts";
import { loadSaved, removeSaved } from "./store.ts";

export interface OwnMark {
  readonly kind: "signature" | "initials";
  readonly savedAt: Date;
  /** As the PDF gets it; null where it cannot be drawn any more. */
  readonly svg: string | null;
}

/** What a member kept when they signed something themselves, in this organization. */
export async function listOwnMarks(ctx: Context): Promise<OwnMark[]> {
  const member = requireMember(ctx);
  const rows = await inTransaction(ctx, (ctx) => loadSaved(ctx, personKey(ctx.organizationId, member.email)));
  const marks: OwnMark[] = [];
  for (const row of rows.toSorted((a, b) => b.kind.localeCompare(a.kind)))
    marks.push({
      ...{ kind: row.kind, savedAt: row.savedAt },
      svg: markSvg(ctx, (await readSaved(ctx, row)).mark),
    });
  return marks;
}

/** Removes them: at the next document a signature is made anew. Documents that carry them stay as they are. */
export async function forgetOwnMarks(ctx: Context): Promise<void> {
  const member = requireMember(ctx);
  const stale = await inTransaction(ctx, async (ctx) => {
    const removed = await removeSaved(ctx, personKey(ctx.organizationId, member.email));
    if (removed.length > 0)
      await appendEvent(ctx, {
        ...{ type: "mark.forgotten", envelopeId: null },
        data: { member: member.memberId },
      });
    return removed;
  });
  for (const key of stale) await ctx.runtime.files.delete(key);
}
