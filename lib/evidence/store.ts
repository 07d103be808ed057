import { and, asc, count, desc, eq, inArray, isNotNull, isNull, lt, ne, sql } from "drizzle-orm";
import { archiveTimestamps } from "#db/schema/archive.ts";
import { consentNotices } from "#db/schema/consent.ts";
import {
  artifacts,
  certificates,
  documentRevisions,
  documentSources,
  documents,
  envelopes,
  fieldFiles,
  fields,
  fieldValues,
  pageImages,
  recipients,
  recipientTokens,
  signingSteps,
} from "#db/schema/envelopes.ts";
import { evidencePackages } from "#db/schema/evidence.ts";
import { members, organizations } from "#db/schema/identity.ts";
import { accounts } from "#db/schema/installation.ts";
import type { Context } from "#lib/context.ts";
import type { CertificateId, DocumentId, EnvelopeId, FieldFileId, PackageId, RecipientId } from "#lib/ids.ts";
import { evidenceError } from "./errors.ts";

export type EnvelopeRow = typeof envelopes.$inferSelect;
export type DocumentRow = typeof documents.$inferSelect;
export type RevisionRow = typeof documentRevisions.$inferSelect;
export type RecipientRow = typeof recipients.$inferSelect;
export type CertificateRow = typeof certificates.$inferSelect;
export type ArtifactRow = typeof artifacts.$inferSelect;
export type PackageRow = typeof evidencePackages.$inferSelect;

/** An envelope with all that is kept of it. */
export interface EnvelopeRecord {
  readonly envelope: EnvelopeRow;
  readonly organization: typeof organizations.$inferSelect;
  readonly owner: { readonly name: string; readonly email: string };
  readonly recipients: readonly RecipientRow[];
  readonly documents: readonly DocumentRow[];
  readonly revisions: readonly RevisionRow[];
  /** Those that signed in this envelope: each signer's, then the seal's. */
  readonly certificates: readonly CertificateRow[];
  readonly artifacts: readonly ArtifactRow[];
}

/**
 * @param lock keeps the envelope as it is until the transaction ends.
 * @throws evidence/not-found; destroyed when there is nothing left of it but its tombstone
 */
export async function loadRecord(
  ctx: Context,
  envelopeId: EnvelopeId,
  lock = false,
): Promise<EnvelopeRecord> {
  const record = await loadWhatIsLeft(ctx, envelopeId, lock);
  if (record.envelope.purgedAt) throw evidenceError("destroyed", `envelope ${envelopeId}`);
  return record;
}

/** Whether anybody was asked for an answer that is kept apart from the document. */
export async function hasSensitiveFields(ctx: Context, envelopeId: EnvelopeId): Promise<boolean> {
  const [row] = await ctx.connection
    .select({ id: fields.id })
    .from(fields)
    .where(
      and(
        eq(fields.envelopeId, envelopeId),
        eq(fields.organizationId, ctx.organizationId),
        sql`(${fields.settings} ->> 'isSensitive')::boolean`,
      ),
    )
    .limit(1);
  return row !== undefined;
}

/** The same also for an envelope that was destroyed: its chain is left, and rows that name nobody. */
export async function loadWhatIsLeft(
  ctx: Context,
  envelopeId: EnvelopeId,
  lock = false,
): Promise<EnvelopeRecord> {
  const { connection, organizationId } = ctx;
  const find = connection
    .select()
    .from(envelopes)
    .where(
      and(
        eq(envelopes.id, envelopeId),
        eq(envelopes.organizationId, organizationId),
        isNull(envelopes.deletedAt),
      ),
    );
  const [envelope] = lock ? await find.for("update") : await find;
  if (!envelope) throw evidenceError("not-found", `envelope ${envelopeId}`);
  const [owner] = await connection
    .select({ organization: organizations, name: accounts.name, email: accounts.email })
    .from(members)
    .innerJoin(accounts, eq(accounts.id, members.accountId))
    .innerJoin(organizations, eq(organizations.organizationId, members.organizationId))
    .where(and(eq(members.id, envelope.ownerId), eq(members.organizationId, organizationId)));
  if (!owner) throw evidenceError("not-found", "the sender");
  const people = await connection
    .select()
    .from(recipients)
    .where(and(eq(recipients.envelopeId, envelopeId), eq(recipients.organizationId, organizationId)))
    .orderBy(asc(recipients.position));
  const files = await connection
    .select()
    .from(documents)
    .where(
      and(
        eq(documents.envelopeId, envelopeId),
        eq(documents.organizationId, organizationId),
        isNull(documents.removedAt),
      ),
    )
    .orderBy(asc(documents.position));
  const ids = files.map(({ id }) => id);
  const revisions = ids.length === 0 ? [] : await loadRevisions(ctx, ids);
  const kept = await connection
    .select()
    .from(artifacts)
    .where(and(eq(artifacts.envelopeId, envelopeId), eq(artifacts.organizationId, organizationId)));
  return {
    envelope,
    organization: owner.organization,
    owner: { name: owner.name, email: owner.email },
    recipients: people,
    documents: files,
    revisions,
    certificates: inOrderOf(people, await loadUsedCertificates(ctx, envelopeId)),
    artifacts: kept,
  };
}

