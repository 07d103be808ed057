const DAY = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  year: "numeric",
  timeZone: "UTC",
});

/** A day of the calendar, the same wherever it is read. */
export const dayText = (at: Date): string => DAY.format(at);
