import { readLogState, wantLogCheck } from "#lib/audit/log-state.ts";
import { requirePermission } from "#lib/authorize.ts";
import { fromUtf8, toBase64 } from "#lib/bytes.ts";
import type { Context } from "#lib/context.ts";
import { logTrust } from "#lib/pki/log-trust.ts";

/** The installation's log as members see it. */
export interface LogView {
  /** Events, those that wait for their place included. */
  readonly size: number;
  /** Events that no checkpoint covers yet. */
  readonly beyondCount: number;
  readonly newest: {
    readonly size: number;
    readonly origin: string;
    /** Base64, as the checkpoint has it. */
    readonly root: string;
    readonly stampedAt: Date | null;
    /** Who stamped it. */
    readonly authority: string | null;
  } | null;
  readonly waitingFor: string | null;
  readonly waitingSince: Date | null;
  readonly isCheckWanted: boolean;
  readonly checked: {
    readonly at: Date;
    readonly eventCount: number;
    readonly checkpointCount: number;
    readonly holds: boolean;
    /** What concerns this organization, or the log as such. */
    readonly sentences: readonly string[];
    /** How much else does not hold. */
    readonly elsewhereCount: number;
  } | null;
}

/** How the log is doing, and what the last check of it found. Other organizations' events are only counted. */
export async function readLog(ctx: Context): Promise<LogView> {
  requirePermission(ctx, "log.read");
  const { size, pendingCount, newest, checkWantedAt, checked, ...waiting } = await readLogState(ctx.runtime);
  const trust = await logTrust(ctx.runtime, null);
  const stamp = newest ? trust.stampOf(fromUtf8(newest.note), newest.timestampToken) : null;
  const shown = (checked?.findings ?? []).filter(
    ({ organizationId, table }) =>
      organizationId === ctx.organizationId || (organizationId === null && table.startsWith("log_")),
  );
  return {
    size: size + pendingCount,
    beyondCount: size + pendingCount - (newest?.size ?? 0),
    newest: newest && {
      ...{ size: newest.size, origin: newest.origin, root: toBase64(newest.root) },
      ...{ stampedAt: stamp?.generatedAt ?? null, authority: stamp?.authority ?? null },
    },
    waitingFor: waiting.waitingFor,
    waitingSince: waiting.waitingSince,
    isCheckWanted: checkWantedAt !== null,
    checked: checked && {
      at: new Date(checked.checkedAt),
      eventCount: checked.eventCount,
      checkpointCount: checked.checkpointCount,
      holds: checked.findingCount === 0,
      sentences: shown.map(({ sentence }) => sentence),
      elsewhereCount: checked.findingCount - shown.length,
    },
  };
}

/** Asks for a check of the whole log; the worker makes it within the minute. */
export async function askForLogCheck(ctx: Context): Promise<void> {
  requirePermission(ctx, "log.read");
  await wantLogCheck(ctx.runtime);
}
