import { appendEvent } from "#lib/audit/append-event.ts";
import { requireSystem } from "#lib/authorize.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import { leastCertificateDays } from "#lib/envelopes/authentication/certificate-days.ts";
import type { DocumentId, EnvelopeId } from "#lib/ids.ts";
import { addValidationData } from "#lib/pdf/dss.ts";
import { timestampUntil } from "#lib/pki/timestamp-until.ts";
import { checkPictures } from "./check-pictures.ts";
import { SEAL_FIELD } from "./core/pdf-form.ts";
import { uploadedBytes } from "./core/uploaded-bytes.ts";
import { makeDocumentTimestamp, makeSignature } from "./make-signature.ts";
import { recordArchiveTimestamp } from "./record-archive-timestamp.ts";
import { openSeal, type Seal } from "./seal-key.ts";
import { runStep } from "./steps.ts";
import { type EnvelopeRow, findSealedEvent, loadCeremony, loadRevisions } from "./store.ts";
import { collectValidationData } from "./validation-data.ts";

/**
 * Ends an envelope that all have signed and whose pictures are what people saw: the organization's signature that closes each document, then what a
 * stranger needs to validate it, then a time-stamp over everything. No level lower than asked for.
 */
export async function sealEnvelope(ctx: WorkerContext, input: { envelopeId: EnvelopeId }): Promise<void> {
  requireSystem(ctx);
  const { envelopeId } = input;
  const { envelope, documents, revisions } = await inTransaction(ctx, (ctx) =>
    loadCeremony(ctx, envelopeId, false),
  );
  if (envelope.state !== "sealing") return;
  await checkPictures(ctx, { envelopeId, documentIds: documents.map(({ id }) => id) });
  const classDays = await inTransaction(ctx, (ctx) => leastCertificateDays(ctx, envelopeId));
  const seal = await openSeal(ctx, classDays);
  for (const document of documents) {
    const { id } = document;
    await closeDocument(ctx, envelope, id, seal);
    if (envelope.level === "B-LT" || envelope.level === "B-LTA")
      await addStatus(ctx, envelopeId, id, uploadedBytes(document, revisions));
    if (envelope.level === "B-LTA") await addArchiveTimestamp(ctx, envelopeId, id);
  }
  const clock = await measuredClock(ctx);
  await inTransaction(ctx, async (ctx) => {
    const { envelope } = await loadCeremony(ctx, envelopeId, true);
    if (envelope.state !== "sealing" || (await findSealedEvent(ctx, envelopeId))) return;
    const revisions = await loadRevisions(
      ctx,
      documents.map(({ id }) => id),
    );
    const sealed = documents.map(({ id }) => {
      const newest = revisions.findLast(({ documentId }) => documentId === id)!;
      return { id, revision: newest.number, sha256: newest.sha256, sizeBytes: newest.sizeBytes };
    });
    await appendEvent(ctx, {
      type: "envelope.sealed",
      envelopeId,
      data: { level: envelope.level, documents: sealed, clock },
    });
  });
}

/** How far the clock of this machine was from the database's as it sealed, in milliseconds. */
async function measuredClock({ runtime }: WorkerContext) {
  await runtime.clock.look();
  const measured = runtime.clock.measured();
  if (!measured) return undefined;
  return { offsetMs: Math.round(measured.offsetMs), uncertaintyMs: Math.ceil(measured.uncertaintyMs) };
}

async function closeDocument(ctx: WorkerContext, envelope: EnvelopeRow, documentId: DocumentId, seal: Seal) {
  const request = { envelopeId: envelope.id, documentId, kind: "sealed", recipientId: null } as const;
  await runStep(ctx, request, async (step, head) => {
    const plan = {
      fieldName: SEAL_FIELD,
      at: step.at,
      signerName: seal.organizationName,
      reason: "All have signed: nothing in this document changes any more",
      seed: step.seed,
    };
    const made = await makeSignature(ctx, head, plan, seal, envelope.level);
    return { ...made, certificateId: seal.certificate.id, commit: async () => null };
  });
}

async function addStatus(
  ctx: WorkerContext,
  envelopeId: EnvelopeId,
  documentId: DocumentId,
  uploaded: number,
): Promise<void> {
  const request = { envelopeId, documentId, kind: "validation-data", recipientId: null } as const;
  await runStep(ctx, request, async (step, head) => {
    const data = await collectValidationData(ctx, head.file, { earlierBytes: uploaded });
    return { tail: addValidationData(head.file, data, step.seed), commit: async () => null };
  });
}

async function addArchiveTimestamp(ctx: WorkerContext, envelopeId: EnvelopeId, documentId: DocumentId) {
  const request = { envelopeId, documentId, kind: "time-stamped", recipientId: null } as const;
  await runStep(ctx, request, async (step, head) => {
    const made = await makeDocumentTimestamp(ctx, head, step.seed);
    const until = timestampUntil(made.timestamp!);
    const commit = async (ctx: WorkerContext) => {
      await recordArchiveTimestamp(ctx, { envelopeId, documentId, number: 0, until });
      return null;
    };
    return { ...made, commit };
  });
}
