/**
 * News of their own envelopes that a member may go without. What somebody has to act on (an address that does not work, a
 * copy on paper, consent that is withdrawn, an approval, a key) is mailed whatever they chose.
 */
export const OWN_MAILS = [
  "completed",
  "declined",
  "expired",
  "delegated",
  "linkAsked",
  "offlineKept",
  "contactChanged",
  "reminderHeld",
] as const;
export type OwnMail = (typeof OWN_MAILS)[number];
