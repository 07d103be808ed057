import { z } from "zod";
import { hasPermission, type MemberActor, requirePermission } from "#lib/authorize.ts";
import { fromBase64Url, fromUtf8, toBase64Url, toUtf8 } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { typedLine } from "#lib/identity/core/typed-text.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { DUE_SOON_DAYS, LIST_VIEWS, type ListView, STATES_OF } from "./core/list-views.ts";
import { currentTurn, isDone, isOut } from "./core/routing.ts";
import { searchQuery } from "./core/search-words.ts";
import {
  countUpTo,
  type EnvelopeRow,
  type ListQuery,
  listEnvelopeRows,
  loadRecipientsOf,
  type RecipientRow,
} from "./store.ts";

export const ENVELOPE_STATES = [
  "draft",
  "sent",
  "sealing",
  "completed",
  "declined",
  "voided",
  "expired",
] as const;
const PAGE_SIZE = 25;

const Input = z.object({
  view: z.enum(LIST_VIEWS).default("all"),
  folder: z.uuid().nullable().default(null),
  tag: typedLine(60).nullable().default(null),
  state: z.enum(ENVELOPE_STATES).nullable().default(null),
  search: typedLine(200).default(""),
  /** From the page beside this one. */
  cursor: z.string().max(200).nullable().default(null),
  direction: z.enum(["older", "newer"]).default("older"),
});

export interface EnvelopeListItem {
  readonly id: EnvelopeId;
  readonly title: string;
  readonly shortId: string;
  readonly state: EnvelopeRow["state"];
  /** Who is awaited, when somebody is. */
  readonly awaits: readonly string[];
  readonly recipients: readonly { readonly name: string; readonly email: string; readonly isDone: boolean }[];
  readonly ownerName: string;
  /** Another's, who lets the member see it. */
  readonly isShared: boolean;
  readonly changedAt: Date;
  readonly expiresAt: Date | null;
  readonly waitingFor: string | null;
  /** When it goes out by itself, and the zone that is read in. */
  readonly scheduledAt: Date | null;
  readonly scheduledZone: string | null;
  readonly tags: readonly string[];
  readonly isHeld: boolean;
  readonly isDestroyed: boolean;
}

export interface EnvelopeList {
  readonly items: readonly EnvelopeListItem[];
  /** For the page of older ones; null on the last. */
  readonly olderCursor: string | null;
  /** For the page of newer ones; null on the first. */
  readonly newerCursor: string | null;
}

/** One page of the envelopes a member may see, newest change first. */
export async function listEnvelopes(ctx: Context, input: z.input<typeof Input>): Promise<EnvelopeList> {
  const member = requirePermission(ctx, "envelope.read");
  const { view, folder, tag, state, search, cursor, direction } = Input.parse(input);
  const from = cursor === null ? null : parseCursor(cursor);
  const isNewer = direction === "newer" && from !== null;
  return inTransaction(ctx, async (ctx) => {
    const query = search === "" ? null : searchQuery(search);
    // Nothing but signs: nothing is found by them.
    if (search !== "" && query === null) return { items: [], olderCursor: null, newerCursor: null };
    const rows = await listEnvelopeRows(ctx, {
      ...viewQuery(ctx, member, view),
      ...(state ? { states: [state] } : {}),
      ...{ folder, tag, from, query },
      direction: isNewer ? "newer" : "older",
      limit: PAGE_SIZE + 1,
    });
    const goesOn = rows.length > PAGE_SIZE;
    const page = isNewer ? rows.slice(0, PAGE_SIZE).reverse() : rows.slice(0, PAGE_SIZE);
    const people = Map.groupBy(
      await loadRecipientsOf(
        ctx,
        page.map(({ envelope }) => envelope.id),
      ),
      (recipient) => recipient.envelopeId,
    );
    const [first, last] = [page.at(0)?.envelope, page.at(-1)?.envelope];
    return {
      items: page.map(({ envelope, ownerName }) =>
        itemOf(member, envelope, ownerName ?? "", people.get(envelope.id) ?? []),
      ),
      olderCursor: last && (isNewer || goesOn) ? cursorOf(last) : null,
      newerCursor: first && from && (!isNewer || goesOn) ? cursorOf(first) : null,
    };
  });
}

