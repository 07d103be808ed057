import { appendEvent } from "#lib/audit/append-event.ts";
import { requireSystem } from "#lib/authorize.ts";
import { fromUtf8, toHex } from "#lib/bytes.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import { publicId } from "#lib/ids.ts";
import { sealFile } from "#lib/signing/seal-file.ts";
import { reached } from "#lib/signing/steps.ts";
import { DESTRUCTION_FIELD, type DestructionFacts, destructionPaper } from "./core/destruction-paper.ts";
import { destructionWords } from "./core/destruction-words.ts";
import { changeDestruction, isUnderWay, loadDestruction, loadTombstonesOf } from "./destruction-store.ts";
import { loadOrganization } from "./store.ts";

const GENERATOR = "Whereof 0.1.0";

/**
 * Writes and seals the certificate of destruction, once all that one approval let through is destroyed or stopped.
 * Cut off anywhere, it is made again.
 */
export async function certifyDestruction(
  ctx: WorkerContext,
  input: { readonly destructionId: string },
): Promise<void> {
  requireSystem(ctx);
  const { destructionId } = input;
  const found = await inTransaction(ctx, async (ctx) => {
    const { certifiedAt } = await loadDestruction(ctx, destructionId);
    if (certifiedAt || (await isUnderWay(ctx, destructionId))) return null;
    const tombstones = await loadTombstonesOf(ctx, destructionId);
    return tombstones.length === 0 ? null : { tombstones, organization: await loadOrganization(ctx) };
  });
  if (!found) return;
  const { tombstones, organization } = found;
  const { files, sandbox, random } = ctx.runtime;
  const facts: DestructionFacts = {
    number: publicId("destruction", destructionId),
    organizationName: organization.name,
    destroyed: tombstones.map(({ content, purgedAt }) => ({ tombstone: content, at: purgedAt })),
    createdAt: ctx.now(),
    generator: GENERATOR,
  };
  const words = destructionWords();
  const options = {
    ...{ paper: organization.settings.paper, seed: random(32), createdAt: facts.createdAt },
    ...{ author: organization.name, producer: GENERATOR },
    signatureField: { name: DESTRUCTION_FIELD, label: words("sealField") },
    attachment: {
      ...{ name: "tombstones.jsonl", mediaType: "application/jsonl", relationship: "Source" as const },
      description: words("attachment"),
      bytes: fromUtf8(tombstones.map(({ body }) => `${body}\n`).join("")),
      modifiedAt: facts.createdAt,
    },
  };
  const paper = { paper: destructionPaper(facts), options };
  const written = await sandbox.run("paper", paper, { timeoutMs: 120_000 });
  reached("destruction: written");
  const plan = { fieldName: DESTRUCTION_FIELD, reason: words("reason"), level: "B-LTA" } as const;
  const use = { kind: "destruction", subjectId: destructionId, envelopeId: null } as const;
  const { bytes: sealed } = await sealFile(ctx, written, { ...plan, use });
  const fileKey = `org/${ctx.organizationId}/destructions/${destructionId}-${toHex(random(4))}.pdf.enc`;
  const { sha256, sizeBytes } = await files.put(fileKey, [sealed], sealed.length);
  reached("destruction: stored");
  await inTransaction(ctx, async (ctx) => {
    const { certifiedAt } = await loadDestruction(ctx, destructionId, true);
    if (certifiedAt) return;
    await changeDestruction(ctx, destructionId, { fileKey, sha256, sizeBytes, certifiedAt: ctx.now() });
    const data = { destruction: destructionId, envelopes: tombstones.length, sha256, sizeBytes };
    await appendEvent(ctx, { type: "destruction.certified", envelopeId: null, data });
  });
  reached("destruction: certified");
}
