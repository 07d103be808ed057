import { appendEvent } from "#lib/audit/append-event.ts";
import { proveEvent } from "#lib/audit/prove-event.ts";
import { readChain } from "#lib/audit/read-chain.ts";
import { requireSystem } from "#lib/authorize.ts";
import { fromUtf8, toHex } from "#lib/bytes.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import type { DisputeId, EnvelopeId, PackageId } from "#lib/ids.ts";
import { parseTimestampToken } from "#lib/pki/core/timestamps/timestamp-token.ts";
import { sealFile } from "#lib/signing/seal-file.ts";
import { collectPackageFacts } from "../collect-package-facts.ts";
import { EVENTS_FILE } from "../core/audit-trail-pdf.ts";
import { type DisputeFacts, disputePaper } from "../core/dispute/dispute-paper.ts";
import { disputeWords } from "../core/dispute/dispute-words.ts";
import type { KeepingFacts } from "../core/keeping-facts.ts";
import { loadRecord } from "../store.ts";
import { changeDispute, loadDispute } from "./disputes-store.ts";

/** The empty field that takes the organization's signature. */
const FIELD = "Seal";

/**
 * Writes the file that tells how a name came into an envelope, seals it with the organization's key and keeps it.
 *
 * @throws keys/unavailable, timestamps/unavailable, files/unavailable: the job comes again
 */
export async function buildDisputeFile(
  ctx: WorkerContext,
  input: { readonly disputeId: DisputeId; readonly keeping: KeepingFacts },
): Promise<void> {
  requireSystem(ctx);
  const { runtime, organizationId } = ctx;
  const { disputeId, keeping } = input;
  const { row, record } = await inTransaction(ctx, async (ctx) => {
    const row = await loadDispute(ctx, disputeId);
    return { row, record: await loadRecord(ctx, row.envelopeId) };
  });
  if (row.state === "ready") return;
  const order = {
    ...row,
    id: disputeId as string as PackageId,
    variant: "full",
    batesPrefix: "",
    wordingId: null,
  } as const;
  const facts = await collectPackageFacts(ctx, record, order, keeping);
  const words = disputeWords();
  const written = await runtime.sandbox.run("paper", {
    paper: disputePaper({ ...facts, recipientId: row.recipientId, proof: await proofOf(ctx, row) }),
    options: {
      ...{ paper: record.organization.settings.paper, seed: runtime.random(32), createdAt: row.createdAt },
      ...{ author: facts.trail.organizationName, producer: facts.trail.generator },
      signatureField: { name: FIELD, label: words("sealField") },
      attachment: {
        ...{ name: EVENTS_FILE, mediaType: "application/jsonl", relationship: "Source" },
        ...{ description: words("attachment"), modifiedAt: row.createdAt },
        bytes: fromUtf8(facts.eventsJsonl),
      },
    },
  });
  const plan = { fieldName: FIELD, reason: words("sealReason"), level: record.envelope.level };
  const use = { kind: "dispute-file", subjectId: disputeId, envelopeId: row.envelopeId } as const;
  const { bytes } = await sealFile(ctx, written, { ...plan, use });
  const attempt = toHex(runtime.random(4));
  const fileKey = `org/${organizationId}/envelopes/${row.envelopeId}/dispute-${disputeId}-${attempt}.pdf.enc`;
  const { sha256, sizeBytes } = await runtime.files.put(fileKey, [bytes], bytes.length);
  await inTransaction(ctx, async (ctx) => {
    const { state, envelopeId, recipientId } = await loadDispute(ctx, disputeId, true);
    if (state === "ready") return;
    await changeDispute(ctx, disputeId, { state: "ready", fileKey, sha256, sizeBytes, readyAt: ctx.now() });
    const data = { dispute: disputeId, recipient: recipientId, sha256, sizeBytes };
    await appendEvent(ctx, { type: "dispute.built", envelopeId, data });
  });
}

/** Where the person's own last act stands in the installation's log, when a checkpoint covers it. */
async function proofOf(
  ctx: WorkerContext,
  { envelopeId, recipientId }: { readonly envelopeId: EnvelopeId; readonly recipientId: string },
): Promise<DisputeFacts["proof"]> {
  const { entries } = await readChain(ctx, envelopeId);
  const act = entries.find(({ type, actor }) => type === "recipient.signed" && actor.id === recipientId);
  const proof = act ? await proveEvent(ctx.runtime, act.id) : null;
  if (!proof) return null;
  const { leafIndex, checkpoint } = proof;
  const { generatedAt } = parseTimestampToken(checkpoint.timestampToken);
  return { leafIndex, size: checkpoint.size, stampedAt: generatedAt };
}
