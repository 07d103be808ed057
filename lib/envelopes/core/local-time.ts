const LOCAL = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})$/;

/**
 * The instant of a wall clock's time in a zone.
 *
 * @param local `2026-11-21T09:00`. @param timeZone IANA name.
 * @returns null where no clock there shows it: no such day, or an hour that is skipped in spring. Of an hour that
 *   comes twice in autumn, the first.
 */
export function instantAt(local: string, timeZone: string): Date | null {
  const parts = LOCAL.exec(local)?.slice(1).map(Number);
  if (!parts) return null;
  const [year, month, day, hour, minute] = parts as [number, number, number, number, number];
  const asUtc = Date.UTC(year, month - 1, day, hour, minute);
  // Offsets are whole minutes, and at most a day apart within two days of an instant.
  const offsets = [-DAY_MS, 0, DAY_MS].map((away) => offsetAt(new Date(asUtc + away), timeZone));
  const instants = offsets.map((offset) => asUtc - offset).toSorted((a, b) => a - b);
  const found = instants.find((at) => localAt(new Date(at), timeZone) === local);
  return found === undefined ? null : new Date(found);
}

const DAY_MS = 86_400_000;

const offsetAt = (at: Date, timeZone: string): number =>
  Date.parse(`${localAt(at, timeZone)}Z`) - Math.floor(at.getTime() / 60_000) * 60_000;

/** What a clock there shows: `2026-11-21T09:00`. */
export function localAt(at: Date, timeZone: string): string {
  const parts = new Intl.DateTimeFormat("en-US", {
    ...{ timeZone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit" },
    ...{ hour: "2-digit", minute: "2-digit" },
  }).formatToParts(at);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? "";
  return `${part("year").padStart(4, "0")}-${part("month")}-${part("day")}T${part("hour")}:${part("minute")}`;
}
