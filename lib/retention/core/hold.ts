/** What a hold is placed on; whatever matches later is held too. */
export const HOLD_SCOPES = [
  "envelope",
  "person",
  "sender",
  "title",
  "tag",
  "template",
  "words",
  "days",
] as const;
export type HoldScope = (typeof HOLD_SCOPES)[number];

/** One thing that must be so of an envelope. */
export interface HoldCriterion {
  readonly scope: HoldScope;
  readonly query: string;
}

/** So many things besides the first can be asked for together. */
export const MOST_CRITERIA = 5;

export interface HoldQuery {
  readonly scope: HoldScope;
  /**
   * A short id, an e-mail address, words of a title, a tag, the id of a template, or words that are found anywhere in
   * an envelope; empty where the days alone decide.
   */
  readonly query: string;
  /** What must be so besides: all of it together. */
  readonly also?: readonly HoldCriterion[];
  /** First and last day, in UTC, of those in which what is held was under way: ISO 8601; null for no such bound. */
  readonly fromOn: string | null;
  readonly toOn: string | null;
}

/** A query as it is compared: short ids in capitals, addresses and words in small letters. */
export function comparable({ scope, query }: HoldCriterion): string {
  return scope === "envelope" ? query.toUpperCase() : query.toLowerCase();
}

/** What is missing from a query, or null when it can be asked. */
export function faultInQuery({ scope, query, also = [], fromOn, toOn }: HoldQuery): "text" | "days" | null {
  if (also.some((one) => one.query === "")) return "text";
  if (scope === "days" ? fromOn === null && toOn === null : query === "") return "text";
  return fromOn !== null && toOn !== null && fromOn > toOn ? "days" : null;
}
