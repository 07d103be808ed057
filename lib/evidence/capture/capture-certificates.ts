import { appendEvent } from "#lib/audit/append-event.ts";
import { personal } from "#lib/audit/core/commitment.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { requireSystem } from "#lib/authorize.ts";
import { type Context, inTransaction, type WorkerContext } from "#lib/context.ts";
import { asksTwoFactors } from "#lib/envelopes/authentication/policy.ts";
import type { FieldRule } from "#lib/envelopes/core/fields/field-rules.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { loadCertificate, loadSigned } from "../certificates-store.ts";
import { type CaptureOutcome, type CaptureRule, captureOutcome } from "../core/capture/capture-rules.ts";
import { missingProof } from "../core/capture/two-factors.ts";
import { certificateFileName } from "../download-certificate.ts";
import { type CertificateRow, loadRecord } from "../store.ts";
import { loadCapture, loadEntered, loadRules, saveCapture } from "./store.ts";

/**
 * Captures the certificate of every signer of a sealed envelope, as the organization's rules say: with the name of its
 * file, the revisions it signed and the fields those cover. One that is not captured is on record with the reason.
 */
export async function captureCertificates(
  ctx: WorkerContext,
  input: { readonly envelopeId: EnvelopeId },
): Promise<void> {
  requireSystem(ctx);
  const { envelopeId } = input;
  await inTransaction(ctx, async (ctx) => {
    const { certificates, envelope, recipients } = await loadRecord(ctx, envelopeId, true);
    const entered = await loadEntered(ctx, envelopeId);
    const rules = [...(await loadRules(ctx)), ...ownRules(envelope.rules, entered)];
    const byRules = captureOutcome(rules, { title: envelope.title, fields: entered });
    const acts = (await asksTwoFactors(ctx)) ? (await readChain(ctx, envelopeId)).entries : null;
    for (const certificate of certificates) {
      if (certificate.kind !== "signer" || (await loadCapture(ctx, certificate.id))) continue;
      const own = entered.filter(({ recipientId }) => recipientId === certificate.recipientId);
      const signer = recipients.find(({ id }) => id === certificate.recipientId) ?? null;
      const act = acts?.find(({ id }) => id === signer?.finishedEventId) ?? null;
      const missing = acts ? missingProof(act, signer) : null;
      const outcome = missing ? ({ isCaptured: false, ruleName: null, reason: missing } as const) : byRules;
      await capture(ctx, certificate, outcome, own);
    }
  });
}

/** Of one signer in one envelope, whose documents are far fewer. */
const MOST_SIGNED = 10_000;

/** What the sender of this envelope made it depend on, beside what holds for all. */
function ownRules(
  rules: readonly FieldRule[],
  entered: readonly { readonly id: string; readonly label: string }[],
): CaptureRule[] {
  const labelOf = (fieldId: string) => entered.find(({ id }) => id === fieldId)?.label || fieldId;
  return rules
    .filter(({ effect }) => effect === "capture")
    .map(({ combine, tests }) => ({
      ...{ name: "This envelope", combine },
      conditions: tests.map(({ fieldId, operator, value }) => ({
        ...{ about: "field" as const, label: labelOf(fieldId), operator, value },
      })),
    }));
}

async function capture(
  ctx: Context,
  certificate: CertificateRow,
  { isCaptured, ruleName, reason }: CaptureOutcome,
  own: readonly { readonly id: string }[],
): Promise<void> {
  const { id: certificateId, sha256, recipientId: recipient } = certificate;
  const envelopeId = certificate.envelopeId!;
  const about = { certificate: certificateId, sha256, recipient };
  const record = await loadCertificate(ctx, certificateId);
  const all = { seen: null, after: null, limit: MOST_SIGNED };
  const signed = (await loadSigned(ctx, certificateId, all)).map(({ documentId, revision, sha256 }) => ({
    ...{ document: documentId, revision, sha256 },
  }));
  const { id: eventId } = isCaptured
    ? await appendEvent(ctx, {
        type: "certificate.captured",
        envelopeId,
        data: {
          ...{ ...about, rule: ruleName, file: personal(certificateFileName(record, ".cer")), signed },
          fields: own.map(({ id }) => id),
        },
      })
    : await appendEvent(ctx, {
        type: "certificate.capture-skipped",
        envelopeId,
        data: { ...about, reason: reason ?? "" },
      });
  const { organizationId } = ctx;
  const row = { organizationId, certificateId, envelopeId, isCaptured, ruleName, reason, eventId };
  await saveCapture(ctx, { ...row, at: ctx.now() });
}
