import { and, asc, eq, isNotNull } from "drizzle-orm";
import {
  certificates,
  documentRevisions,
  documents,
  envelopes,
  recipients,
  signingSteps,
} from "#db/schema/envelopes.ts";
import { organizations } from "#db/schema/identity.ts";
import { issuedSerials } from "#db/schema/installation.ts";
import type { Context } from "#lib/context.ts";
import type { CertificateId } from "#lib/ids.ts";
import { evidenceError } from "./errors.ts";

/** A certificate with what it was issued for and what its authority says of it. @throws evidence/not-found */
export async function loadCertificate(ctx: Context, id: CertificateId) {
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
  if (!row) throw evidenceError("not-found", `certificate ${id}`);
  return row;
}

export type CertificateRecord = Awaited<ReturnType<typeof loadCertificate>>;

const MAX_SIGNED = 100;

/** What its key signed: the revisions, oldest first, at most a hundred. */
export async function loadSigned(ctx: Context, id: CertificateId) {
  return ctx.connection
    .select({
      signatureId: signingSteps.id,
      documentId: documents.id,
      documentName: documents.name,
      envelopeId: envelopes.id,
      envelopeTitle: envelopes.title,
      ownerId: envelopes.ownerId,
      revision: documentRevisions.number,
      kind: documentRevisions.kind,
      sha256: documentRevisions.sha256,
      sizeBytes: documentRevisions.sizeBytes,
      signedAt: signingSteps.at,
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
        eq(signingSteps.certificateId, id),
        eq(signingSteps.organizationId, ctx.organizationId),
        isNotNull(signingSteps.doneAt),
      ),
    )
    .orderBy(asc(signingSteps.doneAt), asc(documentRevisions.number))
    .limit(MAX_SIGNED);
}

export type SignedRow = Awaited<ReturnType<typeof loadSigned>>[number];
