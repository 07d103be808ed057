const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Date and time to the second, in UTC: `20 Nov 2026, 14:05:09 UTC`. */
export const utcWords = (at: Date): string =>
  `${dateWords(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate())}, ${at.toISOString().slice(11, 19)} UTC`;

/**
 * The same moment on a clock elsewhere, with its distance from UTC: `20 Nov 2026, 08:05:09 (UTC−6)`.
 *
 * @param timeZone a name of the IANA database. @throws RangeError for one there is not
 */
export function localWords(at: Date, timeZone: string): string {
  const parts = partsIn(at, timeZone);
  const date = dateWords(Number(parts.year), Number(parts.month) - 1, Number(parts.day));
  return `${date}, ${parts.hour}:${parts.minute}:${parts.second} (${offsetWords(parts.timeZoneName ?? "")})`;
}

/** Both clocks, the day of the second only where it is another: `20 Nov 2026, 14:05:09 UTC (08:05:09, UTC−6)`. */
export function bothWords(at: Date, timeZone: string): string {
  return `${utcWords(at)} (${shortLocalWords(at, timeZone).replace(" (", ", ")}`;
}

/** As `localWords`, without the day when it is the same in UTC. */
export function shortLocalWords(at: Date, timeZone: string): string {
  const words = localWords(at, timeZone);
  const [day] = utcWords(at).split(",");
  return words.startsWith(`${day},`) ? words.slice(day!.length + 2) : words;
}

const dateWords = (year: number, month: number, day: number) => `${day} ${MONTHS[month]} ${year}`;

/** From `GMT-06:00`, as ICU has it, to `UTC−6`. */
function offsetWords(name: string): string {
  const match = /^GMT([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(name);
  if (!match) return "UTC";
  const [, sign, hours, minutes, seconds] = match;
  const rest = [minutes, seconds]
    .filter((part) => part !== undefined && part !== "00")
    .map((part) => `:${part}`);
  return `UTC${sign === "-" ? "−" : "+"}${Number(hours)}${rest.join("")}`;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function partsIn(at: Date, timeZone: string): Partial<Record<Intl.DateTimeFormatPartTypes, string>> {
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat("en-US", {
      ...{ timeZone, calendar: "gregory", numberingSystem: "latn", hourCycle: "h23" },
      ...{ year: "numeric", month: "numeric", day: "numeric" },
      ...{ hour: "2-digit", minute: "2-digit", second: "2-digit", timeZoneName: "longOffset" },
    });
  formats.set(timeZone, format);
  return Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
}
