import {
  aliasedTable,
  and,
  asc,
  desc,
  eq,
  gte,
  isNotNull,
  isNull,
  lt,
  lte,
  type SQL,
  sql,
} from "drizzle-orm";
import { certificateStatuses } from "#db/schema/capture.ts";
import { certificates, documentRevisions, documents, envelopes, signingSteps } from "#db/schema/envelopes.ts";
import { issuedSerials } from "#db/schema/installation.ts";
import type { Context } from "#lib/context.ts";
import type { CertificateId, DocumentId, EnvelopeId } from "#lib/ids.ts";

const MAX_SIGNED = 100;

export interface CertificateFilter {
  readonly envelopeId: EnvelopeId | null;
  readonly documentId: DocumentId | null;
  /** The step that made a signature. */
  readonly signatureId: string | null;
  /** Put on record at one instant or later, and before another. */
  readonly from: Date | null;
  readonly to: Date | null;
  /** Older than this one. */
  readonly before: { readonly at: Date; readonly id: string } | null;
  readonly limit: number;
}

/** Certificates with what they were issued for, newest first. */
export async function findCertificateRows(ctx: Context, filter: CertificateFilter) {
  const { envelopeId, documentId, signatureId, from, to, before, limit } = filter;
  const bySteps = (condition: SQL) => sql`${certificates.id} in (
    select s.certificate_id from signing_steps s where ${condition} and s.done_at is not null)`;
  return ctx.connection
    .select({
      id: certificates.id,
      kind: certificates.kind,
      subject: certificates.subject,
      issuer: certificates.issuer,
      serial: certificates.serial,
      sha256: certificates.sha256,
      notBefore: certificates.notBefore,
      notAfter: certificates.notAfter,
      createdAt: certificates.createdAt,
      envelopeId: certificates.envelopeId,
      envelopeTitle: envelopes.title,
      revokedAt:
        sql<Date | null>`coalesce(${issuedSerials.revokedAt}, ${certificateStatuses.revokedAt})`.mapWith(
          issuedSerials.revokedAt,
        ),
      isKnown: sql<boolean>`${certificates.authorityId} is not null or ${certificates.subject} = ${certificates.issuer}`,
      holdsUntil: certificateStatuses.holdsUntil,
    })
    .from(certificates)
    .leftJoin(envelopes, eq(envelopes.id, certificates.envelopeId))
    .leftJoin(
      certificateStatuses,
      and(
        eq(certificateStatuses.organizationId, certificates.organizationId),
        eq(certificateStatuses.sha256, certificates.sha256),
        isNull(certificates.authorityId),
      ),
    )
    .leftJoin(
      issuedSerials,
      and(
        eq(issuedSerials.authorityId, certificates.authorityId),
        eq(issuedSerials.serial, certificates.serial),
      ),
    )
    .where(
      and(
        eq(certificates.organizationId, ctx.organizationId),
        envelopeId === null
          ? undefined
          : sql`${certificates.id} in (select c.id from certificates c where c.envelope_id = ${envelopeId}
              union select s.certificate_id from signing_steps s
                where s.envelope_id = ${envelopeId} and s.done_at is not null)`,
        documentId === null ? undefined : bySteps(sql`s.document_id = ${documentId}`),
        signatureId === null ? undefined : bySteps(sql`s.id = ${signatureId}`),
        from === null ? undefined : gte(certificates.createdAt, from),
        to === null ? undefined : lt(certificates.createdAt, to),
        before === null
          ? undefined
          : sql`(${certificates.createdAt}, ${certificates.id}) < (${before.at.toISOString()}, ${before.id})`,
      ),
    )
    .orderBy(desc(certificates.createdAt), desc(certificates.id))
    .limit(limit);
}

/** A certificate of the organization by its id or its fingerprint. */
export async function findCertificateId(
  ctx: Context,
  by: { readonly id: string } | { readonly sha256: string },
): Promise<CertificateId | null> {
  const [row] = await ctx.connection
    .select({ id: certificates.id })
    .from(certificates)
    .where(
      and(
        eq(certificates.organizationId, ctx.organizationId),
        "id" in by ? eq(certificates.id, by.id as CertificateId) : eq(certificates.sha256, by.sha256),
      ),
    );
  return row?.id ?? null;
}

/** The revisions with these bytes, of documents that a certificate's key signed, with its signature in each. */
export async function signaturesIn(ctx: Context, id: CertificateId, sha256: string) {
  const held = aliasedTable(documentRevisions, "held");
  return ctx.connection
    .select({
      signatureId: signingSteps.id,
      kind: signingSteps.kind,
      envelopeId: signingSteps.envelopeId,
      documentId: documents.id,
      documentName: documents.name,
      signedRevision: documentRevisions.number,
      signedSha256: documentRevisions.sha256,
      signedAt: signingSteps.at,
      revision: held.number,
    })
    .from(held)
    .innerJoin(documents, eq(documents.id, held.documentId))
    .innerJoin(
      signingSteps,
      and(eq(signingSteps.documentId, held.documentId), lte(signingSteps.revision, held.number)),
    )
    .innerJoin(
      documentRevisions,
      and(
        eq(documentRevisions.documentId, signingSteps.documentId),
        eq(documentRevisions.number, signingSteps.revision),
      ),
    )
    .where(
      and(
        eq(held.organizationId, ctx.organizationId),
        eq(held.sha256, sha256),
        eq(signingSteps.certificateId, id),
        isNotNull(signingSteps.doneAt),
      ),
    )
    .orderBy(asc(signingSteps.doneAt), asc(documentRevisions.number))
    .limit(MAX_SIGNED);
}
