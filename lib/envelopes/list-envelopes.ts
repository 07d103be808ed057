import { z } from "zod";
import { folderAccess, hasPermission, isOwn, type MemberActor, requirePermission } from "#lib/authorize.ts";
import { fromBase64Url, fromUtf8, toBase64Url, toUtf8 } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { typedLine } from "#lib/identity/core/typed-text.ts";
import type { EnvelopeId, MemberId, RecipientId, TemplateId } from "#lib/ids.ts";
import {
  AMOUNT,
  DUE_SOON_DAYS,
  FILED_AWAY_IN,
  LIST_VIEWS,
  type ListView,
  OVER,
  statesOf,
} from "./core/list-views.ts";
import { currentTurn, isAtProvider, isDone, isOut } from "./core/routing.ts";
import { searchQuery } from "./core/search-words.ts";
import { SIGNATURE_KINDS } from "./core/signature-kind.ts";
import { amountsOf, classNames, membersOfTeam, templateTitles } from "./organize-store.ts";
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

export const ListInput = z.object({
  view: z.enum(LIST_VIEWS).default("all"),
  folder: z.uuid().nullable().default(null),
  tag: typedLine(60).nullable().default(null),
  state: z.enum(ENVELOPE_STATES).nullable().default(null),
  search: typedLine(200).default(""),
  sender: z
    .uuid()
    .transform((id) => id as MemberId)
    .nullable()
    .default(null),
  /** Everybody who works in that team. */
  team: z.uuid().nullable().default(null),
  template: z
    .uuid()
    .transform((id) => id as TemplateId)
    .nullable()
    .default(null),
  /** Days, UTC, both included. */
  from: z.iso.date().nullable().default(null),
  until: z.iso.date().nullable().default(null),
  /** The class it is under: chosen, or sent under. */
  class: z.uuid().nullable().default(null),
  signature: z.enum(SIGNATURE_KINDS).nullable().default(null),
  /** Only what a legal hold covers. */
  held: z.boolean().default(false),
  /** The largest of its amounts is not less and not more, whatever its currency. */
  least: z.string().regex(AMOUNT).nullable().default(null),
  most: z.string().regex(AMOUNT).nullable().default(null),
  /** From the page beside this one. */
  cursor: z.string().max(200).nullable().default(null),
  direction: z.enum(["older", "newer"]).default("older"),
});

/** How far somebody who is waited for has come. A link that was opened may have been by a mail filter: it is no view. */
export type AwaitedStep = "invited" | "opened" | "viewed" | "agreed" | "late" | "provider";

function stepOf({ state, openedAt, lapsedAt }: RecipientRow): AwaitedStep {
  if (lapsedAt) return "late";
  if (state === "finished") return "provider";
  if (state === "consented") return "agreed";
  if (state === "viewed") return "viewed";
  return openedAt ? "opened" : "invited";
}

