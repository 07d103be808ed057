import { signingError } from "../errors.ts";

/** A date as people in any country read it the same way: `20 Nov 2026`, in the signer's time zone. */
export function signingDate(at: Date, timeZone: string): string {
  const format = formatIn(timeZone);
  const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  return `${parts.day} ${parts.month} ${parts.year}`;
}

/** Date and time in UTC, to the minute: `20 Nov 2026, 14:05 UTC`. */
export function signingTime(at: Date): string {
  return `${signingDate(at, "UTC")}, ${at.toISOString().slice(11, 16)} UTC`;
}

/** @throws signing/time-zone-unknown */
export function requireTimeZone(timeZone: string): string {
  formatIn(timeZone);
  return timeZone;
}

const DAY = { day: "numeric", month: "short", year: "numeric" } as const;
/** One for each zone of the world: to make one costs far more than to use it. */
const formats = new Map<string, Intl.DateTimeFormat>();
const MOST_KEPT = 1_000;

function formatIn(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  try {
    const made = new Intl.DateTimeFormat("en-GB", { ...DAY, timeZone });
    if (formats.size >= MOST_KEPT) formats.clear();
    formats.set(timeZone, made);
    return made;
  } catch (error) {
    throw signingError("time-zone-unknown", timeZone.slice(0, 60), { cause: error });
  }
}
