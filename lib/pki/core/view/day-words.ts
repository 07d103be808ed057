const WORDS = new Intl.DateTimeFormat("en-GB", {
  timeZone: "UTC",
  day: "numeric",
  month: "long",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
});

/** `3 May 2027 at 14:05 UTC` */
export const dayWords = (at: Date): string => `${WORDS.format(at).replace(", ", " at ")} UTC`;
