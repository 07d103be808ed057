import { and, asc, count, eq, isNotNull, isNull, or, sql } from "drizzle-orm";
import { presentedCertificates } from "#db/schema/capture.ts";
import {
  certificates,
  documentRevisions,
  documents,
  envelopes,
  recipients,
  signingSteps,
} from "#db/schema/envelopes.ts";
import { organizations } from "#db/schema/identity.ts";
import { authorities, issuedSerials } from "#db/schema/installation.ts";
import { registeredCertificates } from "#db/schema/seals.ts";
import type { Context } from "#lib/context.ts";
import type { CertificateId, EnvelopeId, MemberId } from "#lib/ids.ts";
import type { CertificateKind } from "#lib/pki/search-certificates.ts";
import { evidenceError } from "./errors.ts";

/** A certificate with what it was issued for or brought to, and what its authority says of it, where that is ours. */
export interface CertificateRecord {
  readonly certificate: {
    readonly id: CertificateId;
    readonly kind: CertificateKind;
    readonly authorityId: string | null;
    readonly chainPem: string | null;
    readonly serial: string;
    readonly sha256: string;
    readonly der: Uint8Array;
    readonly createdAt: Date;
  };
  readonly organization: typeof organizations.$inferSelect;
  readonly envelope: typeof envelopes.$inferSelect | null;
  readonly signerName: string | null;
  /** Of the person it was brought by; what they signed does not rest on it. */
  readonly signedAt: Date | null;
  readonly revokedAt: Date | null;
  readonly reason: string | null;
}

/** Wherever it is stored. @throws evidence/not-found */
export async function loadCertificate(ctx: Context, id: CertificateId): Promise<CertificateRecord> {
  for (const load of [loadStored, loadPresented, loadRegistered, loadAuthority]) {
    const found = await load(ctx, id);
    if (found) return found;
  }
  throw evidenceError("not-found", `certificate ${id}`);
}

async function loadStored(ctx: Context, id: CertificateId): Promise<CertificateRecord | null> {
  const { connection, organizationId } = ctx;
  const [row] = await connection
    .select({
      certificate: certificates,
      organization: organizations,
      envelope: envelopes,
      signerName: recipients.name,
      revokedAt: issuedSerials.revokedAt,
      reason: issuedSerials.revocationReason,
    })
    .from(certificates)
    .innerJoin(organizations, eq(organizations.organizationId, certificates.organizationId))
    .leftJoin(envelopes, eq(envelopes.id, certificates.envelopeId))
    .leftJoin(recipients, eq(recipients.id, certificates.recipientId))
    .leftJoin(
      issuedSerials,
      and(
        eq(issuedSerials.authorityId, certificates.authorityId),
        eq(issuedSerials.serial, certificates.serial),
      ),
    )
    .where(and(eq(certificates.id, id), eq(certificates.organizationId, organizationId)));
  return row ? { ...row, signedAt: null } : null;
}

async function loadPresented(ctx: Context, id: CertificateId): Promise<CertificateRecord | null> {
  const table = presentedCertificates;
  const [row] = await ctx.connection
    .select({ row: table, organization: organizations, envelope: envelopes, signer: recipients })
    .from(table)
    .innerJoin(organizations, eq(organizations.organizationId, table.organizationId))
    .innerJoin(envelopes, eq(envelopes.id, table.envelopeId))
    .leftJoin(recipients, eq(recipients.id, table.recipientId))
    .where(and(eq(table.id, id), eq(table.organizationId, ctx.organizationId)));
  if (!row) return null;
  const { chainPem, serial, sha256, der, at: createdAt } = row.row;
  return {
    certificate: {
      ...{ id, kind: "presented", authorityId: null, chainPem, serial, sha256, der, createdAt },
    },
    ...{ organization: row.organization, envelope: row.envelope, ...FOREIGN },
    ...{ signerName: row.signer?.name ?? null, signedAt: row.signer?.signedAt ?? null },
  };
}

async function loadRegistered(ctx: Context, id: CertificateId): Promise<CertificateRecord | null> {
  const table = registeredCertificates;
  const [row] = await ctx.connection
    .select({ row: table, organization: organizations })
    .from(table)
    .innerJoin(organizations, eq(organizations.organizationId, table.organizationId))
    .where(and(eq(table.id, id), eq(table.organizationId, ctx.organizationId), isNull(table.removedAt)));
  if (!row) return null;
  const { use: kind, serial, sha256, der, createdAt } = row.row;
  return {
    certificate: { id, kind, authorityId: null, chainPem: null, serial, sha256, der, createdAt },
    ...{ organization: row.organization, envelope: null, ...FOREIGN, signerName: null, signedAt: null },
  };
}