/** Signers' as the signers come, then seals: ids of one moment say nothing. */
function inOrderOf(
  people: readonly { readonly id: RecipientId }[],
  all: readonly CertificateRow[],
): CertificateRow[] {
  const place = ({ recipientId }: CertificateRow) => {
    const index = people.findIndex(({ id }) => id === recipientId);
    return index < 0 ? people.length : index;
  };
  return all.toSorted((a, b) => place(a) - place(b));
}

/** Completed documents that a certificate's key sealed, newest first. */
export async function loadSealedWith(ctx: Context, certificateId: CertificateId, limit: number) {
  return ctx.connection
    .select({
      ...{ documentId: documents.id, name: documents.name, keepsSignatures: documents.keepsSignatures },
      ...{ envelopeId: envelopes.id, shortId: envelopes.shortId },
    })
    .from(signingSteps)
    .innerJoin(documents, eq(documents.id, signingSteps.documentId))
    .innerJoin(envelopes, eq(envelopes.id, signingSteps.envelopeId))
    .where(
      and(
        eq(signingSteps.certificateId, certificateId),
        eq(signingSteps.organizationId, ctx.organizationId),
        eq(signingSteps.kind, "sealed"),
        eq(envelopes.state, "completed"),
        isNull(envelopes.purgedAt),
      ),
    )
    .orderBy(desc(signingSteps.doneAt))
    .limit(limit);
}

/** The newest documents that were sealed before an instant, with the certificate each was sealed with. */
export async function loadSealedBefore(ctx: Context, at: Date, limit: number) {
  return ctx.connection
    .select({
      ...{ documentId: documents.id, name: documents.name, certificate: certificates },
      ...{ envelopeId: envelopes.id, shortId: envelopes.shortId },
    })
    .from(signingSteps)
    .innerJoin(documents, eq(documents.id, signingSteps.documentId))
    .innerJoin(envelopes, eq(envelopes.id, signingSteps.envelopeId))
    .innerJoin(certificates, eq(certificates.id, signingSteps.certificateId))
    .where(
      and(
        eq(signingSteps.organizationId, ctx.organizationId),
        eq(signingSteps.kind, "sealed"),
        lt(signingSteps.doneAt, at),
        eq(envelopes.state, "completed"),
        isNull(envelopes.purgedAt),
      ),
    )
    .orderBy(desc(signingSteps.doneAt))
    .limit(limit);
}

export async function loadCertificateRow(ctx: Context, id: CertificateId): Promise<CertificateRow | null> {
  const [row] = await ctx.connection
    .select()
    .from(certificates)
    .where(and(eq(certificates.id, id), eq(certificates.organizationId, ctx.organizationId)));
  return row ?? null;
}

export async function loadRevisions(ctx: Context, ids: readonly DocumentId[]): Promise<RevisionRow[]> {
  return ctx.connection
    .select()
    .from(documentRevisions)
    .where(
      and(
        inArray(documentRevisions.documentId, [...ids]),
        eq(documentRevisions.organizationId, ctx.organizationId),
      ),
    )
    .orderBy(asc(documentRevisions.documentId), asc(documentRevisions.number));
}

/** Certificates whose signatures stand in the envelope's documents; one issued and never used is not evidence. */
async function loadUsedCertificates(ctx: Context, envelopeId: EnvelopeId): Promise<CertificateRow[]> {
  const rows = await ctx.connection
    .selectDistinctOn([certificates.id], { certificate: certificates })
    .from(signingSteps)
    .innerJoin(certificates, eq(certificates.id, signingSteps.certificateId))
    .where(
      and(
        eq(signingSteps.envelopeId, envelopeId),
        eq(signingSteps.organizationId, ctx.organizationId),
        isNotNull(signingSteps.doneAt),
      ),
    )
    .orderBy(certificates.id);
  const found = rows.map(({ certificate }) => certificate);
  return found.sort(
    (a, b) =>
      Number(a.kind === "seal") - Number(b.kind === "seal") || a.createdAt.getTime() - b.createdAt.getTime(),
  );
}

