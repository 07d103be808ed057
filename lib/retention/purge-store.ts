import { and, asc, eq, inArray, isNotNull, sql } from "drizzle-orm";
import { accessReasons } from "#db/schema/access.ts";
import { attestations } from "#db/schema/attestations.ts";
import { recipientAccessCodes, recipientChecks, recipientSessions, ssoAttempts } from "#db/schema/checks.ts";
import { noticeTrials, paperRequests } from "#db/schema/consent.ts";
import { outboxMails } from "#db/schema/delivery.ts";
import { disputeFiles } from "#db/schema/disputes.ts";
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
  handOvers,
  hostedLinks,
  pageImages,
  recipients,
  recipientTokens,
  signingSteps,
} from "#db/schema/envelopes.ts";
import { evidencePackages } from "#db/schema/evidence.ts";
import { contacts, documentTexts, envelopeTexts } from "#db/schema/following.ts";
import { kioskSessions, kioskVisits } from "#db/schema/kiosk.ts";
import { offlineKits } from "#db/schema/offline.ts";
import { sampleReviewItems } from "#db/schema/reports.ts";
import { envelopeKeys } from "#db/schema/retention.ts";
import { authorizationAttempts, signerAuthorizations } from "#db/schema/signature-providers.ts";
import { sendApprovals } from "#db/schema/teams.ts";
import type { Context } from "#lib/context.ts";
import { forgetRow } from "#lib/envelopes/bulk/forget-row.ts";
import type { EnvelopeId } from "#lib/ids.ts";

/** Whether files of an envelope can be opened still. */
export async function hasLiveKey(ctx: Context, envelopeId: EnvelopeId): Promise<boolean> {
  const rows = await ctx.connection
    .select({ id: envelopeKeys.envelopeId })
    .from(envelopeKeys)
    .where(
      and(
        eq(envelopeKeys.envelopeId, envelopeId),
        eq(envelopeKeys.organizationId, ctx.organizationId),
        isNotNull(envelopeKeys.wrappedKey),
      ),
    );
  return rows.length > 0;
}

/** All that a tombstone says of an envelope's content. */
export async function loadContent(ctx: Context, envelopeId: EnvelopeId) {
  const { connection, organizationId } = ctx;
  const files = await connection
    .select({ id: documents.id, pages: documents.pages })
    .from(documents)
    .where(and(eq(documents.envelopeId, envelopeId), eq(documents.organizationId, organizationId)))
    .orderBy(asc(documents.position), asc(documents.id));
  const ids = files.map(({ id }) => id);
  const revisions = ids.length === 0 ? [] : await loadRevisions(ctx, ids);
  const people = await connection
    .select({ id: recipients.id })
    .from(recipients)
    .where(and(eq(recipients.envelopeId, envelopeId), eq(recipients.organizationId, organizationId)));
  return {
    documents: files.map(({ id, pages }) => ({
      ...{ id, pages: pages.length },
      revisions: revisions.filter(({ documentId }) => documentId === id),
    })),
    papers: await loadPapers(ctx, envelopeId),
    certificates: await loadCertificates(ctx, envelopeId),
    recipients: people.length,
  };
}

async function loadRevisions(ctx: Context, ids: readonly (typeof documents.$inferSelect)["id"][]) {
  const { documentId, number, sha256, sizeBytes } = documentRevisions;
  return ctx.connection
    .select({ documentId, number, sha256, sizeBytes })
    .from(documentRevisions)
    .where(and(inArray(documentId, [...ids]), eq(documentRevisions.organizationId, ctx.organizationId)))
    .orderBy(asc(documentId), asc(number));
}

