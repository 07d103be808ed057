/** CRLReason by code. @see RFC 5280 §5.3.1 */
const REASONS = {
  unspecified: 0,
  keyCompromise: 1,
  caCompromise: 2,
  affiliationChanged: 3,
  superseded: 4,
  cessationOfOperation: 5,
  certificateHold: 6,
  removeFromCrl: 8,
  privilegeWithdrawn: 9,
  aaCompromise: 10,
} as const;

export type RevocationReason = keyof typeof REASONS;

export const reasonCode = (reason: RevocationReason): number => REASONS[reason];

/** A code that nobody assigned is read as unspecified. */
export const reasonOf = (code: number): RevocationReason =>
  (Object.keys(REASONS) as RevocationReason[]).find((reason) => REASONS[reason] === code) ?? "unspecified";
