import { appendEvent } from "#lib/audit/append-event.ts";
import { requirePermission, requireSystem } from "#lib/authorize.ts";
import { type Context, inTransaction, type WorkerContext } from "#lib/context.ts";
import { AppError } from "#lib/errors.ts";
import { type QualityFinding, revalidateEnvelope } from "#lib/evidence/revalidate-envelope.ts";
import type { EnvelopeId } from "#lib/ids.ts";
import {
  countQualityChecks,
  countUnchecked,
  loadQualityChecks,
  loadUnchecked,
  saveQualityCheck,
} from "./quality-store.ts";

const DAY_MS = 86_400_000;
const AFTER_DAYS = 90;
/** So many in one go: others wait for the worker too. */
export const CHECKED_AT_ONCE = 20;
/** What cannot be read today keeps none of the others from being looked at. */
const TRIED_AT_ONCE = 200;
/** Time for a night to come: what is not looked at by then is late. */
const LATE_AFTER_DAYS = 92;

/**
 * Looks again at envelopes that completed ninety days ago or more, every one of them, the oldest first. What was found
 * stands in each one's chain.
 *
 * @returns how many were looked at; fewer than `CHECKED_AT_ONCE` when there are no more for today
 */
export async function checkQuality(ctx: WorkerContext): Promise<number> {
  requireSystem(ctx);
  const completedBy = daysAgo(ctx, AFTER_DAYS);
  const due = await inTransaction(ctx, (ctx) => loadUnchecked(ctx, completedBy, TRIED_AT_ONCE));
  let checked = 0;
  for (const { id: envelopeId } of due) {
    if (checked === CHECKED_AT_ONCE) break;
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

const daysAgo = (ctx: Context, days: number) => new Date(ctx.now().getTime() - days * DAY_MS);

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
  /** Those that were due and have not been looked at; the oldest are listed. */
  readonly late: {
    readonly count: number;
    readonly envelopes: readonly {
      readonly envelopeId: EnvelopeId;
      readonly shortId: string;
      readonly title: string;
      readonly dueAt: Date;
    }[];
  };
}

const SHOWN = 100;

/** What the looks at completed envelopes found, failures first, and which are late. */
export async function listQualityChecks(ctx: Context): Promise<QualityView> {
  requirePermission(ctx, "retention.read");
  return inTransaction(ctx, async (ctx) => {
    const rows = await loadQualityChecks(ctx, SHOWN);
    const checks = rows.map(({ check: { envelopeId, findings, checkedAt }, shortId, title }) => ({
      ...{ envelopeId, shortId, title, checkedAt },
      findings: findings as readonly QualityFinding[],
    }));
    const completedBy = daysAgo(ctx, LATE_AFTER_DAYS);
    const waiting = await loadUnchecked(ctx, completedBy, SHOWN);
    const late = {
      count: await countUnchecked(ctx, completedBy),
      envelopes: waiting.map(({ id: envelopeId, shortId, title, endedAt }) => ({
        ...{ envelopeId, shortId, title },
        dueAt: new Date(endedAt.getTime() + AFTER_DAYS * DAY_MS),
      })),
    };
    return { ...(await countQualityChecks(ctx)), checks, late };
  });
}
