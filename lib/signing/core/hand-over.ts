import { plainLetters } from "#lib/envelopes/core/short-id.ts";
import type { FieldId } from "#lib/ids.ts";

/** How long a telephone may be used for it, and how long what it drew may be fetched. */
export const HAND_OVER_MS = 5 * 60_000;

/** Four characters to compare on two screens. @param random 4 random bytes. */
export const matchCode = (random: Uint8Array): string => plainLetters(random, 4);

export type HandOverState = "waiting" | "open" | "done" | "ended";

/** What a telephone does for the page: draw the signature, give the file of a field, or go on with all of it. */
export const HAND_OVER_PURPOSES = ["signature", "file", "page"] as const;
export type HandOverPurpose = (typeof HAND_OVER_PURPOSES)[number];

/** What the trail says a telephone is for. */
export const describePurpose = (purpose: HandOverPurpose, fieldId: FieldId | null) =>
  fieldId ? { purpose, field: fieldId } : { purpose };

export interface HandOverFacts {
  readonly expiresAt: Date;
  readonly claimedAt: Date | null;
  readonly doneAt: Date | null;
  readonly endedAt: Date | null;
}

/** How far a hand-over is. What was done in time stays done. */
export function handOverState(
  { expiresAt, claimedAt, doneAt, endedAt }: HandOverFacts,
  now: Date,
): HandOverState {
  if (endedAt) return "ended";
  if (doneAt) return "done";
  if (expiresAt <= now) return "ended";
  return claimedAt ? "open" : "waiting";
}
