const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Server and browser must write the same letters, so nothing is left to what each of them knows of languages. */
function partsOf(at: string, timeZone: string) {
  const format = new Intl.DateTimeFormat("en-US", {
    ...{ timeZone, day: "numeric", month: "numeric", year: "numeric" },
    ...{ hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" },
    timeZoneName: "shortOffset",
  } as Intl.DateTimeFormatOptions);
  const parts = new Map(format.formatToParts(new Date(at)).map(({ type, value }) => [type, value]));
  return (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? "";
}

/**
 * An instant as people read it: `20 Nov 2026, 14:05 (UTC−6)`.
 *
 * @param at ISO 8601. @param timeZone IANA name.
 */
export function instantText(at: string, timeZone: string, withSeconds = false): string {
  const part = partsOf(at, timeZone);
  const seconds = withSeconds ? `:${part("second")}` : "";
  const offset = part("timeZoneName")
    .replace(/^GMT([+-]0)?$/, "UTC")
    .replace("GMT", "UTC")
    .replace("-", "−");
  return `${day(part)}, ${part("hour")}:${part("minute")}${seconds} (${offset})`;
}

/** The day alone: `20 Nov 2026`. */
export const dayText = (at: string, timeZone: string): string => day(partsOf(at, timeZone));

const day = (part: ReturnType<typeof partsOf>) =>
  `${part("day")} ${MONTHS[Number(part("month")) - 1]} ${part("year")}`;
