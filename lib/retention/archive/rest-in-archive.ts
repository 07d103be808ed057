import { appendEvent } from "#lib/audit/append-event.ts";
import { requireSystem } from "#lib/authorize.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { isDue } from "../core/schedule.ts";
import { changePurge, lockPurge } from "../queue-store.ts";
import { ruleOf } from "../rule.ts";
import { lockEnvelope } from "../store.ts";
import { archiveEnvelope } from "./archive-envelope.ts";
import { findArchive, loadFiles } from "./archive-store.ts";
import { checkCopies } from "./keep-archive.ts";

/**
 * On the day of an envelope whose class ends in the archive: copies what is missing there, reads every copy back whole,
 * and lets it rest. What is not there, or not whole, stays in the queue and is looked at again.
 *
 * @returns whether it rests
 * @throws archive/… where the place does not answer
 */
export async function restInArchive(
  ctx: WorkerContext,
  input: { readonly envelopeId: EnvelopeId },
): Promise<boolean> {
  requireSystem(ctx);
  const { envelopeId } = input;
  if (!(await inTransaction(ctx, (ctx) => isMeant(ctx, envelopeId)))) return false;
  await archiveEnvelope(ctx, { envelopeId });
  const archive = await inTransaction(ctx, (ctx) => findArchive(ctx, envelopeId));
  if (!archive?.archivedAt || archive.removedAt || archive.refusal) return false;
  if (!(await checkCopies(ctx, envelopeId))) return false;
  return inTransaction(ctx, async (ctx) => {
    if (!(await isMeant(ctx, envelopeId))) return false;
    const archivedAt = ctx.now();
    await changePurge(ctx, envelopeId, { state: "archived", archivedAt });
    const files = await loadFiles(ctx, envelopeId);
    const data = {
      ...{ place: archive.placeId, lockedUntil: archive.lockedUntil?.toISOString() ?? null },
      files: Object.fromEntries(files.map(({ name, sha256 }) => [name, sha256])),
    };
    await appendEvent(ctx, { type: "purge.archived", envelopeId, data });
    return true;
  });
}

async function isMeant(ctx: Parameters<typeof ruleOf>[0], envelopeId: EnvelopeId): Promise<boolean> {
  const envelope = await lockEnvelope(ctx, envelopeId);
  const purge = await lockPurge(ctx, envelopeId);
  if (purge?.state !== "due" || purge.action !== "archive" || envelope.purgedAt) return false;
  const rule = await ruleOf(ctx, envelope);
  return rule?.class.action === "archive" && isDue(rule.dueOn, ctx.now());
}
