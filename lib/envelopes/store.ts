import {
  and,
  asc,
  desc,
  eq,
  gt,
  inArray,
  isNotNull,
  isNull,
  lt,
  lte,
  notInArray,
  type SQL,
  sql,
} from "drizzle-orm";
import { z } from "zod";
import { recipientAccessCodes } from "#db/schema/checks.ts";
import { consentActs, consentNotices } from "#db/schema/consent.ts";
import {
  artifacts,
  certificates,
  documentRevisions,
  documentSources,
  documents,
  envelopes,
  fields,
  fieldValues,
  pageImages,
  recipients,
  recipientTokens,
  signingSteps,
} from "#db/schema/envelopes.ts";
import { members, type OrganizationSettings, organizations } from "#db/schema/identity.ts";
import { accounts } from "#db/schema/installation.ts";
import type { Context } from "#lib/context.ts";
import type { DocumentId, EnvelopeId, FieldId, MemberId, RecipientId, TemplateId } from "#lib/ids.ts";
import { type DraftContent, type DraftRecipient, turnsOf } from "./core/draft.ts";
import { hiddenFrom } from "./core/hidden-documents.ts";
import { Anchor } from "./core/hints/anchor.ts";
import { envelopesError } from "./errors.ts";

export type EnvelopeRow = typeof envelopes.$inferSelect;
export type RecipientRow = typeof recipients.$inferSelect;
export type DocumentRow = typeof documents.$inferSelect;
export type FieldRow = typeof fields.$inferSelect;
export type RevisionRow = typeof documentRevisions.$inferSelect;

const own = (ctx: Context, table: typeof envelopes | typeof documents | typeof recipients | typeof fields) =>
  eq(table.organizationId, ctx.organizationId);

/** The envelope's row, locked until the transaction ends: one change at a time. @throws envelopes/not-found */
export async function lockEnvelope(ctx: Context, id: EnvelopeId): Promise<EnvelopeRow> {
  const [row] = await ctx.connection
    .select()
    .from(envelopes)
    .where(and(eq(envelopes.id, id), own(ctx, envelopes), isNull(envelopes.deletedAt)))
    .for("update");
  if (!row) throw envelopesError("not-found", `envelope ${id}`);
  return row;
}

/** For what changes or takes away something of it. @throws envelopes/not-found, held, destroyed, is-scheduled */
export async function lockChangeable(ctx: Context, id: EnvelopeId): Promise<EnvelopeRow> {
  const row = await lockEnvelope(ctx, id);
  if (row.purgedAt) throw envelopesError("destroyed", `envelope ${id}`);
  if (row.heldSince) throw envelopesError("held", `envelope ${id}`);
  if (row.scheduledAt) throw envelopesError("is-scheduled", `envelope ${id}`);
  return row;
}

/** @throws envelopes/not-found */
export async function loadEnvelope(ctx: Context, id: EnvelopeId): Promise<EnvelopeRow> {
  const [row] = await ctx.connection
    .select()
    .from(envelopes)
    .where(and(eq(envelopes.id, id), own(ctx, envelopes), isNull(envelopes.deletedAt)));
  if (!row) throw envelopesError("not-found", `envelope ${id}`);
  return row;
}

export async function saveEnvelope(ctx: Context, row: typeof envelopes.$inferInsert): Promise<void> {
  await ctx.connection.insert(envelopes).values(row);
}

export async function changeEnvelope(
  ctx: Context,
  id: EnvelopeId,
  change: Partial<typeof envelopes.$inferInsert>,
): Promise<void> {
  await ctx.connection
    .update(envelopes)
    .set({ changedAt: ctx.now(), ...change })
    .where(and(eq(envelopes.id, id), own(ctx, envelopes)));
}

export async function loadDocuments(ctx: Context, envelopeId: EnvelopeId): Promise<DocumentRow[]> {
  return ctx.connection
    .select()
    .from(documents)
    .where(and(eq(documents.envelopeId, envelopeId), own(ctx, documents), isNull(documents.removedAt)))
    .orderBy(asc(documents.position));
}