/** The audit trail and the evidence packages. */
async function loadPapers(ctx: Context, envelopeId: EnvelopeId) {
  const kept = await ctx.connection
    .select({ kind: artifacts.kind, sha256: artifacts.sha256, sizeBytes: artifacts.sizeBytes })
    .from(artifacts)
    .where(and(eq(artifacts.envelopeId, envelopeId), eq(artifacts.organizationId, ctx.organizationId)));
  const { sha256, sizeBytes, createdAt } = evidencePackages;
  const packed = await ctx.connection
    .select({ sha256, sizeBytes })
    .from(evidencePackages)
    .where(
      and(
        eq(evidencePackages.envelopeId, envelopeId),
        eq(evidencePackages.organizationId, ctx.organizationId),
        eq(evidencePackages.state, "ready"),
      ),
    )
    .orderBy(asc(createdAt), asc(evidencePackages.id));
  const disputed = await ctx.connection
    .select({ sha256: disputeFiles.sha256, sizeBytes: disputeFiles.sizeBytes })
    .from(disputeFiles)
    .where(and(eq(disputeFiles.envelopeId, envelopeId), eq(disputeFiles.organizationId, ctx.organizationId)))
    .orderBy(asc(disputeFiles.createdAt), asc(disputeFiles.id));
  const made = (kind: string) => (one: { sha256: string | null; sizeBytes: number | null }) =>
    one.sha256 && one.sizeBytes !== null ? [{ kind, sha256: one.sha256, sizeBytes: one.sizeBytes }] : [];
  return [...kept, ...packed.flatMap(made("evidence-package")), ...disputed.flatMap(made("dispute-file"))];
}

/** Those that signed in it, signers' and the seal's. */
async function loadCertificates(ctx: Context, envelopeId: EnvelopeId) {
  return ctx.connection
    .selectDistinctOn([certificates.serial, certificates.sha256], {
      serial: certificates.serial,
      sha256: certificates.sha256,
    })
    .from(signingSteps)
    .innerJoin(certificates, eq(certificates.id, signingSteps.certificateId))
    .where(
      and(
        eq(signingSteps.envelopeId, envelopeId),
        eq(signingSteps.organizationId, ctx.organizationId),
        isNotNull(signingSteps.doneAt),
      ),
    )
    .orderBy(asc(certificates.serial), asc(certificates.sha256));
}

/** From now on its files are noise, also those that were copied away. The record that it had a key stays. */
export async function destroyEnvelopeKey(ctx: Context, envelopeId: EnvelopeId): Promise<void> {
  const destroyed = { wrappedKey: null, destroyedAt: ctx.now() };
  await ctx.connection
    .insert(envelopeKeys)
    .values({ organizationId: ctx.organizationId, envelopeId, createdAt: ctx.now(), ...destroyed })
    .onConflictDoUpdate({ target: envelopeKeys.envelopeId, set: destroyed });
}

/**
 * Takes away everything about anybody that is kept outside the files. Commitments lose their openings, the chain
 * stays as it is; the database refuses it for an envelope that was not let through.
 *
 * @returns the events of the organization's chain whose openings went too: mails about it that were read
 */
