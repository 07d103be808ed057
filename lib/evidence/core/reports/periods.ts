export const CADENCES = ["monthly", "quarterly"] as const;
export type Cadence = (typeof CADENCES)[number];

/** First and last day, in UTC: `2026-10-01`. */
export interface Period {
  readonly from: string;
  readonly to: string;
}

const MONTHS = { monthly: 1, quarterly: 3 } as const;

/** The last month or quarter that had ended at a moment. */
export function lastPeriod(cadence: Cadence, now: Date): Period {
  const length = MONTHS[cadence];
  const month = now.getUTCMonth() - (now.getUTCMonth() % length);
  const day = (offset: number, date: number) =>
    new Date(Date.UTC(now.getUTCFullYear(), month + offset, date)).toISOString().slice(0, 10);
  return { from: day(-length, 1), to: day(0, 0) };
}

/** When a period is over: what it holds does not change any more. */
export const endOf = ({ to }: Period): Date => new Date(new Date(`${to}T00:00:00Z`).getTime() + 86_400_000);
