import { requireSystem } from "#lib/authorize.ts";
import { inTransaction, type WorkerContext } from "#lib/context.ts";
import { AppError } from "#lib/errors.ts";
import { restInArchive } from "./archive/rest-in-archive.ts";
import { certifyDestruction } from "./certify-destruction.ts";
import { purgeDay } from "./core/purge.ts";
import { dayOf, isDue } from "./core/schedule.ts";
import { loadUncertified } from "./destruction-store.ts";
import { purgeEnvelope } from "./purge-envelope.ts";
import { loadForArchive, loadQueue } from "./queue-store.ts";

const AT_ONCE = 200;

/**
 * Goes on with destructions that wait for their day or were cut off, and certifies those that are done; lets what its
 * class ends in the archive rest there; for the clock. What cannot be done now is logged and tried again.
 */
export async function resumePurges(ctx: WorkerContext): Promise<void> {
  requireSystem(ctx);
  const waiting = await inTransaction(ctx, (ctx) => loadQueue(ctx, ["approved", "purging"], AT_ONCE));
  for (const { purge, envelope } of waiting) {
    const day = purgeDay(purge);
    const isTime = purge.state === "purging" || (day !== null && isDue(day, ctx.now()));
    if (envelope.heldSince || !isTime) continue;
    await orLater(ctx, { envelopeId: envelope.id }, () => purgeEnvelope(ctx, { envelopeId: envelope.id }));
  }
  const ripe = await inTransaction(ctx, (ctx) => loadForArchive(ctx, dayOf(ctx.now()), AT_ONCE));
  for (const envelopeId of ripe)
    await orLater(ctx, { envelopeId }, async () => void (await restInArchive(ctx, { envelopeId })));
  for (const destructionId of await inTransaction(ctx, (ctx) => loadUncertified(ctx, AT_ONCE)))
    await orLater(ctx, { destructionId }, () => certifyDestruction(ctx, { destructionId }));
}

async function orLater(
  ctx: WorkerContext,
  about: Readonly<Record<string, string>>,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    const code = error instanceof AppError ? error.code : "internal";
    ctx.runtime.log.warn({ err: error, code, ...about }, "what is due was not done; tried again later");
  }
}
