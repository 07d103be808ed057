/** Why somebody says that a document should not have been sent to them. */
export const ABUSE_REASONS = ["fraud", "unwanted", "not-mine", "harmful", "other"] as const;
export type AbuseReason = (typeof ABUSE_REASONS)[number];
