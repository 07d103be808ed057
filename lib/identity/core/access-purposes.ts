/** What an organization may have its members give a reason for, before they do it. */
export const ACCESS_PURPOSES = ["download", "export", "foreign-envelope"] as const;

export type AccessPurpose = (typeof ACCESS_PURPOSES)[number];

/** So long a reason that was given counts. */
export const REASON_LASTS_MS = 3_600_000;
