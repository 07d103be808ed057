import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission, requireSystem } from "#lib/authorize.ts";
import { type Context, inTransaction, type WorkerContext } from "#lib/context.ts";
import { AppError } from "#lib/errors.ts";
import { type QualityFinding, revalidateEnvelope } from "#lib/evidence/revalidate-envelope.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import { countQualityChecks, loadQualityChecks, sampleUnchecked, saveQualityCheck } from "./quality-store.ts";

const DAY_MS = 86_400_000;
const AFTER_DAYS = 90;
/** Long enough for a worker that was off for weeks; what is older was passed over by chance. */
const UNTIL_DAYS = 150;
const SAMPLE = 20;

/**
 * Once a day: looks again at envelopes that completed ninety days ago, as many as a night allows and by chance where
 * there are more. What was found stands in each one's chain.
 *
 * @returns how many were looked at
 */
export async function checkQuality(ctx: WorkerContext): Promise<number> {
  requireSystem(ctx);
  const now = ctx.now().getTime();
  const [from, to] = [new Date(now - UNTIL_DAYS * DAY_MS), new Date(now - AFTER_DAYS * DAY_MS)];
  const sample = await inTransaction(ctx, (ctx) => sampleUnchecked(ctx, { from, to, size: SAMPLE }));
  let checked = 0;
  for (const envelopeId of sample) {
    try {
      await checkOne(ctx, envelopeId);
      checked++;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      ctx.runtime.log.warn({ err: error, envelopeId }, "quality not checked; tried again tomorrow");
    }
  }
  return checked;
}

async function checkOne(ctx: WorkerContext, envelopeId: EnvelopeId): Promise<void> {
  const findings = await revalidateEnvelope(ctx, { envelopeId });
  await inTransaction(ctx, async (ctx) => {
    if (!(await saveQualityCheck(ctx, { envelopeId, findings, checkedAt: ctx.now() }))) return;
    const data = { holds: findings.length === 0, findings };
    await appendEvent(ctx, { type: "quality.checked", envelopeId, data });
  });
  if (findings.length > 0)
    ctx.runtime.log.error({ envelopeId, findings }, "a completed envelope does not hold");
}

export interface QualityView {
  readonly all: number;
  readonly failed: number;
  readonly checks: readonly {
    readonly envelopeId: EnvelopeId;
    readonly shortId: string;
    readonly title: string;
    readonly findings: readonly QualityFinding[];
    readonly checkedAt: Date;
  }[];
}

const SHOWN = 100;

/** What the looks at completed envelopes found, failures first. */
export async function listQualityChecks(ctx: Context): Promise<QualityView> {
  requirePermission(ctx, "retention.read");
  return inTransaction(ctx, async (ctx) => {
    const rows = await loadQualityChecks(ctx, SHOWN);
    const checks = rows.map(({ check: { envelopeId, findings, checkedAt }, shortId, title }) => ({
      ...{ envelopeId, shortId, title, checkedAt },
      findings: findings as readonly QualityFinding[],
    }));
    return { ...(await countQualityChecks(ctx)), checks };
  });
}
