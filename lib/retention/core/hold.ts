/** What a hold is placed on; whatever matches later is held too. */
export const HOLD_SCOPES = ["envelope", "person", "sender", "title"] as const;
export type HoldScope = (typeof HOLD_SCOPES)[number];

export interface HoldQuery {
  readonly scope: HoldScope;
  /** A short id, an e-mail address, or words of a title. */
  readonly query: string;
}

/** A query as it is compared: short ids in capitals, addresses and words in small letters. */
export function comparable({ scope, query }: HoldQuery): string {
  return scope === "envelope" ? query.toUpperCase() : query.toLowerCase();
}
