import { requirePermission } from "#lib/authorize.ts";
import { type Context, inTransaction } from "#lib/context.ts";
import { loadClasses } from "./class-store.ts";
import { dueDay, FLOOR_YEARS } from "./core/schedule.ts";
import { countHits } from "./hits-store.ts";

export interface Hits {
  /** Envelopes that have ended and are still there. */
  readonly count: number;
  /** Of those, how many whose time has not begun: the contract has not ended, or the sender is still there. */
  readonly standing: number;
  /** The first day on which the class keeps one of them no more; null while no time has begun. ISO 8601. */
  readonly firstDueOn: string | null;
}

export interface ScheduleHits {
  readonly ofClass: ReadonlyMap<string, Hits>;
  readonly ofRule: ReadonlyMap<string, Hits>;
}

/** A question that takes longer is given up, rather than that others wait for it. */
const PATIENCE_MS = 5_000;
const NOTHING: Hits = { count: 0, standing: 0, firstDueOn: null };

/** What each class and each rule decides about now, and when the first of it is due; null where that takes too long. */
export async function getHits(ctx: Context, patienceMs = PATIENCE_MS): Promise<ScheduleHits | null> {
  requirePermission(ctx, "retention.read");
  const years = new Map(
    (await inTransaction(ctx, (ctx) => loadClasses(ctx))).map((one) => [one.id, one.years]),
  );
  const rows = await inTransaction(ctx, (ctx) => countHits(ctx, patienceMs)).catch((error: unknown) => {
    if (isGivenUp(error)) return null;
    throw error;
  });
  if (!rows) return null;
  const [ofClass, ofRule] = [new Map<string, Hits>(), new Map<string, Hits>()];
  for (const { classId, ruleId, count, standing, firstBegunOn } of rows) {
    const kept = (classId ? years.get(classId) : undefined) ?? FLOOR_YEARS;
    const firstDueOn = firstBegunOn && dueDay(new Date(`${firstBegunOn}T00:00:00Z`), kept);
    const hits = { count, standing, firstDueOn };
    if (classId) ofClass.set(classId, added(ofClass.get(classId) ?? NOTHING, hits));
    if (ruleId) ofRule.set(ruleId, added(ofRule.get(ruleId) ?? NOTHING, hits));
  }
  return { ofClass, ofRule };
}

const added = (one: Hits, other: Hits): Hits => ({
  ...{ count: one.count + other.count, standing: one.standing + other.standing },
  firstDueOn: [one.firstDueOn, other.firstDueOn].filter((day) => day !== null).sort()[0] ?? null,
});

/** PostgreSQL's query_canceled, at the statement's end of time. */
const isGivenUp = (error: unknown): boolean =>
  error instanceof Error &&
  ((error as { code?: unknown }).code === "57014" || isGivenUp((error as { cause?: unknown }).cause));
