import { appendEvent } from "#lib/audit/append-event.ts";
import { exportChain, readChain } from "#lib/audit/read-chain.ts";
import { requireSystem } from "#lib/authorize.ts";
import { fromUtf8, toHex } from "#lib/bytes.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { uploadedBytes } from "#lib/signing/core/uploaded-bytes.ts";
import { recordArchiveTimestamp } from "#lib/signing/record-archive-timestamp.ts";
import { sealFile } from "#lib/signing/seal-file.ts";
import { reached } from "#lib/signing/steps.ts";
import { captureCertificates } from "./capture/capture-certificates.ts";
import { anchorAbove } from "./core/anchor-above.ts";
import { AUDIT_TRAIL_FIELD } from "./core/audit-trail-pdf.ts";
import type { KeepingFacts } from "./core/keeping-facts.ts";
import { verdictBesides } from "./core/validation/earlier-verdict.ts";
import type { ValidationReport } from "./core/validation/validation-report.ts";
import { evidenceError } from "./errors.ts";
import { type EnvelopeRecord, loadRecord, saveArtifact } from "./store.ts";
import { trailFacts } from "./trail-facts.ts";
import { validateRevisions } from "./validate-revisions.ts";

/**
 * Checks every sealed document as a stranger would, and writes, seals and keeps the audit trail of the envelope.
 *
 * @throws evidence/seal-does-not-hold when a document of ours does not validate: it is then never handed out as
 *   completed
 */
export async function recordAuditTrail(
  ctx: WorkerContext,
  input: { readonly envelopeId: EnvelopeId; readonly keeping: KeepingFacts },
): Promise<void> {
  requireSystem(ctx);
  const { envelopeId, keeping } = input;
  const record = await inTransaction(ctx, (ctx) => loadRecord(ctx, envelopeId));
  const { entries } = await readChain(ctx, envelopeId);
  const isDue = record.envelope.state === "sealing" && entries.some(({ type }) => type === "envelope.sealed");
  if (!isDue || record.artifacts.some(({ kind }) => kind === "audit-trail")) return;
  await captureCertificates(ctx, { envelopeId });
  const reports = await validateDocuments(ctx, record);
  reached("audit-trail: validated");
  const { files, sandbox, random } = ctx.runtime;
  const facts = await trailFacts(ctx, record, reports, { keeping });
  const eventsJsonl = fromUtf8(await exportChain(ctx, envelopeId));
  const { paper } = record.organization.settings;
  const written = await sandbox.run(
    "auditTrail",
    { facts, paper, seed: random(32), eventsJsonl },
    { timeoutMs: 120_000 },
  );
  reached("audit-trail: written");
  const plan = {
    fieldName: AUDIT_TRAIL_FIELD,
    reason: "This is what was recorded",
    level: record.envelope.level,
    use: { kind: "audit-trail", subjectId: envelopeId, envelopeId },
  } as const;
  const { bytes: sealed, until } = await sealFile(ctx, written, plan);
  const fileKey = `org/${ctx.organizationId}/envelopes/${envelopeId}/audit-trail-${toHex(random(4))}.pdf.enc`;
  const { sha256, sizeBytes } = await files.put(fileKey, [sealed], sealed.length);
  reached("audit-trail: stored");
  await inTransaction(ctx, async (ctx) => {
    const { artifacts } = await loadRecord(ctx, envelopeId, true);
    if (artifacts.some(({ kind }) => kind === "audit-trail")) return;
    const createdAt = ctx.now();
    const { organizationId } = ctx;
    await saveArtifact(ctx, {
      organizationId,
      envelopeId,
      kind: "audit-trail",
      fileKey,
      sha256,
      sizeBytes,
      createdAt,
    });
    if (until) await recordArchiveTimestamp(ctx, { envelopeId, documentId: null, number: 0, until });
    await appendEvent(ctx, { type: "audit-trail.created", envelopeId, data: { sha256, sizeBytes } });
  });
}

async function validateDocuments(
  ctx: WorkerContext,
  record: EnvelopeRecord,
): Promise<Map<string, ValidationReport>> {
  await ctx.runtime.authorities();
  const { config } = ctx.runtime;
  const anchors = record.certificates.flatMap(anchorAbove);
  const reports = new Map<string, ValidationReport>();
  for (const document of record.documents) {
    const { id, name } = document;
    const parts = record.revisions.filter(({ documentId, number }) => documentId === id && number >= 1);
    const report = await validateRevisions(ctx, parts, name, anchors);
    // With another's time-stamps its anchor is the reader's to trust, and we cannot tell.
    const verdict = verdictBesides(report, uploadedBytes(document, record.revisions));
    const isGood = verdict === "passed" || (config.tsaUrl !== null && verdict !== "failed");
    if (!isGood) throw evidenceError("seal-does-not-hold", `document ${id}: ${report.summary}`);
    reports.set(id, report);
  }
  return reports;
}
