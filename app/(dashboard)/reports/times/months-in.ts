import { TIME_SPANS } from "#lib/evidence/reports/completion-times.ts";

/** The period an address asks for; half a year where it asks for none there is. */
export const monthsIn = (text: string): (typeof TIME_SPANS)[number] =>
  TIME_SPANS.find((months) => String(months) === text) ?? 6;
