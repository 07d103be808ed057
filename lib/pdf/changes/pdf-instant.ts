/**
 * The instant a date string names (ISO 32000-2 §7.9.4); null when it is none. Without a zone it counts as UTC.
 *
 * @param text `D:20261120120000+01'00'`, any part after the year may be missing.
 */
export function instantOf(text: string): Date | null {
  const match =
    /^D:(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:Z|([+-])(\d\d)'?(\d\d)?)?/.exec(text.trim()) ?? null;
  if (!match) return null;
  const [, year, month = "01", day = "01", hour = "00", minute = "00", second = "00"] = match;
  const [, , , , , , , sign, zoneHours = "00", zoneMinutes = "00"] = match;
  const local = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`).getTime();
  const offsetMinutes = Number(zoneHours) * 60 + Number(zoneMinutes);
  const at = new Date(local - (sign === "-" ? -1 : 1) * offsetMinutes * 60_000);
  return Number.isNaN(at.getTime()) ? null : at;
}