/** Also what was taken out again: earlier versions of what is there. */
export async function loadAllDocuments(ctx: Context, envelopeId: EnvelopeId): Promise<DocumentRow[]> {
  return ctx.connection
    .select()
    .from(documents)
    .where(and(eq(documents.envelopeId, envelopeId), own(ctx, documents)))
    .orderBy(asc(documents.createdAt));
}

export async function loadMemberNames(ctx: Context): Promise<ReadonlyMap<string, string>> {
  const rows = await ctx.connection
    .select({ id: members.id, name: accounts.name })
    .from(members)
    .innerJoin(accounts, eq(accounts.id, members.accountId))
    .where(eq(members.organizationId, ctx.organizationId));
  return new Map(rows.map(({ id, name }) => [id, name]));
}

export async function loadDocument(ctx: Context, id: DocumentId): Promise<DocumentRow> {
  const [row] = await ctx.connection
    .select()
    .from(documents)
    .where(and(eq(documents.id, id), own(ctx, documents), isNull(documents.removedAt)));
  if (!row) throw envelopesError("document-not-found", `document ${id}`);
  return row;
}

export type SourceRow = typeof documentSources.$inferSelect;
export type SourceInsert = typeof documentSources.$inferInsert;

/** A document, its first revision, and what it was made from when it did not arrive as the PDF it is. */
export interface NewDocument {
  readonly row: DocumentRow;
  readonly revision: typeof documentRevisions.$inferInsert & { readonly number: 0 };
  readonly sources: readonly SourceInsert[];
}

export async function saveDocument(ctx: Context, { row, revision, sources }: NewDocument): Promise<void> {
  await ctx.connection.insert(documents).values(row);
  await ctx.connection.insert(documentRevisions).values(revision);
  if (sources.length > 0) await ctx.connection.insert(documentSources).values([...sources]);
}

export async function loadSources(ctx: Context, documentIds: readonly DocumentId[]): Promise<SourceRow[]> {
  if (documentIds.length === 0) return [];
  return ctx.connection
    .select()
    .from(documentSources)
    .where(
      and(
        inArray(documentSources.documentId, [...documentIds]),
        eq(documentSources.organizationId, ctx.organizationId),
      ),
    )
    .orderBy(asc(documentSources.documentId), asc(documentSources.position));
}

/** Gives documents other places in the envelope; no two may have one at any moment. */
export async function placeDocuments(
  ctx: Context,
  places: readonly { readonly id: DocumentId; readonly position: number }[],
): Promise<void> {
  for (const sign of [-1, 1])
    for (const { id, position } of places)
      await ctx.connection
        .update(documents)
        .set({ position: sign < 0 ? -1 - position : position })
        .where(and(eq(documents.id, id), own(ctx, documents)));
}

/** Gives fields the places they have on other pages; those of the envelope that are not among them go. */
export async function moveFields(
  ctx: Context,
  envelopeId: EnvelopeId,
  moved: readonly FieldRow[],
): Promise<void> {
  const { connection } = ctx;
  const inside = and(eq(fields.envelopeId, envelopeId), own(ctx, fields));
  await connection.delete(fields).where(inside);
  for (let start = 0; start < moved.length; start += 500)
    await connection.insert(fields).values(moved.slice(start, start + 500));
}

/** The paper the organization writes on. */
export async function loadPaper(ctx: Context): Promise<"a4" | "letter"> {
  return (await loadSettings(ctx)).paper === "letter" ? "letter" : "a4";
}

/** Whether this is a workspace for trials. */
export async function isStaging(ctx: Context): Promise<boolean> {
  const [row] = await ctx.connection
    .select({ stagingOf: organizations.stagingOf })
    .from(organizations)
    .where(eq(organizations.organizationId, ctx.organizationId));
  return row?.stagingOf != null;
}

/** What the organization has settled for everything it sends. */
export async function loadSettings(ctx: Context): Promise<Partial<OrganizationSettings>> {
  const [row] = await ctx.connection
    .select({ settings: organizations.settings })
    .from(organizations)
    .where(eq(organizations.organizationId, ctx.organizationId));
  return row?.settings ?? {};
}

