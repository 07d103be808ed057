/**
 * What the world may know of an envelope's course. Not who held or looked at it, nor what became of its mails: of a hold
 * that was placed in silence nothing is said here either.
 */
const TOLD: ReadonlySet<string> = new Set([
  ...["envelope.sent", "document.certified", "recipient.invited", "document.viewed", "consent.given"],
  ...["consent.withdrawn", "recipient.signed", "recipient.approved", "recipient.declined", "signature.made"],
  ...["envelope.all-signed", "envelope.sealed", "audit-trail.created", "envelope.completed"],
  ...["envelope.voided", "envelope.expired", "archive-timestamp.renewed"],
]);

/** An event as anybody may read it: nothing of it is about a person but their number. */
export interface ToldEvent {
  /** ISO 8601. */
  readonly at: string;
  readonly type: string;
  /** Of those in the envelope, from 1, in its order; null for everybody else. */
  readonly person: number | null;
  /** Of the event in its chain, lower-case hex: what the evidence package has too. */
  readonly sha256: string;
}

/** More than these are not told: the first ones. */
export const MOST_TOLD = 500;

/** @param people ids of those in the envelope, in its order */
export function toldTrail(
  entries: readonly {
    readonly type: string;
    readonly at: Date;
    readonly hash: string;
    readonly data: { readonly [key: string]: unknown };
  }[],
  people: readonly string[],
): ToldEvent[] {
  return entries
    .filter(({ type }) => TOLD.has(type))
    .slice(0, MOST_TOLD)
    .map(({ type, at, hash, data }) => {
      const place = people.indexOf(String(data.recipient ?? ""));
      return { at: at.toISOString(), type, person: place < 0 ? null : place + 1, sha256: hash };
    });
}