export async function saveArtifact(ctx: Context, row: typeof artifacts.$inferInsert): Promise<void> {
  await ctx.connection.insert(artifacts).values(row);
}

export async function endEnvelope(
  ctx: Context,
  id: EnvelopeId,
  change: Partial<typeof envelopes.$inferInsert>,
) {
  await ctx.connection
    .update(envelopes)
    .set({ ...change, changedAt: ctx.now() })
    .where(and(eq(envelopes.id, id), eq(envelopes.organizationId, ctx.organizationId)));
}

/** Lets every signing link of these people end at that time. */
export async function endTokens(ctx: Context, ids: readonly RecipientId[], endedAt: Date): Promise<void> {
  if (ids.length === 0) return;
  await ctx.connection
    .update(recipientTokens)
    .set({ endedAt })
    .where(
      and(
        inArray(recipientTokens.recipientId, [...ids]),
        eq(recipientTokens.organizationId, ctx.organizationId),
        isNull(recipientTokens.endedAt),
      ),
    );
}

/** Files that signers gave and that fields hold at the end, in the order of the fields. */
export async function loadAttachments(ctx: Context, envelopeId: EnvelopeId) {
  const { id, name, mediaType, sizeBytes, sha256, fileKey, fieldId } = fieldFiles;
  return ctx.connection
    .select({
      ...{ id, name, mediaType, sizeBytes, sha256, fileKey, fieldId },
      ...{ label: fields.label, recipientId: fields.recipientId },
    })
    .from(fieldFiles)
    .innerJoin(fields, eq(fields.id, fieldId))
    .innerJoin(fieldValues, eq(fieldValues.fieldId, fieldId))
    .where(
      and(
        eq(fieldFiles.envelopeId, envelopeId),
        eq(fieldFiles.organizationId, ctx.organizationId),
        eq(fieldValues.value, sql`${id}::text`),
      ),
    )
    .orderBy(asc(fields.documentId), asc(fields.page), asc(fields.y), asc(fields.x), asc(id));
}

/** A file that was given without a network and stands in no field: it is kept for the sender. */
export async function loadKeptFile(ctx: Context, envelopeId: EnvelopeId, fileId: FieldFileId) {
  const { id, name, sizeBytes, fileKey, organizationId, kitId } = fieldFiles;
  const [row] = await ctx.connection
    .select({ name, sizeBytes, fileKey })
    .from(fieldFiles)
    .where(
      and(
        ...[eq(id, fileId), eq(fieldFiles.envelopeId, envelopeId)],
        ...[eq(organizationId, ctx.organizationId), isNotNull(kitId)],
      ),
    );
  return row ?? null;
}

/** What documents were made from, when they did not arrive as the PDFs they are; each file once. */
export async function loadReceived(ctx: Context, documentIds: readonly DocumentId[]) {
  if (documentIds.length === 0) return [];
  const { name, sha256, fileKey, documentId, position, organizationId } = documentSources;
  const rows = await ctx.connection
    .select({ name, sha256, fileKey })
    .from(documentSources)
    .where(and(inArray(documentId, [...documentIds]), eq(organizationId, ctx.organizationId)))
    .orderBy(asc(documentId), asc(position));
  return [...new Map(rows.map((row) => [row.sha256, row])).values()];
}

export type AttachmentRow = Awaited<ReturnType<typeof loadAttachments>>[number];

/** The fields of an envelope, as the sender placed them. */
export async function loadTrailFields(ctx: Context, envelopeId: EnvelopeId) {
  const { id, documentId, recipientId, type, page, label } = fields;
  return ctx.connection
    .select({ id, documentId, recipientId, type, page, label })
    .from(fields)
    .where(and(eq(fields.envelopeId, envelopeId), eq(fields.organizationId, ctx.organizationId)))
    .orderBy(asc(documentId), asc(page), asc(fields.y), asc(fields.x));
}

/** Archive time-stamps that nothing stands over yet and that end before `before`, soonest first. */
/**
 * The newest time-stamp of each line that ends before then. One that lives shorter than that anyway is due when half of
 * its life is over: whoever asks every night would else put a new one over it every night.
 */
