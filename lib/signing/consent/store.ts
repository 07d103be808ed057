import { and, asc, desc, eq, isNotNull, isNull, sql } from "drizzle-orm";
import { standing } from "#db/client.ts";
import { consentActs, consentNotices, noticeTrials, paperRequests } from "#db/schema/consent.ts";
import type { Context } from "#lib/context.ts";
import type { EnvelopeId, RecipientId } from "#lib/ids.ts";
import { signingError } from "../errors.ts";

export type NoticeRow = typeof consentNotices.$inferSelect;
export type TrialRow = typeof noticeTrials.$inferSelect;
export type ConsentActRow = typeof consentActs.$inferSelect;

const findNotices = standing<{ readonly organizationId: Context["organizationId"] }, NoticeRow[]>(
  (connection) =>
    connection
      .select()
      .from(consentNotices)
      .where(eq(consentNotices.organizationId, sql.placeholder("organizationId")))
      .orderBy(asc(consentNotices.createdAt), asc(consentNotices.id)),
);

/** Every version the organization has, oldest first. */
export async function loadNotices({ connection, organizationId }: Context): Promise<NoticeRow[]> {
  return findNotices(connection, { organizationId });
}

export async function loadPublished(ctx: Context): Promise<NoticeRow[]> {
  return (await loadNotices(ctx)).filter(({ publishedAt }) => publishedAt !== null);
}

const isNotice = (ctx: Context, id: string) =>
  and(eq(consentNotices.id, id), eq(consentNotices.organizationId, ctx.organizationId));

/** @throws signing/notice-not-found, notice-published */
export async function lockDraft(ctx: Context, id: string): Promise<NoticeRow> {
  const [row] = await ctx.connection.select().from(consentNotices).where(isNotice(ctx, id)).for("update");
  if (!row) throw signingError("notice-not-found", `notice ${id}`);
  if (row.publishedAt) throw signingError("notice-published", `${row.version} ${row.locale}`);
  return row;
}

export async function findDraft(
  ctx: Context,
  mode: NoticeRow["mode"],
  locale: string,
): Promise<NoticeRow | null> {
  const [row] = await ctx.connection
    .select()
    .from(consentNotices)
    .where(
      and(
        eq(consentNotices.organizationId, ctx.organizationId),
        eq(consentNotices.mode, mode),
        eq(consentNotices.locale, locale),
        isNull(consentNotices.publishedAt),
      ),
    );
  return row ?? null;
}

/** Adds a version; what comes with the product may be there already. */
export async function saveNotice(ctx: Context, row: typeof consentNotices.$inferInsert): Promise<void> {
  const { organizationId, version, locale } = consentNotices;
  await ctx.connection
    .insert(consentNotices)
    .values(row)
    .onConflictDoNothing({ target: [organizationId, version, locale] });
}

export async function changeDraft(
  ctx: Context,
  id: string,
  change: Partial<typeof consentNotices.$inferInsert>,
): Promise<void> {
  await ctx.connection.update(consentNotices).set(change).where(isNotice(ctx, id));
}

export async function dropDraft(ctx: Context, id: string): Promise<void> {
  await ctx.connection.delete(consentNotices).where(isNotice(ctx, id));
}

/** @param lock until the transaction ends. */
export async function findTrial(
  ctx: Context,
  recipientId: RecipientId,
  lock = false,
): Promise<TrialRow | null> {
  const find = ctx.connection
    .select()
    .from(noticeTrials)
    .where(
      and(eq(noticeTrials.recipientId, recipientId), eq(noticeTrials.organizationId, ctx.organizationId)),
    );
  const [row] = lock ? await find.for("update") : await find;
  return row ?? null;
}

export async function saveTrial(ctx: Context, row: typeof noticeTrials.$inferInsert): Promise<void> {
  const { recipientId: _, organizationId: __, ...set } = row;
  await ctx.connection
    .insert(noticeTrials)
    .values(row)
    .onConflictDoUpdate({ target: noticeTrials.recipientId, set: { passedAt: null, method: null, ...set } });
}

export async function changeTrial(
  ctx: Context,
  recipientId: RecipientId,
  change: Partial<typeof noticeTrials.$inferInsert>,
): Promise<void> {
  await ctx.connection
    .update(noticeTrials)
    .set(change)
    .where(
      and(eq(noticeTrials.recipientId, recipientId), eq(noticeTrials.organizationId, ctx.organizationId)),
    );
}

export async function saveAct(ctx: Context, row: typeof consentActs.$inferInsert): Promise<void> {
  await ctx.connection.insert(consentActs).values(row);
}

/** What a person did about one envelope, newest first. */
export async function loadOwnActs(ctx: Context, recipientId: RecipientId): Promise<ConsentActRow[]> {
  return ctx.connection
    .select()
    .from(consentActs)
    .where(and(eq(consentActs.recipientId, recipientId), eq(consentActs.organizationId, ctx.organizationId)))
    .orderBy(desc(consentActs.at), desc(consentActs.id));
}

/** Whether a person's last word on electronic records was that they want none: since when. */
const findLastAct = standing<
  { readonly personKey: Uint8Array; readonly organizationId: Context["organizationId"] },
  Pick<ConsentActRow, "kind" | "at">[]
>((connection) =>
  connection
    .select({ kind: consentActs.kind, at: consentActs.at })
    .from(consentActs)
    .where(
      and(
        eq(consentActs.personKey, sql.placeholder("personKey")),
        eq(consentActs.organizationId, sql.placeholder("organizationId")),
        isNotNull(consentActs.mode),
      ),
    )
    .orderBy(desc(consentActs.at), desc(consentActs.id))
    .limit(1),
);

export async function findWithdrawal(
  { connection, organizationId }: Context,
  personKey: Uint8Array,
): Promise<Date | null> {
  const [row] = await findLastAct(connection, { personKey, organizationId });
  return row?.kind === "withdrawn" ? row.at : null;
}

export async function savePaperRequest(ctx: Context, row: typeof paperRequests.$inferInsert): Promise<void> {
  await ctx.connection.insert(paperRequests).values(row);
}

/** @throws signing/paper-not-asked */
export async function lockPaperRequest(ctx: Context, id: string) {
  const [row] = await ctx.connection
    .select()
    .from(paperRequests)
    .where(and(eq(paperRequests.id, id), eq(paperRequests.organizationId, ctx.organizationId)))
    .for("update");
  if (!row) throw signingError("paper-not-asked", `paper copy ${id}`);
  return row;
}

export async function changePaperRequest(
  ctx: Context,
  id: string,
  change: Partial<typeof paperRequests.$inferInsert>,
): Promise<void> {
  await ctx.connection
    .update(paperRequests)
    .set(change)
    .where(and(eq(paperRequests.id, id), eq(paperRequests.organizationId, ctx.organizationId)));
}

/** Of one envelope, oldest first, with what the person wrote. */
export async function loadPaperRequests(ctx: Context, envelopeId: EnvelopeId) {
  return ctx.connection
    .select({ request: paperRequests, name: consentActs.name, detail: consentActs.detail })
    .from(paperRequests)
    .innerJoin(consentActs, eq(consentActs.id, paperRequests.actId))
    .where(
      and(eq(paperRequests.envelopeId, envelopeId), eq(paperRequests.organizationId, ctx.organizationId)),
    )
    .orderBy(asc(paperRequests.requestedAt), asc(paperRequests.id));
}