export interface EnvelopeListItem {
  readonly id: EnvelopeId;
  readonly title: string;
  readonly shortId: string;
  readonly state: EnvelopeRow["state"];
  /** Who is awaited, when somebody is. */
  readonly awaits: readonly { readonly name: string; readonly step: AwaitedStep }[];
  readonly recipients: readonly { readonly name: string; readonly email: string; readonly isDone: boolean }[];
  readonly ownerName: string;
  /** The member may open it. What only waits for them they sign, and see nothing else of it. */
  readonly isReadable: boolean;
  /** Their own place in it, where it is their turn. */
  readonly ownPlace: RecipientId | null;
  /** Another's, who lets the member see it. */
  readonly isShared: boolean;
  readonly changedAt: Date;
  readonly sentAt: Date | null;
  readonly endedAt: Date | null;
  readonly expiresAt: Date | null;
  /** It was put out of the way. */
  readonly isFiledAway: boolean;
  /** It is over, and the member may file it away or take it back. */
  readonly mayFile: boolean;
  readonly signatureKind: EnvelopeRow["signatureKind"];
  /** The name of the class it is under; null for none. */
  readonly className: string | null;
  /** The largest of its amounts, as a decimal; null for none. */
  readonly amount: string | null;
  /** The title of the template it was made from; null for none. */
  readonly template: string | null;
  readonly folderId: string | null;
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
export async function listEnvelopes(ctx: Context, input: z.input<typeof ListInput>): Promise<EnvelopeList> {
  const member = requirePermission(ctx, "envelope.read");
  return readPage(ctx, member, ListInput.parse(input), PAGE_SIZE);
}

/** The same for whoever has looked who asks, as many at a time as they say. */
export async function readPage(
  ctx: Context,
  member: MemberActor,
  wanted: z.output<typeof ListInput>,
  size: number,
): Promise<EnvelopeList> {
  const { cursor, direction } = wanted;
  const from = cursor === null ? null : parseCursor(cursor);
  const isNewer = direction === "newer" && from !== null;
  return inTransaction(ctx, async (ctx) => {
    const query = await wishQuery(ctx, member, wanted, wanted.view);
    if (query === null) return { items: [], olderCursor: null, newerCursor: null };
    const rows = await listEnvelopeRows(ctx, {
      ...{ ...query, from },
      direction: isNewer ? "newer" : "older",
      limit: size + 1,
    });
    const goesOn = rows.length > size;
    const page = isNewer ? rows.slice(0, size).reverse() : rows.slice(0, size);
    const people = Map.groupBy(
      await loadRecipientsOf(
        ctx,
        page.map(({ envelope }) => envelope.id),
      ),
      (recipient) => recipient.envelopeId,
    );
    const [first, last] = [page.at(0)?.envelope, page.at(-1)?.envelope];
    const used = new Set(page.flatMap(({ envelope }) => envelope.templateId ?? []));
    const titles = used.size === 0 ? [] : await templateTitles(ctx, { ids: [...used] });
    const titleOf = new Map(titles.map(({ id, name }) => [id, name]));
    const classes = new Set(page.flatMap(({ envelope }) => envelope.classId ?? []));
    const nameOf = classes.size === 0 ? new Map() : await classNames(ctx, [...classes]);
    const amountOf = await amountsOf(
      ctx,
      page.map(({ envelope }) => envelope.id),
    );
    return {
      items: page.map(({ envelope, ownerName }) => ({
        ...itemOf(member, envelope, ownerName ?? "", people.get(envelope.id) ?? []),
        template: envelope.templateId ? (titleOf.get(envelope.templateId) ?? null) : null,
        className: envelope.classId ? (nameOf.get(envelope.classId) ?? null) : null,
        amount: isOwn(member, envelope, "envelope.read-all") ? (amountOf.get(envelope.id) ?? null) : null,
      })),
      olderCursor: last && (isNewer || goesOn) ? cursorOf(last) : null,
      newerCursor: first && from && (!isNewer || goesOn) ? cursorOf(first) : null,
    };
  });
}

/** What is asked of envelopes in a view, for what somebody looks for; null where nothing can be found. Part of a verb. */
async function wishQuery(
  ctx: Context,
  member: MemberActor,
  wanted: Omit<z.output<typeof ListInput>, "view" | "cursor" | "direction">,
  view: ListView,
): Promise<Partial<ListQuery> | null> {
  const { search, sender, team, state, from, until } = wanted;
  const query = search === "" ? null : searchQuery(search);
  const states = statesOf(view, state);
  // Nothing but signs: nothing is found by them.
  if ((search !== "" && query === null) || states?.length === 0) return null;
  const senders = sender ? [sender] : team ? await membersOfTeam(ctx, team) : null;
  if (senders?.length === 0) return null;
  const { folder, tag, template, signature, held, least, most } = wanted;
  return {
    ...viewQuery(ctx, member, view),
    ...{ states, query, senders, folder, tag, template, signature, least, most },
    ...{ documentClass: wanted.class, isHeld: held },
    changedFrom: from ? new Date(from) : null,
    changedUntil: until ? new Date(Date.parse(until) + DAY_MS) : null,
  };
}

/** What a view asks of envelopes, for the member who looks. */
function viewQuery(
  ctx: Context,
  member: MemberActor,
  view: ListView,
): Pick<
  ListQuery,
  "owners" | "dueBefore" | "awaitedEmail" | "isScheduled" | "sharedWith" | "sharedFolders" | "isFiledAway"
> {
  const seesAll = hasPermission(member, "envelope.read-all");
  // Who sees every envelope sees those that were shared with them among all.
  const isWithShared = view === "shared" || (view === "all" && !seesAll);
  return {
    // What was shared is another's, and what waits for one may be.
    owners:
      seesAll || view === "shared" || view === "needs-me" ? null : [member.memberId, ...(member.leads ?? [])],
    sharedWith: isWithShared ? member.memberId : null,
    sharedFolders: isWithShared && member.folders ? [...member.folders.read, ...member.folders.act] : null,
    isFiledAway: FILED_AWAY_IN[view] ?? null,
    dueBefore: view === "due-soon" ? new Date(ctx.now().getTime() + DUE_SOON_DAYS * DAY_MS) : null,
    isScheduled: view === "scheduled",
    awaitedEmail: view === "needs-me" ? member.email : null,
  };
}

const DAY_MS = 86_400_000;
/** Beyond that a number says no more than "many". */
const COUNTED = 1_000;

export type ViewCounts = Readonly<Record<ListView, number>>;

const Counted = ListInput.omit({ view: true, cursor: true, direction: true });

/**
 * How many envelopes each view holds of what somebody looks for, up to a thousand: asked for beside the list, never
 * on its way.
 */
export async function countViews(ctx: Context, input: z.input<typeof Counted> = {}): Promise<ViewCounts> {
  const member = requirePermission(ctx, "envelope.read");
  const wanted = Counted.parse(input);
  return inTransaction(ctx, async (ctx) => {
    const counts: Partial<Record<ListView, number>> = {};
    for (const view of LIST_VIEWS) {
      const query = await wishQuery(ctx, member, wanted, view);
      counts[view] = query === null ? 0 : await countUpTo(ctx, query, COUNTED);
    }
    return counts as ViewCounts;
  });
}

const ASKED: ReadonlySet<RecipientRow["state"]> = new Set(["notified", "viewed", "consented"]);

function itemOf(
  member: MemberActor,
  envelope: EnvelopeRow,
  ownerName: string,
  all: readonly RecipientRow[],
): Omit<EnvelopeListItem, "template" | "className" | "amount"> {
  const { memberId } = member;
  const isReadable = isOwn(member, envelope, "envelope.read-all");
  const ownPlaces = all.filter(({ email, state }) => email === member.email && ASKED.has(state));
  // Whoever is only asked to sign learns of the others on their own pages, as far as those tell.
  const recipients = isReadable ? all : ownPlaces;
  const routed = recipients.map((recipient) => ({ ...recipient, isSigned: recipient.signedAt !== null }));
  const turn = envelope.state === "sent" ? currentTurn(routed) : null;
  const { id, title, shortId, state, changedAt, sentAt, endedAt, expiresAt, waitingFor } = envelope;
  const { signatureKind } = envelope;
  return {
    ...{
      id,
      title,
      shortId,
      state,
      ownerName,
      changedAt,
      sentAt,
      endedAt,
      expiresAt,
      waitingFor,
      isReadable,
    },
    ...(isReadable ? { tags: envelope.tags, folderId: envelope.folderId } : { tags: [], folderId: null }),
    ownPlace:
      envelope.state === "sent" ? (ownPlaces.find(({ hostId }) => hostId === null)?.id ?? null) : null,
    isShared:
      envelope.readerIds.includes(memberId) ||
      envelope.helperIds.includes(memberId) ||
      (envelope.ownerId !== memberId && folderAccess(member, envelope.folderId) !== null),
    scheduledAt: envelope.scheduledAt,
    scheduledZone: envelope.scheduledZone,
    isHeld: envelope.heldSince !== null,
    isDestroyed: envelope.purgedAt !== null,
    isFiledAway: envelope.filedAwayAt !== null,
    mayFile:
      OVER.has(state) &&
      envelope.purgedAt === null &&
      hasPermission(member, "envelope.manage") &&
      isOwn(member, envelope, "envelope.manage-all"),
    signatureKind: envelope.signatureKind,
    awaits: routed
      .filter((recipient) => recipient.order === turn && !isDone(recipient))
      .filter((recipient) => recipient.state !== "finished" || isAtProvider(recipient, signatureKind))
      .map((recipient) => ({ name: recipient.name || recipient.email, step: stepOf(recipient) })),
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