/** The organization's own words for where fields belong. @throws ZodError when somebody else wrote them */
export const loadAnchors = async (ctx: Context): Promise<Anchor[]> =>
  z.array(Anchor).parse((await loadSettings(ctx)).anchors ?? []);

export async function saveAnchors(ctx: Context, anchors: readonly Anchor[]): Promise<void> {
  await ctx.connection
    .update(organizations)
    .set({
      settings: sql`jsonb_set(${organizations.settings}, '{anchors}', ${JSON.stringify(anchors)}::jsonb)`,
    })
    .where(eq(organizations.organizationId, ctx.organizationId));
}

export async function loadRecipients(ctx: Context, envelopeId: EnvelopeId): Promise<RecipientRow[]> {
  return ctx.connection
    .select()
    .from(recipients)
    .where(and(eq(recipients.envelopeId, envelopeId), own(ctx, recipients)))
    .orderBy(asc(recipients.position));
}

export async function saveRecipient(ctx: Context, row: typeof recipients.$inferInsert): Promise<void> {
  await ctx.connection.insert(recipients).values(row);
}

export async function changeRecipient(
  ctx: Context,
  id: RecipientId,
  change: Partial<typeof recipients.$inferInsert>,
): Promise<void> {
  await ctx.connection
    .update(recipients)
    .set(change)
    .where(and(eq(recipients.id, id), own(ctx, recipients)));
}

export async function loadFields(ctx: Context, envelopeId: EnvelopeId): Promise<FieldRow[]> {
  return ctx.connection
    .select()
    .from(fields)
    .where(and(eq(fields.envelopeId, envelopeId), own(ctx, fields)))
    .orderBy(asc(fields.documentId), asc(fields.page), asc(fields.y), asc(fields.x), asc(fields.id));
}

const INSUFFICIENT_PRIVILEGE = "42501";

/** @throws envelopes/id-taken unless every row was written: the others stand in another envelope */
async function requireWritten(write: Promise<readonly unknown[]>, count: number): Promise<void> {
  const written = await write.catch((error: unknown) => {
    // Of a row of another organization nobody learns more than that the id is taken.
    const { code } = ((error as Error).cause ?? error) as { code?: string };
    if (code === INSUFFICIENT_PRIVILEGE) return [];
    throw error;
  });
  if (written.length !== count) throw envelopesError("id-taken", `${count - written.length} of ${count}`);
}

/** A recipient as the sender's window has it. */
export function asDrafted(row: RecipientRow): DraftRecipient {
  const { id, role, name, email, check, phone, language, meaning, order, alternativeTo, namedBy } = row;
  const { onlyIf, roleName, hostId, isGivenLink, isCheckLocked, witnessOf, note } = row;
  const { onBehalfOf, answerDays, answerUntil, hiddenDocuments } = row;
  return {
    ...{ id, role, name, email, check, phone, language, meaning, turn: order },
    ...{ alternativeTo: alternativeTo ?? "", namedBy: namedBy ?? "", onlyIf },
    ...(hostId ? { hostId } : {}),
    ...(isGivenLink ? { isGivenLink } : {}),
    ...(isCheckLocked ? { isCheckLocked } : {}),
    ...(note ? { note } : {}),
    ...(onBehalfOf ? { onBehalfOf } : {}),
    ...(answerDays === null ? {} : { answerDays }),
    ...(answerUntil ? { answerUntil: answerUntil.toISOString() } : {}),
    ...(hiddenDocuments.length > 0 ? { hiddenDocuments: [...hiddenDocuments] } : {}),
    witnessOf: witnessOf ?? "",
    ...(roleName === "" ? {} : { roleName }),
  };
}

/**
 * Replaces recipients and fields of a draft by what the sender sees; ids stay.
 *
 * @throws envelopes/id-taken
 */