export async function loadDueTimestamps(
  ctx: Context,
  { now, before }: { readonly now: Date; readonly before: Date },
  limit: number,
) {
  return ctx.connection
    .select()
    .from(archiveTimestamps)
    .where(
      and(
        eq(archiveTimestamps.organizationId, ctx.organizationId),
        lt(archiveTimestamps.until, before),
        sql`${archiveTimestamps.madeAt} + (${archiveTimestamps.until} - ${archiveTimestamps.madeAt}) / 2
          <= ${now.toISOString()}::timestamptz`,
        sql`not exists (
          select from envelopes e where e.id = ${archiveTimestamps.envelopeId} and e.purged_at is not null
        )`,
        sql`not exists (
          select from archive_timestamps later
          where later.organization_id = ${archiveTimestamps.organizationId}
            and later.envelope_id = ${archiveTimestamps.envelopeId}
            and later.document_id is not distinct from ${archiveTimestamps.documentId}
            and later.number > ${archiveTimestamps.number}
        )`,
      ),
    )
    .orderBy(asc(archiveTimestamps.until), asc(archiveTimestamps.id))
    .limit(limit);
}

/** The archive time-stamps of an envelope's audit trail, oldest first. */
export async function loadArchiveLine(ctx: Context, envelopeId: EnvelopeId) {
  return ctx.connection
    .select()
    .from(archiveTimestamps)
    .where(
      and(
        eq(archiveTimestamps.envelopeId, envelopeId),
        eq(archiveTimestamps.organizationId, ctx.organizationId),
        isNull(archiveTimestamps.documentId),
      ),
    )
    .orderBy(asc(archiveTimestamps.number));
}

/** Images of the pages as they were shown; previews of the draft are nobody's evidence. */
export async function loadPageImages(ctx: Context, ids: readonly DocumentId[]) {
  if (ids.length === 0) return [];
  const { documentId, revision, page, widthPx } = pageImages;
  const rows = await ctx.connection
    .select()
    .from(pageImages)
    .where(and(inArray(documentId, [...ids]), eq(pageImages.organizationId, ctx.organizationId)))
    .orderBy(asc(documentId), asc(revision), asc(page), asc(widthPx));
  return rows.filter((row) => row.revision >= 1);
}

/** Every text that people agreed to; a version never changes. */
export const loadNotices = (ctx: Context) =>
  ctx.connection
    .select()
    .from(consentNotices)
    .where(and(eq(consentNotices.organizationId, ctx.organizationId), isNotNull(consentNotices.publishedAt)))
    .orderBy(asc(consentNotices.version), asc(consentNotices.locale));

const isPackage = (ctx: Context, id: PackageId) =>
  and(eq(evidencePackages.id, id), eq(evidencePackages.organizationId, ctx.organizationId));

export async function savePackage(ctx: Context, row: typeof evidencePackages.$inferInsert): Promise<void> {
  await ctx.connection.insert(evidencePackages).values(row);
}

/** @throws evidence/not-found */
export async function loadPackage(ctx: Context, id: PackageId, lock = false): Promise<PackageRow> {
  const find = ctx.connection.select().from(evidencePackages).where(isPackage(ctx, id));
  const [row] = lock ? await find.for("update") : await find;
  if (!row) throw evidenceError("not-found", `package ${id}`);
  return row;
}

export async function changePackage(
  ctx: Context,
  id: PackageId,
  change: Partial<typeof evidencePackages.$inferInsert>,
): Promise<void> {
  await ctx.connection.update(evidencePackages).set(change).where(isPackage(ctx, id));
}

/** Newest first. */
export async function loadPackages(ctx: Context, envelopeId: EnvelopeId): Promise<PackageRow[]> {
  return ctx.connection
    .select()
    .from(evidencePackages)
    .where(
      and(
        eq(evidencePackages.envelopeId, envelopeId),
        eq(evidencePackages.organizationId, ctx.organizationId),
      ),
    )
    .orderBy(desc(evidencePackages.createdAt), desc(evidencePackages.id));
}

/** How many are asked for and not there yet. */
export async function countUnbuilt(ctx: Context, envelopeId: EnvelopeId): Promise<number> {
  const [row] = await ctx.connection
    .select({ found: count() })
    .from(evidencePackages)
    .where(
      and(
        eq(evidencePackages.envelopeId, envelopeId),
        eq(evidencePackages.organizationId, ctx.organizationId),
        ne(evidencePackages.state, "ready"),
      ),
    );
  return row?.found ?? 0;
}

/** In minutes. */
export async function loadClaimTolerance(ctx: Context): Promise<number> {
  const [row] = await ctx.connection
    .select({ settings: organizations.settings })
    .from(organizations)
    .where(eq(organizations.organizationId, ctx.organizationId));
  return row?.settings.claimToleranceMinutes ?? DEFAULT_CLAIM_MINUTES;
}

const DEFAULT_CLAIM_MINUTES = 10;
