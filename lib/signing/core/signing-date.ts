import { signingError } from "../errors.ts";

/** A date as people in any country read it the same way: `20 Nov 2026`, in the signer's time zone. */
export function signingDate(at: Date, timeZone: string): string {
  const format = formatIn(timeZone, { day: "numeric", month: "short", year: "numeric" });
  const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  return `${parts.day} ${parts.month} ${parts.year}`;
}

/** Date and time in UTC, to the minute: `20 Nov 2026, 14:05 UTC`. */
export function signingTime(at: Date): string {
  return `${signingDate(at, "UTC")}, ${at.toISOString().slice(11, 16)} UTC`;
}

/** @throws signing/time-zone-unknown */
export function requireTimeZone(timeZone: string): string {
  formatIn(timeZone, {});
  return timeZone;
}

function formatIn(timeZone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat("en-GB", { ...options, timeZone });
  } catch (error) {
    throw signingError("time-zone-unknown", timeZone.slice(0, 60), { cause: error });
  }
}