export async function replaceDraft(ctx: Context, envelopeId: EnvelopeId, draft: DraftContent): Promise<void> {
  const { organizationId, connection } = ctx;
  const keptFields = draft.fields.map((field) => field.id as FieldId);
  const keptRecipients = draft.recipients.map((recipient) => recipient.id as RecipientId);
  const ofEnvelope = (table: typeof fields | typeof recipients, kept: readonly string[]) => {
    const inside = and(eq(table.envelopeId, envelopeId), own(ctx, table));
    return kept.length === 0 ? inside : and(inside, notInArray(table.id, kept as never[]));
  };
  await connection.delete(fields).where(ofEnvelope(fields, keptFields));
  await connection.delete(recipients).where(ofEnvelope(recipients, keptRecipients));
  const turns = turnsOf(draft.order, draft.recipients);
  const people = draft.recipients.map(({ turn: _, alternativeTo, namedBy, ...recipient }, position) => ({
    ...recipient,
    alternativeTo: (alternativeTo || null) as RecipientId | null,
    namedBy: (namedBy || null) as RecipientId | null,
    witnessOf: (recipient.witnessOf || null) as RecipientId | null,
    organizationId,
    envelopeId,
    hostId: (recipient.hostId as MemberId | undefined) ?? null,
    isGivenLink: recipient.isGivenLink ?? false,
    isCheckLocked: recipient.isCheckLocked ?? false,
    note: recipient.note ?? "",
    onBehalfOf: recipient.onBehalfOf ?? "",
    answerDays: recipient.answerUntil ? null : (recipient.answerDays ?? null),
    answerUntil: recipient.answerUntil ? new Date(recipient.answerUntil) : null,
    hiddenDocuments: hiddenFrom({ ...recipient, alternativeTo }, draft.recipients) as DocumentId[],
    id: recipient.id as RecipientId,
    position,
    order: turns.get(recipient.id)!,
  }));
  const excluded = (column: string) => sql.raw(`excluded."${column}"`);
  if (people.length > 0) {
    const set = {
      ...{ check: excluded("check_method"), alternativeTo: excluded("alternative_to") },
      ...{ namedBy: excluded("named_by"), onlyIf: excluded("only_if") },
      ...{ roleName: excluded("role_name"), hostId: excluded("host_id") },
      ...{ witnessOf: excluded("witness_of"), isGivenLink: excluded("is_given_link") },
      ...{ isCheckLocked: excluded("is_check_locked"), onBehalfOf: excluded("on_behalf_of") },
      ...{ answerDays: excluded("answer_days"), answerUntil: excluded("answer_until") },
      hiddenDocuments: excluded("hidden_documents"),
      ...Object.fromEntries(
        ["position", "order", "role", "name", "email", "phone", "language", "meaning", "note"].map((key) => [
          key,
          excluded(key),
        ]),
      ),
    };
    const write = connection
      .insert(recipients)
      .values(people)
      .onConflictDoUpdate({ target: recipients.id, set, setWhere: eq(recipients.envelopeId, envelopeId) })
      .returning({ id: recipients.id });
    await requireWritten(write, people.length);
  }
  const places = draft.fields.map((field) => ({
    ...field,
    organizationId,
    envelopeId,
    id: field.id as FieldId,
    documentId: field.documentId as DocumentId,
    recipientId: field.recipientId as RecipientId,
  }));
  for (let start = 0; start < places.length; start += 500) {
    const set = {
      documentId: excluded("document_id"),
      recipientId: excluded("recipient_id"),
      isRequired: excluded("is_required"),
      isLocked: excluded("is_locked"),
      settings: excluded("settings"),
      ...Object.fromEntries(
        ["type", "page", "x", "y", "width", "height", "label"].map((key) => [key, excluded(key)]),
      ),
    };
    const some = places.slice(start, start + 500);
    const write = connection
      .insert(fields)
      .values(some)
      .onConflictDoUpdate({ target: fields.id, set, setWhere: eq(fields.envelopeId, envelopeId) })
      .returning({ id: fields.id });
    await requireWritten(write, some.length);
  }
}

