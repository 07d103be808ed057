import { fromUtf8 } from "#lib/bytes.ts";

/** One day in a calendar, with what is due on it, or one moment, with what happens then. */
export interface CalendarDay {
  /** The same in every edition, so that a calendar moves the entry and adds none. */
  readonly uid: string;
  readonly at: Date;
  /** It is the moment that counts, not its day. */
  readonly isMoment?: boolean;
  readonly summary: string;
  readonly description: string;
  readonly url: string;
}

/**
 * A calendar of whole days and of moments, these in UTC.
 *
 * @param made when the edition was written. @returns CRLF lines of at most 75 octets, UTF-8.
 * @see RFC 5545 §3.1 (folding), §3.3.11 (text), §3.6.1 (VEVENT); RFC 7986 §5.1 (NAME)
 */
export function writeCalendar(name: string, days: readonly CalendarDay[], made: Date): string {
  const lines = [
    ...["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Whereof//Keys//EN", "CALSCALE:GREGORIAN"],
    ...["METHOD:PUBLISH", `NAME:${text(name)}`, `X-WR-CALNAME:${text(name)}`],
    "REFRESH-INTERVAL;VALUE=DURATION:PT12H",
    ...days.flatMap((day) => [
      ...["BEGIN:VEVENT", `UID:${text(day.uid)}`, `DTSTAMP:${stamp(made)}`],
      day.isMoment ? `DTSTART:${stamp(day.at)}` : `DTSTART;VALUE=DATE:${date(day.at)}`,
      ...[`SUMMARY:${text(day.summary)}`, `DESCRIPTION:${text(day.description)}`],
      ...[`URL:${day.url}`, "TRANSP:TRANSPARENT"],
      ...["BEGIN:VALARM", "ACTION:DISPLAY", `DESCRIPTION:${text(day.summary)}`],
      ...[`TRIGGER:-P${day.isMoment ? 1 : 7}D`, "END:VALARM", "END:VEVENT"],
    ]),
    "END:VCALENDAR",
  ];
  return lines.map((line) => `${folded(line)}\r\n`).join("");
}

const text = (value: string): string => value.replace(/[\\;,]/g, "\\$&").replace(/\r\n|[\r\n]/g, "\\n");
const date = (at: Date): string => at.toISOString().slice(0, 10).replaceAll("-", "");
const stamp = (at: Date): string => `${at.toISOString().slice(0, 19).replace(/[-:]/g, "")}Z`;

/** No line is longer than 75 octets; what is left of it goes on after a space, and no character is cut. */
function folded(line: string): string {
  let [out, octets] = ["", 0];
  for (const character of line) {
    const size = fromUtf8(character).length;
    if (octets + size > 75) {
      out += "\r\n ";
      octets = 1;
    }
    out += character;
    octets += size;
  }
  return out;
}