/** Those of the installation are everybody's, as their addresses are. */
async function loadAuthority(ctx: Context, id: CertificateId): Promise<CertificateRecord | null> {
  const [organization] = await ctx.connection
    .select()
    .from(organizations)
    .where(eq(organizations.organizationId, ctx.organizationId));
  const [found] = await ctx.connection
    .select({
      ...{ row: authorities, revokedAt: issuedSerials.revokedAt, reason: issuedSerials.revocationReason },
    })
    .from(authorities)
    .leftJoin(
      issuedSerials,
      and(
        eq(issuedSerials.serial, authorities.serial),
        sql`${issuedSerials.authorityId} = coalesce(${authorities.issuerId}, ${authorities.id})`,
      ),
    )
    .where(eq(authorities.id, id));
  if (!found || !organization) return null;
  const { serial, certificateSha256: sha256, certificateDer: der, createdAt, issuerId } = found.row;
  return {
    certificate: {
      ...{ id, kind: "authority", authorityId: issuerId, chainPem: null, serial, sha256, der, createdAt },
    },
    ...{ organization, envelope: null, signerName: null, signedAt: null },
    ...{ revokedAt: found.revokedAt, reason: found.reason },
  };
}

const FOREIGN = { revokedAt: null, reason: null } as const;

/** A signature among others of the same key, the oldest first. */
export interface SignedPlace {
  readonly doneAt: string;
  readonly id: string;
}

export type SeenBy = { readonly ownerId: MemberId; readonly envelopeId: EnvelopeId | null };

export interface SignedQuery {
  /** Only what this member sent, or what is in this envelope; null for all. */
  readonly seen: SeenBy | null;
  readonly after: SignedPlace | null;
  readonly limit: number;
}

/** What its key signed: the revisions, oldest first. */
export async function loadSigned(ctx: Context, id: CertificateId, { seen, after, limit }: SignedQuery) {
  return ctx.connection
    .select({
      signatureId: signingSteps.id,
      documentId: documents.id,
      documentName: documents.name,
      envelopeId: envelopes.id,
      envelopeTitle: envelopes.title,
      revision: documentRevisions.number,
      kind: documentRevisions.kind,
      sha256: documentRevisions.sha256,
      sizeBytes: documentRevisions.sizeBytes,
      signedAt: signingSteps.at,
      // The database counts microseconds, JavaScript does not: what is compared stays the database's own text.
      doneAt: sql<string>`${signingSteps.doneAt}::text`,
    })
    .from(signingSteps)
    .innerJoin(documents, eq(documents.id, signingSteps.documentId))
    .innerJoin(envelopes, eq(envelopes.id, signingSteps.envelopeId))
    .innerJoin(
      documentRevisions,
      and(
        eq(documentRevisions.documentId, signingSteps.documentId),
        eq(documentRevisions.number, signingSteps.revision),
      ),
    )
    .where(
      and(
        ...signedBy(ctx, id, seen),
        after
          ? sql`(${signingSteps.doneAt}, ${signingSteps.id}) > (${after.doneAt}::timestamptz, ${after.id}::uuid)`
          : undefined,
      ),
    )
    .orderBy(asc(signingSteps.doneAt), asc(signingSteps.id))
    .limit(limit);
}

/** How often its key signed, and when last. */
export async function countSigned(ctx: Context, id: CertificateId, seen: SeenBy | null) {
  const [row] = await ctx.connection
    .select({ found: count(), lastAt: sql<string | null>`max(${signingSteps.at})::text` })
    .from(signingSteps)
    .innerJoin(envelopes, eq(envelopes.id, signingSteps.envelopeId))
    .where(and(...signedBy(ctx, id, seen)));
  return { total: row!.found, lastAt: row!.lastAt === null ? null : new Date(row!.lastAt) };
}

const signedBy = (ctx: Context, id: CertificateId, seen: SeenBy | null) => [
  eq(signingSteps.certificateId, id),
  eq(signingSteps.organizationId, ctx.organizationId),
  isNotNull(signingSteps.doneAt),
  seen === null
    ? undefined
    : or(
        eq(envelopes.ownerId, seen.ownerId),
        seen.envelopeId === null ? undefined : eq(envelopes.id, seen.envelopeId),
      ),
];

export type SignedRow = Awaited<ReturnType<typeof loadSigned>>[number];