/** What a field holds before its person has come. */
export async function savePrefill(ctx: Context, fieldId: FieldId, value: string): Promise<void> {
  const { organizationId } = ctx;
  await ctx.connection.insert(fieldValues).values({ organizationId, fieldId, value, savedAt: ctx.now() });
}

/** Takes a document out of a draft, with the fields on it. */
export async function changeDocument(
  ctx: Context,
  id: DocumentId,
  change: Pick<DocumentRow, "holdsHealth">,
): Promise<void> {
  await ctx.connection
    .update(documents)
    .set(change)
    .where(and(eq(documents.id, id), own(ctx, documents)));
}

export async function removeDocumentRow(ctx: Context, id: DocumentId): Promise<void> {
  await ctx.connection.delete(fields).where(and(eq(fields.documentId, id), own(ctx, fields)));
  await ctx.connection
    .update(documents)
    .set({ removedAt: ctx.now() })
    .where(and(eq(documents.id, id), own(ctx, documents)));
}

export async function loadRevisions(
  ctx: Context,
  documentIds: readonly DocumentId[],
): Promise<RevisionRow[]> {
  if (documentIds.length === 0) return [];
  return ctx.connection
    .select()
    .from(documentRevisions)
    .where(
      and(
        inArray(documentRevisions.documentId, [...documentIds]),
        eq(documentRevisions.organizationId, ctx.organizationId),
      ),
    )
    .orderBy(asc(documentRevisions.documentId), asc(documentRevisions.number));
}

/** Lets every link of these people end, at once or at `endedAt`. */
export async function endTokens(
  ctx: Context,
  recipientIds: readonly RecipientId[],
  endedAt: Date = ctx.now(),
): Promise<void> {
  if (recipientIds.length === 0) return;
  await ctx.connection
    .update(recipientTokens)
    .set({ endedAt })
    .where(
      and(
        inArray(recipientTokens.recipientId, [...recipientIds]),
        eq(recipientTokens.organizationId, ctx.organizationId),
        sql`${recipientTokens.endedAt} is null`,
      ),
    );
}

export interface ListQuery {
  /** Of any of them. */
  readonly owners: readonly MemberId[] | null;
  readonly states: readonly EnvelopeRow["state"][] | null;
  /** Words as PostgreSQL is asked for them. */
  readonly query: string | null;
  readonly dueBefore: Date | null;
  /** Somebody of this address has to act. */
  readonly awaitedEmail: string | null;
  /** Drafts that go out by themselves. */
  readonly isScheduled: boolean;
  /** Shared with this member; where an owner is named too, either will do. */
  readonly sharedWith: MemberId | null;
  /** With them too what lies in these. */
  readonly sharedFolders: readonly string[] | null;
  readonly folder: string | null;
  readonly tag: string | null;
  /** Sent by any of them. */
  readonly senders: readonly MemberId[] | null;
  readonly template: TemplateId | null;
  /** Last changed from then on, and before then. */
  readonly changedFrom: Date | null;
  readonly changedUntil: Date | null;
  readonly documentClass: string | null;
  readonly signature: EnvelopeRow["signatureKind"] | null;
  /** Only what a legal hold covers. */
  readonly isHeld: boolean;
  /** The largest of its amounts is not less, and not more: decimals. */
  readonly least: string | null;
  readonly most: string | null;
  /** Only what was put out of the way, or only what was not; null for both. */
  readonly isFiledAway: boolean | null;
  /** The row next to the page asked for. */
  readonly from: { readonly changedAt: Date; readonly id: EnvelopeId } | null;
  readonly direction: "older" | "newer";
  readonly limit: number;
}