/** What a view asks of envelopes, for the member who looks. */
function viewQuery(
  ctx: Context,
  member: MemberActor,
  view: ListView,
): Pick<ListQuery, "ownerId" | "states" | "dueBefore" | "awaitedEmail" | "isScheduled" | "sharedWith"> {
  const seesAll = hasPermission(member, "envelope.read-all");
  // Who sees every envelope sees those that were shared with them among all.
  const isWithShared = view === "shared" || (view === "all" && !seesAll);
  return {
    // What was shared is another's.
    ownerId: seesAll || view === "shared" ? null : member.memberId,
    sharedWith: isWithShared ? member.memberId : null,
    states: STATES_OF[view],
    dueBefore: view === "due-soon" ? new Date(ctx.now().getTime() + DUE_SOON_DAYS * DAY_MS) : null,
    isScheduled: view === "scheduled",
    awaitedEmail: view === "needs-me" ? member.email : null,
  };
}

const DAY_MS = 86_400_000;
/** Beyond that a number says no more than "many". */
const COUNTED = 1_000;

export type ViewCounts = Readonly<Record<ListView, number>>;

/** How many envelopes each view holds, up to a thousand: asked for beside the list, never on its way. */
export async function countViews(ctx: Context): Promise<ViewCounts> {
  const member = requirePermission(ctx, "envelope.read");
  return inTransaction(ctx, async (ctx) => {
    const counts: Partial<Record<ListView, number>> = {};
    for (const view of LIST_VIEWS) counts[view] = await countUpTo(ctx, viewQuery(ctx, member, view), COUNTED);
    return counts as ViewCounts;
  });
}

function itemOf(
  { memberId }: MemberActor,
  envelope: EnvelopeRow,
  ownerName: string,
  recipients: readonly RecipientRow[],
): EnvelopeListItem {
  const routed = recipients.map((recipient) => ({ ...recipient, isSigned: recipient.signedAt !== null }));
  const turn = envelope.state === "sent" ? currentTurn(routed) : null;
  const { id, title, shortId, state, changedAt, expiresAt, waitingFor, tags } = envelope;
  return {
    ...{ id, title, shortId, state, ownerName, changedAt, expiresAt, waitingFor, tags },
    isShared: envelope.readerIds.includes(memberId) || envelope.helperIds.includes(memberId),
    scheduledAt: envelope.scheduledAt,
    scheduledZone: envelope.scheduledZone,
    isHeld: envelope.heldSince !== null,
    isDestroyed: envelope.purgedAt !== null,
    awaits: routed
      .filter((recipient) => recipient.order === turn && !isDone(recipient) && recipient.state !== "finished")
      .map(({ name, email }) => name || email),
    recipients: (envelope.purgedAt ? [] : routed)
      .filter((recipient) => !isOut(recipient))
      .map((recipient) => ({
        name: recipient.name,
        email: recipient.email,
        isDone: isDone(recipient),
      })),
  };
}

const cursorOf = ({ changedAt, id }: EnvelopeRow): string =>
  toBase64Url(fromUtf8(`${changedAt.toISOString()} ${id}`));

/** A cursor we did not make starts from the top. */
function parseCursor(cursor: string): { changedAt: Date; id: EnvelopeId } | null {
  const [at, id] = toUtf8(fromBase64Url(cursor)).split(" ");
  const changedAt = new Date(at ?? "");
  // Beyond these years PostgreSQL reads instants otherwise than JavaScript writes them.
  const isInstant = changedAt.getUTCFullYear() > 1970 && changedAt.getUTCFullYear() < 9999;
  return !isInstant || !z.uuid().safeParse(id).success ? null : { changedAt, id: id as EnvelopeId };
}
