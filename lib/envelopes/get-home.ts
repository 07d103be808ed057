import { hasPermission, requirePermission } from "#lib/authorize.ts";
import type { Context } from "#lib/context.ts";
import type { ListView } from "./core/list-views.ts";
import { type EnvelopeListItem, ListInput, readPage } from "./list-envelopes.ts";

/** What is shown of each view; the list has the rest. */
const SHOWN = 5;

export interface HomePart {
  readonly items: readonly EnvelopeListItem[];
  readonly hasMore: boolean;
}

export interface Home {
  readonly needsMe: HomePart;
  readonly dueSoon: HomePart;
  /** What the member sent and still waits for; null for who sends nothing. */
  readonly waiting: HomePart | null;
  readonly drafts: HomePart | null;
  readonly completed: HomePart;
}

/** What a member has before them today, newest change first in each part. */
export async function getHome(ctx: Context): Promise<Home> {
  const member = requirePermission(ctx, "envelope.read");
  const sends = hasPermission(member, "envelope.create");
  const part = async (view: ListView, isOwn = false): Promise<HomePart> => {
    const sender = isOwn ? member.memberId : null;
    const page = await readPage(ctx, member, ListInput.parse({ view, sender }), SHOWN);
    return { items: page.items, hasMore: page.olderCursor !== null };
  };
  return {
    needsMe: await part("needs-me"),
    dueSoon: await part("due-soon"),
    waiting: sends ? await part("waiting", true) : null,
    drafts: sends ? await part("drafts", true) : null,
    completed: await part("completed", sends),
  };
}