const findEnvelopes = (query: Partial<ListQuery>): SQL => {
  const states = query.states ? `{${query.states.join(",")}}` : null;
  const owners = query.owners ? `{${query.owners.join(",")}}` : null;
  const senders = query.senders ? `{${query.senders.join(",")}}` : null;
  const folders = query.sharedFolders?.length ? `{${query.sharedFolders.join(",")}}` : null;
  const from = query.from ?? null;
  return sql`find_envelopes(${query.query ?? null}::text, ${owners}::uuid[], ${states}::text[],
    ${query.dueBefore?.toISOString() ?? null}::timestamptz, ${query.awaitedEmail ?? null}::text,
    ${query.folder ?? null}::uuid, ${query.tag ?? null}::text, ${from?.changedAt.toISOString() ?? null}::timestamptz,
    ${from?.id ?? null}::uuid, ${query.direction === "newer"}, ${query.limit ?? 1}, ${query.isScheduled ?? false},
    ${query.sharedWith ?? null}::uuid, ${senders}::uuid[], ${query.template ?? null}::uuid,
    ${query.changedFrom?.toISOString() ?? null}::timestamptz,
    ${query.changedUntil?.toISOString() ?? null}::timestamptz, ${query.documentClass ?? null}::uuid,
    ${query.signature ?? null}::text, ${query.isHeld ?? false}, ${query.least ?? null}::numeric,
    ${query.most ?? null}::numeric, ${query.isFiledAway ?? null}::boolean, ${folders}::uuid[])`;
};

/** By key and not by count, so that the thousandth page is as quick as the first; nearest to `from` first. */
export async function listEnvelopeRows(ctx: Context, query: Partial<ListQuery>) {
  const found = await ctx.connection.execute<{ id: EnvelopeId }>(
    sql`select f.id from ${findEnvelopes(query)} as f(id)`,
  );
  const ids = found.map(({ id }) => id);
  if (ids.length === 0) return [];
  const rows = await ctx.connection
    .select({ envelope: envelopes, ownerName: accounts.name })
    .from(envelopes)
    .leftJoin(members, eq(members.id, envelopes.ownerId))
    .leftJoin(accounts, eq(accounts.id, members.accountId))
    .where(and(own(ctx, envelopes), inArray(envelopes.id, ids)));
  const place = new Map(ids.map((id, index) => [id, index]));
  return rows.toSorted((a, b) => place.get(a.envelope.id)! - place.get(b.envelope.id)!);
}

/** How many there are, as far as somebody counts. */
export async function countUpTo(ctx: Context, query: Partial<ListQuery>, limit: number): Promise<number> {
  const [row] = await ctx.connection.execute<{ count: number }>(
    sql`select count(*)::int as count from ${findEnvelopes({ ...query, limit })}`,
  );
  return row!.count;
}

export async function loadRecipientsOf(
  ctx: Context,
  envelopeIds: readonly EnvelopeId[],
): Promise<RecipientRow[]> {
  if (envelopeIds.length === 0) return [];
  return ctx.connection
    .select()
    .from(recipients)
    .where(and(inArray(recipients.envelopeId, [...envelopeIds]), own(ctx, recipients)))
    .orderBy(asc(recipients.position));
}

export async function listScheduled(ctx: Context): Promise<EnvelopeId[]> {
  const rows = await ctx.connection
    .select({ id: envelopes.id })
    .from(envelopes)
    .where(and(own(ctx, envelopes), lte(envelopes.scheduledAt, ctx.now()), isNull(envelopes.deletedAt)))
    .orderBy(asc(envelopes.scheduledAt))
    .limit(500);
  return rows.map((row) => row.id);
}

export async function listExpired(ctx: Context, after: EnvelopeId | null): Promise<EnvelopeId[]> {
  const isDue = and(own(ctx, envelopes), eq(envelopes.state, "sent"), lt(envelopes.expiresAt, ctx.now()));
  const rows = await ctx.connection
    .select({ id: envelopes.id })
    .from(envelopes)
    .where(after === null ? isDue : and(isDue, gt(envelopes.id, after)))
    .orderBy(asc(envelopes.id))
    .limit(500);
  return rows.map((row) => row.id);
}

