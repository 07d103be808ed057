import { z } from "zod";
import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { hasPermission, requireMember, requireOwn, requirePermission, type Shared } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { typedLine } from "#lib/identity/core/typed-text.ts";
import type { EnvelopeId, MemberId } from "#lib/ids.ts";
import {
  AMOUNT,
  columnsOf,
  LIST_COLUMNS,
  LIST_VIEWS,
  type ListColumn,
  type ListWish,
  MOST_COLUMNS,
  OVER,
} from "./core/list-views.ts";
import { SIGNATURE_KINDS } from "./core/signature-kind.ts";
import { envelopesError } from "./errors.ts";
import {
  deleteFilter,
  findFolder,
  findMember,
  listClassRows,
  listFilterRows,
  listMemberRows,
  loadListColumns,
  saveFilter,
  saveListColumns,
  teamNames,
  templateTitles,
} from "./organize-store.ts";
import { indexNow } from "./search/index-envelopes.ts";
import { changeEnvelope, lockEnvelope } from "./store.ts";
import { usableBy } from "./templates/template-access.ts";

const envelopeId = z.uuid().transform((id) => id as EnvelopeId);
const MOST_TAGS = 20;
const MOST_FILTERS = 50;

const Move = z.object({ envelopeId, folderId: z.uuid().nullable() });

/** @throws envelopes/folder-not-found */
export async function moveEnvelope(ctx: Context, input: z.input<typeof Move>): Promise<void> {
  const member = requirePermission(ctx, "envelope.manage");
  const { envelopeId, folderId } = Move.parse(input);
  await inTransaction(ctx, async (ctx) => {
    const envelope = await lockEnvelope(ctx, envelopeId);
    const [from, to] = [
      envelope.folderId ? await findFolder(ctx, envelope.folderId) : null,
      folderId ? await findFolder(ctx, folderId) : null,
    ];
    if (folderId && !to) throw envelopesError("folder-not-found", `folder ${folderId}`);
    // Into a folder of a team, or out of one, is sharing: who was let in does not do that.
    const isSharing = Boolean(from?.teamId || to?.teamId);
    requireOwn(member, isSharing ? envelope.ownerId : envelope, "envelope.manage-all");
    await changeEnvelope(ctx, envelopeId, { folderId, changedAt: envelope.changedAt });
    await appendEvent(ctx, { type: "envelope.moved", envelopeId, data: { folder: folderId } });
  });
}

const Tag = z.object({
  envelopeId,
  tags: z.array(typedLine(60, 1)).max(MOST_TAGS),
  /** Set: these and no others. Add: besides those there are. Remove: those there are but these. */
  how: z.enum(["set", "add", "remove"]).default("set"),
});

const tagged = (before: readonly string[], given: readonly string[], how: "set" | "add" | "remove") => {
  const wanted = new Map(given.map((tag) => [tag.toLowerCase(), tag]));
  if (how === "set") return [...wanted.values()];
  const rest = before.filter((tag) => !wanted.has(tag.toLowerCase()));
  // What is there already stays as it was written.
  if (how === "remove") return rest;
  const known = new Set(before.map((tag) => tag.toLowerCase()));
  return [...before, ...[...wanted].filter(([folded]) => !known.has(folded)).map(([, tag]) => tag)];
};

/** The words an envelope is marked with. @throws envelopes/too-many-tags */
export async function tagEnvelope(ctx: Context, input: z.input<typeof Tag>): Promise<void> {
  const member = requirePermission(ctx, "envelope.manage");
  const { envelopeId, tags: given, how } = Tag.parse(input);
  await inTransaction(ctx, async (ctx) => {
    const envelope = await lockEnvelope(ctx, envelopeId);
    requireOwn(member, envelope, "envelope.manage-all");
    const tags = tagged(envelope.tags, given, how);
    if (tags.length > MOST_TAGS) throw envelopesError("too-many-tags", `${tags.length} tags`);
    if (JSON.stringify(tags) === JSON.stringify(envelope.tags)) return;
    await changeEnvelope(ctx, envelopeId, { tags, changedAt: envelope.changedAt });
    await indexNow(ctx, [envelopeId]);
    await appendEvent(ctx, {
      type: "envelope.tagged",
      envelopeId,
      data: { tags: tags.map((tag) => personal(tag)) },
    });
  });
}

const Transfer = z.object({ envelopeId, to: z.uuid().transform((id) => id as MemberId) });

/** Gives an envelope to another member, who is its sender from then on. @throws envelopes/member-not-found */
export async function transferEnvelope(ctx: Context, input: z.input<typeof Transfer>): Promise<void> {
  const member = requirePermission(ctx, "envelope.manage");
  const { envelopeId, to } = Transfer.parse(input);
  await inTransaction(ctx, async (ctx) => {
    const envelope = await lockEnvelope(ctx, envelopeId);
    // Who was let in by the sender does not give it away.
    requireOwn(member, envelope.ownerId, "envelope.manage-all");
    const heir = await findMember(ctx, to);
    if (!heir || !["owner", "admin", "sender"].includes(heir.role))
      throw envelopesError("member-not-found", `member ${to}`);
    await changeEnvelope(ctx, envelopeId, { ownerId: to, ...withoutMember(envelope, to) });
    const data = { from: envelope.ownerId, member: to };
    await appendEvent(ctx, { type: "envelope.transferred", envelopeId, data });
  });
}

const File = z.object({ envelopeId, isAway: z.boolean() });

/**
 * Puts an envelope that is over out of the way, for everybody who sees it, or takes it back. It stays what it is: it is
 * found, kept and destroyed as before.
 *
 * @throws envelopes/not-over, nothing-changed, destroyed, not-found
 */