export async function forgetPeople(ctx: Context, envelopeId: EnvelopeId): Promise<number[]> {
  const { connection, organizationId } = ctx;
  const ofEnvelope = (
    table: typeof fields | typeof recipients | typeof documents | typeof evidencePackages,
  ) => and(eq(table.envelopeId, envelopeId), eq(table.organizationId, organizationId));
  const [erased] = await connection.execute<{ opened: number[] }>(
    sql`select forget_people(${envelopeId}::uuid) as opened`,
  );
  await connection
    .update(envelopes)
    .set({
      title: "",
      message: "",
      endReason: null,
      rules: [],
      tags: [],
      folderId: null,
      counselConfirmation: null,
    })
    .where(and(eq(envelopes.id, envelopeId), eq(envelopes.organizationId, organizationId)));
  await connection
    .delete(attestations)
    .where(and(eq(attestations.envelopeId, envelopeId), eq(attestations.organizationId, organizationId)));
  await connection
    .delete(kioskVisits)
    .where(and(eq(kioskVisits.envelopeId, envelopeId), eq(kioskVisits.organizationId, organizationId)));
  const ofKiosk = and(
    eq(kioskSessions.envelopeId, envelopeId),
    eq(kioskSessions.organizationId, organizationId),
  );
  // A session of walk-ups goes on without this one of them.
  await connection
    .update(kioskSessions)
    .set({ envelopeId: null, recipientId: null })
    .where(and(ofKiosk, isNotNull(kioskSessions.templateId)));
  await connection.delete(kioskSessions).where(ofKiosk);
  await forgetRow(ctx, envelopeId);
  for (const table of [envelopeTexts, documentTexts])
    await connection
      .delete(table)
      .where(and(eq(table.envelopeId, envelopeId), eq(table.organizationId, organizationId)));
  // Who is known from this envelope alone is not known any more.
  await connection
    .delete(contacts)
    .where(and(eq(contacts.lastEnvelopeId, envelopeId), eq(contacts.organizationId, organizationId)));
  await connection
    .update(documentSources)
    .set({ name: "" })
    .where(
      inArray(
        documentSources.documentId,
        connection.select({ id: documents.id }).from(documents).where(ofEnvelope(documents)),
      ),
    );
  await connection
    .update(documents)
    .set({ name: "", changes: {}, earlierSignatures: null })
    .where(ofEnvelope(documents));
  await connection
    .update(recipients)
    .set({ name: "", email: "", phone: "", note: "", declineReason: null, onlyIf: null })
    .where(ofEnvelope(recipients));
  await connection
    .delete(fieldValues)
    .where(
      inArray(
        fieldValues.fieldId,
        connection.select({ id: fields.id }).from(fields).where(ofEnvelope(fields)),
      ),
    );
  await connection
    .delete(fieldFiles)
    .where(and(eq(fieldFiles.envelopeId, envelopeId), eq(fieldFiles.organizationId, organizationId)));
  await connection.update(fields).set({ label: "", settings: {} }).where(ofEnvelope(fields));
  await connection.delete(evidencePackages).where(ofEnvelope(evidencePackages));
  for (const table of [disputeFiles, paperRequests, accessReasons, sendApprovals])
    await connection
      .delete(table)
      .where(and(eq(table.envelopeId, envelopeId), eq(table.organizationId, organizationId)));
  await connection
    .update(sampleReviewItems)
    .set({ note: null })
    .where(
      and(eq(sampleReviewItems.envelopeId, envelopeId), eq(sampleReviewItems.organizationId, organizationId)),
    );
  for (const table of [
    ...[noticeTrials, recipientAccessCodes, recipientChecks, recipientSessions],
    ...[ssoAttempts, handOvers, offlineKits, hostedLinks],
    // Names in certificates, and what let a provider sign.
    ...[authorizationAttempts, signerAuthorizations],
  ])
    await connection
      .delete(table)
      .where(
        inArray(
          table.recipientId,
          connection.select({ id: recipients.id }).from(recipients).where(ofEnvelope(recipients)),
        ),
      );
  await connection
    .delete(pageImages)
    .where(
      inArray(
        pageImages.documentId,
        connection.select({ id: documents.id }).from(documents).where(ofEnvelope(documents)),
      ),
    );
  await connection
    .update(recipientTokens)
    .set({ endedAt: sql`least(${recipientTokens.endedAt}, ${ctx.now().toISOString()}::timestamptz)` })
    .where(
      inArray(
        recipientTokens.recipientId,
        connection.select({ id: recipients.id }).from(recipients).where(ofEnvelope(recipients)),
      ),
    );
  // A mail is named for the event that caused it.
  await connection.delete(outboxMails).where(
    and(
      eq(outboxMails.organizationId, organizationId),
      sql`split_part(${outboxMails.id}, '.', 1) in (
        select e.id::text from audit_events e where e.chain_id = ${envelopeId}
      )`,
    ),
  );
  return erased!.opened;
}