/** Certificates whose signatures stand in the envelope's documents: signers', then the seal's. */
export async function loadCertificates(ctx: Context, envelopeId: EnvelopeId) {
  const { id, kind, subject, serial, sha256, notBefore, notAfter, createdAt } = certificates;
  const rows = await ctx.connection
    .selectDistinctOn([id], { id, kind, subject, serial, sha256, notBefore, notAfter, createdAt })
    .from(signingSteps)
    .innerJoin(certificates, eq(id, signingSteps.certificateId))
    .where(
      and(
        eq(signingSteps.envelopeId, envelopeId),
        eq(signingSteps.organizationId, ctx.organizationId),
        isNotNull(signingSteps.doneAt),
      ),
    )
    .orderBy(id);
  return rows.sort(
    (a, b) =>
      Number(a.kind === "seal") - Number(b.kind === "seal") || a.createdAt.getTime() - b.createdAt.getTime(),
  );
}

export async function loadArtifacts(ctx: Context, envelopeId: EnvelopeId) {
  return ctx.connection
    .select()
    .from(artifacts)
    .where(and(eq(artifacts.envelopeId, envelopeId), eq(artifacts.organizationId, ctx.organizationId)));
}

export type PageImageRow = typeof pageImages.$inferSelect;

export async function findPageImage(
  ctx: Context,
  wanted: {
    readonly documentId: DocumentId;
    readonly revision: number;
    readonly page: number;
    readonly widthPx: number;
  },
): Promise<PageImageRow | null> {
  const [row] = await ctx.connection
    .select()
    .from(pageImages)
    .where(
      and(
        eq(pageImages.documentId, wanted.documentId),
        eq(pageImages.organizationId, ctx.organizationId),
        eq(pageImages.revision, wanted.revision),
        eq(pageImages.page, wanted.page),
        eq(pageImages.widthPx, wanted.widthPx),
      ),
    );
  return row ?? null;
}

export async function savePageImage(ctx: Context, row: typeof pageImages.$inferInsert): Promise<void> {
  await ctx.connection.insert(pageImages).values(row).onConflictDoNothing();
}

/** Who of these people has an access code. */
export async function loadAccessCodes(ctx: Context, ids: readonly RecipientId[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const rows = await ctx.connection
    .select({ id: recipientAccessCodes.recipientId })
    .from(recipientAccessCodes)
    .where(
      and(
        inArray(recipientAccessCodes.recipientId, [...ids]),
        eq(recipientAccessCodes.organizationId, ctx.organizationId),
      ),
    );
  return new Set(rows.map(({ id }) => id));
}

export async function saveAccessCode(
  ctx: Context,
  row: typeof recipientAccessCodes.$inferInsert,
): Promise<void> {
  const { codeHash, setAt, setBy } = row;
  await ctx.connection
    .insert(recipientAccessCodes)
    .values(row)
    .onConflictDoUpdate({ target: recipientAccessCodes.recipientId, set: { codeHash, setAt, setBy } });
}

/** The languages in which the organization published a notice for consumers, as primary subtags. */
export async function loadConsumerLanguages(ctx: Context): Promise<Set<string>> {
  const { mode, locale, publishedAt, organizationId } = consentNotices;
  const rows = await ctx.connection
    .selectDistinctOn([locale], { locale })
    .from(consentNotices)
    .where(and(eq(organizationId, ctx.organizationId), eq(mode, "consumer"), isNotNull(publishedAt)));
  return new Set(rows.map((row) => row.locale));
}

/** What each of these addresses said last about electronic records. */
export async function loadLastConsents(ctx: Context, emails: readonly string[]) {
  const known = emails.filter((email) => email !== "");
  if (known.length === 0) return [];
  const { email, kind, at, id, mode, organizationId } = consentActs;
  return ctx.connection
    .selectDistinctOn([email], { email, kind, at })
    .from(consentActs)
    .where(and(eq(organizationId, ctx.organizationId), inArray(email, known), isNotNull(mode)))
    .orderBy(email, desc(at), desc(id));
}

/** Members who can be there when somebody signs. */
export async function loadHosts(ctx: Context): Promise<{ id: MemberId; name: string }[]> {
  return ctx.connection
    .select({ id: members.id, name: accounts.name })
    .from(members)
    .innerJoin(accounts, eq(accounts.id, members.accountId))
    .where(and(eq(members.organizationId, ctx.organizationId), isNull(members.removedAt)))
    .orderBy(asc(accounts.name))
    .limit(500);
}
