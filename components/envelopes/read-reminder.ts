/** What the list of reminders sends for none. */
export const NEVER = "never";

/** The choice of the list, in hours; null for none. */
export const readReminder = (value: FormDataEntryValue | null): number | null =>
  value === NEVER ? null : Number(value);
