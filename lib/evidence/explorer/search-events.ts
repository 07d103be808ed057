import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { markOfAddress } from "#lib/audit/open-values.ts";
import { hasPermission, type MemberActor, requirePermission } from "#lib/authorize.ts";
import { fromBase64Url, fromUtf8, toBase64Url, toUtf8 } from "#lib/bytes.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { isFirstAccess } from "#lib/identity/access/require-reason.ts";
import { type EnvelopeId, parsePublicId } from "#lib/ids.ts";
import { typesIn, typesTelling } from "../core/explorer/event-groups.ts";
import { EventQuery, periodOf } from "../core/explorer/event-query.ts";
import { evidenceError } from "../errors.ts";
import {
  type EventFilter,
  type EventPlace,
  type EventRow,
  findEnvelopeByNumber,
  findEnvelopes,
  findEvents,
  findEventsFrom,
  findPeople,
} from "./events-store.ts";
import { type ToldEvent, tellEvents } from "./tell-events.ts";

const PAGE_SIZE = 50;
const BATCH_SIZE = 1000;
/** More people or envelopes than this are no search. */
const MOST_NAMED = 5000;
const FEW_EVENTS = 2000;
/** Stands for what nobody is: a filter that nothing fits. */
const NOBODY = "00000000-0000-0000-0000-000000000000";

const Input = EventQuery.extend({
  /** From the page before this one. */
  cursor: z.string().max(200).nullable().default(null),
});

export interface EventPage {
  readonly events: readonly ToldEvent[];
  /** For the page of older ones; null on the last. */
  readonly olderCursor: string | null;
}

/**
 * One page of the audit events a member may read, newest first, in plain words: senders read those of their own
 * envelopes, owners, admins and counsel all of the organization.
 *
 * @throws authorize/not-allowed; evidence/too-many-people
 */
export async function searchEvents(ctx: Context, input: z.input<typeof Input>): Promise<EventPage> {
  const member = requirePermission(ctx, "audit.read");
  const { cursor, ...query } = Input.parse(input);
  const before = cursor === null ? null : parseCursor(cursor);
  return inTransaction(ctx, async (ctx) => {
    await noteSearch(ctx, member);
    const rows = await findEvents(ctx, await filterFor(ctx, member, query), before, PAGE_SIZE + 1);
    const page = rows.slice(0, PAGE_SIZE);
    const last = page.at(-1);
    return {
      events: await tellEvents(ctx, page),
      olderCursor: last && rows.length > PAGE_SIZE ? cursorOf(last) : null,
    };
  });
}

/** That somebody reads what everybody did is an event, once an hour. */
async function noteSearch(ctx: Context, member: MemberActor): Promise<void> {
  if (!hasPermission(member, "audit.read-all")) return;
  const access = { memberId: member.memberId, purpose: "search", envelopeId: null } as const;
  if (await isFirstAccess(ctx, access))
    await appendEvent(ctx, { type: "audit.searched", envelopeId: null, data: {} });
}

/** All that a filter finds, newest first, in batches: however many there are, few are held. */
export async function* eachEvent(
  ctx: Context,
  filter: EventFilter,
): AsyncGenerator<ToldEvent[], undefined, undefined> {
  let before: EventPlace | null = null;
  for (;;) {
    const rows: EventRow[] = await inTransaction(ctx, (ctx) => findEvents(ctx, filter, before, BATCH_SIZE));
    if (rows.length > 0) yield await inTransaction(ctx, (ctx) => tellEvents(ctx, rows));
    const last = rows.at(-1);
    if (!last || rows.length < BATCH_SIZE) return;
    before = { at: last.occurredAt, id: last.id };
  }
}

/** What a query means for who asks. @throws evidence/too-many-people */
export async function filterFor(ctx: Context, member: MemberActor, query: EventQuery): Promise<EventFilter> {
  const { group, person, envelope, ip, text } = query;
  return {
    ownerId: hasPermission(member, "audit.read-all") ? null : member.memberId,
    ...periodOf(query),
    types: group === null ? null : typesIn(group),
    people: person === "" ? null : await peopleNamed(ctx, person),
    chainId: envelope === "" ? null : await chainNamed(ctx, envelope),
    address: ip === "" ? null : await addressOf(ctx, ip),
    words: text === "" ? null : await wordsOf(ctx, text),
  };
}

async function peopleNamed(ctx: Context, text: string): Promise<string[]> {
  const found = await findPeople(ctx, text, MOST_NAMED + 1);
  if (found.length > MOST_NAMED) throw evidenceError("too-many-people", `${found.length} and more`);
  return found;
}

async function chainNamed(ctx: Context, text: string): Promise<string> {
  const id = parsePublicId<EnvelopeId>("envelope", text.toLowerCase());
  return id ?? (await findEnvelopeByNumber(ctx, text.toUpperCase())) ?? NOBODY;
}

async function addressOf(ctx: Context, ip: string): Promise<EventFilter["address"]> {
  const mark = await markOfAddress(ctx, ip);
  const events = await findEventsFrom(ctx, mark, FEW_EVENTS + 1);
  return { mark, events: events.length > FEW_EVENTS ? null : events };
}

async function wordsOf(ctx: Context, text: string): Promise<EventFilter["words"]> {
  const found = await findEnvelopes(ctx, text, MOST_NAMED + 1);
  if (found.length > MOST_NAMED) throw evidenceError("too-many-people", `${found.length} and more`);
  // Hashes are shown in groups of four.
  const hex = text.toLowerCase().replaceAll(" ", "");
  return { types: typesTelling(text), envelopes: found, hash: /^[0-9a-f]{8,64}$/.test(hex) ? hex : null };
}

const cursorOf = ({ occurredAt, id }: EventRow) => toBase64Url(fromUtf8(`${occurredAt.toISOString()} ${id}`));

/** A cursor we did not make starts from the top. */
function parseCursor(cursor: string): EventPlace | null {
  const [at, id] = toUtf8(fromBase64Url(cursor)).split(" ");
  const instant = new Date(at ?? "");
  return Number.isNaN(instant.getTime()) || !z.uuid().safeParse(id).success ? null : { at: instant, id: id! };
}