export async function fileAway(ctx: Context, input: z.input<typeof File>): Promise<void> {
  const member = requirePermission(ctx, "envelope.manage");
  const { envelopeId, isAway } = File.parse(input);
  await inTransaction(ctx, async (ctx) => {
    const envelope = await lockEnvelope(ctx, envelopeId);
    requireOwn(member, envelope, "envelope.manage-all");
    if (envelope.purgedAt) throw envelopesError("destroyed", `envelope ${envelopeId}`);
    if (!OVER.has(envelope.state)) throw envelopesError("not-over", `envelope is ${envelope.state}`);
    if ((envelope.filedAwayAt !== null) === isAway) throw envelopesError("nothing-changed", "as before");
    const { changedAt } = envelope;
    await changeEnvelope(ctx, envelopeId, { filedAwayAt: isAway ? ctx.now() : null, changedAt });
    const type = isAway ? "envelope.filed-away" : "envelope.taken-back";
    await appendEvent(ctx, { type, envelopeId, data: {} });
  });
}

/** Whoever owns it needs no share of it. */
export const withoutMember = ({ readerIds, helperIds }: Shared, memberId: MemberId) => ({
  readerIds: readerIds.filter((id) => id !== memberId),
  helperIds: helperIds.filter((id) => id !== memberId),
});

const Wish = z.object({
  name: typedLine(60, 1),
  wish: z.object({
    view: z.enum(LIST_VIEWS),
    state: z.enum(["draft", "sent", "sealing", "completed", "declined", "voided", "expired"]).nullable(),
    search: typedLine(200),
    folder: z.uuid().nullable(),
    tag: typedLine(60).nullable(),
    sender: z.uuid().nullable().default(null),
    team: z.uuid().nullable().default(null),
    template: z.uuid().nullable().default(null),
    from: z.iso.date().nullable().default(null),
    until: z.iso.date().nullable().default(null),
    class: z.uuid().nullable().default(null),
    signature: z.enum(SIGNATURE_KINDS).nullable().default(null),
    held: z.boolean().default(false),
    least: z.string().regex(AMOUNT).nullable().default(null),
    most: z.string().regex(AMOUNT).nullable().default(null),
  }),
});

export interface FilterView {
  readonly name: string;
  readonly wish: ListWish;
}

/** One's own, by name. */
export async function listFilters(ctx: Context): Promise<FilterView[]> {
  const member = requireMember(ctx);
  return inTransaction(ctx, (ctx) => listFilterRows(ctx, member.memberId));
}

/** One of the same name takes its place. @throws envelopes/too-many-filters */
export async function keepFilter(ctx: Context, input: z.input<typeof Wish>): Promise<void> {
  const member = requireMember(ctx);
  const { name, wish } = Wish.parse(input);
  await inTransaction(ctx, async (ctx) => {
    const known = await listFilterRows(ctx, member.memberId);
    if (known.length >= MOST_FILTERS && !known.some((one) => one.name === name))
      throw envelopesError("too-many-filters", `${known.length} filters`);
    await saveFilter(ctx, member.memberId, name, wish);
  });
}

export async function dropFilter(ctx: Context, input: { readonly name: string }): Promise<void> {
  const member = requireMember(ctx);
  const name = typedLine(60).parse(input.name);
  await inTransaction(ctx, (ctx) => deleteFilter(ctx, member.memberId, name));
}

const MOST_CHOICES = 500;

export interface ListChoices {
  readonly senders: readonly { readonly id: MemberId; readonly name: string }[];
  readonly teams: readonly { readonly id: string; readonly name: string }[];
  readonly templates: readonly { readonly id: string; readonly name: string }[];
  /** Of documents; those that are given to nothing any more come last. */
  readonly classes: readonly { readonly id: string; readonly name: string; readonly isRetired: boolean }[];
}

/** What the list can be narrowed to. Who sees only their own has no choice of senders; who leads a team, its people. */
export async function listChoices(ctx: Context): Promise<ListChoices> {
  const member = requirePermission(ctx, "envelope.read");
  const seesAll = hasPermission(member, "envelope.read-all");
  const seen = new Set([member.memberId, ...(member.leads ?? [])]);
  return inTransaction(ctx, async (ctx) => ({
    senders: (await listMemberRows(ctx))
      .filter(({ id }) => seesAll || (seen.size > 1 && seen.has(id)))
      .map(({ id, name }) => ({ id, name })),
    teams: seesAll ? await teamNames(ctx) : [],
    templates: (await templateTitles(ctx, { limit: MOST_CHOICES }))
      .filter(await usableBy(ctx, member))
      .map(({ id, name }) => ({ id, name })),
    classes: await listClassRows(ctx, MOST_CHOICES),
  }));
}

/** What the list shows of each envelope, as the member chose it. */
export async function getColumns(ctx: Context): Promise<readonly ListColumn[]> {
  const member = requirePermission(ctx, "envelope.read");
  return inTransaction(ctx, async (ctx) => columnsOf(await loadListColumns(ctx, member.memberId)));
}

const Columns = z.object({ columns: z.array(z.enum(LIST_COLUMNS)).max(MOST_COLUMNS) });

/** Kept for the member alone, on whatever device. @throws ZodError for more than there is room for */
export async function chooseColumns(ctx: Context, input: z.input<typeof Columns>): Promise<void> {
  const member = requirePermission(ctx, "envelope.read");
  const { columns } = Columns.parse(input);
  await inTransaction(ctx, (ctx) => saveListColumns(ctx, member.memberId, [...new Set(columns)]));
}
