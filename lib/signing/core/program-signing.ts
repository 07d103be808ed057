import { defineErrors } from "#lib/errors.ts";

/** Refusals of the signing API for programs; `app/csc` puts them in the protocol's words. */
export const cscError = defineErrors("csc", {
  off: "not-found",
  malformed: "invalid",
  "client-refused": "forbidden",
  "grant-refused": "invalid",
  "scope-refused": "invalid",
  "token-refused": "forbidden",
  "not-in-scope": "forbidden",
  "credential-unknown": "not-found",
  "credential-off": "conflict",
  "number-too-high": "invalid",
  "number-wrong": "invalid",
  "secret-refused": "forbidden",
  "credential-locked": "forbidden",
  "authorization-unknown": "conflict",
  "authorization-expired": "conflict",
  "hash-not-authorized": "conflict",
  "too-many": "too-large",
  "not-signed": "unavailable",
  "timestamps-off": "not-found",
  "not-stamped": "unavailable",
  "code-refused": "invalid",
  "redirect-refused": "invalid",
  "approval-needed": "forbidden",
  "approval-refused": "forbidden",
  "handle-unknown": "not-found",
  "object-unknown": "not-found",
  "request-unknown": "not-found",
  "not-yet-signed": "unavailable",
  "polled-too-soon": "too-large",
});

/** How long an authorization may be used. */
export const AUTHORIZATION_SECONDS = 300;
/** How long after the first authorization it may be extended to: then its hashes are authorized anew, PIN and all. */
const TRANSACTION_SECONDS = 1800;
/** Hashes that one authorization may be for. */
export const MULTISIGN = 20;
/** Wrong PINs in a row before a program has to be let in anew. */
const PINS = 5;

/** How long a member may take to let hashes be signed. */
export const APPROVAL_SECONDS = 600;
/** How long a challenge can be answered, and how many may be open at once. */
export const CHALLENGE_SECONDS = 120;
const OPEN_CHALLENGES = 20;
/** Who asks whether something is done waits that long before asking again. */
export const POLL_MS = 1_000;
/** How long signatures can be fetched, in milliseconds: when not told, and at most. */
export const RESPONSE_MS = { usual: 3_600_000, most: 86_400_000 } as const;

interface OpenChallenge {
  readonly text: string;
  readonly endsAt: string;
}

/** Those that can still be answered, with the newest. */
export const withChallenge = (
  open: readonly OpenChallenge[],
  fresh: OpenChallenge,
  now: Date,
): readonly OpenChallenge[] =>
  [...open.filter(({ endsAt }) => new Date(endsAt) > now), fresh].slice(-OPEN_CHALLENGES);

/** @throws csc/polled-too-soon */
export function requirePatience(polledAt: Date | null, now: Date): void {
  if (polledAt && now.getTime() - polledAt.getTime() < POLL_MS)
    throw cscError("polled-too-soon", `asked ${now.getTime() - polledAt.getTime()} ms ago`);
}

export interface HashesAsked {
  /** Base64 each. */
  readonly hashes: readonly string[];
  readonly numSignatures: number;
}

/**
 * Whether hashes may be authorized.
 *
 * @param program `askedInMinute`: signatures it has had authorized in the last 60 seconds.
 * @throws csc/number-too-high, number-wrong, too-many
 */
export function decideAuthorization(
  { hashes, numSignatures }: HashesAsked,
  program: { readonly perMinute: number; readonly askedInMinute: number },
): void {
  if (numSignatures > MULTISIGN) throw cscError("number-too-high", `${numSignatures} at once`);
  const isOnce = new Set(hashes).size === hashes.length;
  if (numSignatures !== hashes.length || !isOnce)
    throw cscError("number-wrong", `${numSignatures} signatures for ${hashes.length} hashes`);
  if (program.askedInMinute + hashes.length > program.perMinute)
    throw cscError("too-many", `${program.askedInMinute} in a minute, ${program.perMinute} allowed`);
}

/** What is kept after a PIN: a right one makes the wrong ones before it forgotten. */
export function countedPin(wrongPins: number, isRight: boolean): { wrongPins: number; isLocked: boolean } {
  const now = isRight ? 0 : wrongPins + 1;
  return { wrongPins: now, isLocked: now >= PINS };
}

export interface Authorization {
  readonly keyId: string;
  readonly algorithm: string;
  readonly hashes: readonly string[];
  readonly state: string;
  readonly expiresAt: Date;
}

/**
 * Whether an authorization allows just this to be signed now.
 *
 * @throws csc/authorization-unknown when it is another key's or was used, authorization-expired, hash-not-authorized
 */
export function decideRedemption(
  { keyId, algorithm, hashes, state, expiresAt }: Authorization,
  asked: { readonly keyId: string; readonly algorithm: string; readonly hashes: readonly string[] },
  now: Date,
): void {
  if (asked.keyId !== keyId || state !== "open")
    throw cscError("authorization-unknown", `it is ${state}, or of another credential`);
  if (expiresAt <= now) throw cscError("authorization-expired", `ended at ${expiresAt.toISOString()}`);
  const isBound = asked.hashes.every((hash) => hashes.includes(hash));
  const isOnce = new Set(asked.hashes).size === asked.hashes.length;
  if (!isBound || !isOnce || asked.algorithm !== algorithm)
    throw cscError("hash-not-authorized", "another hash, or the same twice");
}

export interface ExtensibleAuthorization extends Authorization {
  /** Those that were asked for by this authorization; null before. */
  readonly redeemedHashes: readonly string[] | null;
  /** When the first of the transaction was given. */
  readonly startedAt: Date;
}

/**
 * What a new authorization is for, in place of one that has not ended. Hashes that were asked for are spent, whether
 * signed or not.
 *
 * @throws csc/authorization-unknown when it is another key's, was extended before, or is being used;
 *   authorization-expired; hash-not-authorized
 */
export function decideExtension(
  { keyId, algorithm, hashes, redeemedHashes, state, startedAt, expiresAt }: ExtensibleAuthorization,
  asked: { readonly keyId: string; readonly algorithm: string; readonly hashes: readonly string[] },
  now: Date,
): { readonly left: readonly string[]; readonly expiresAt: Date } {
  if (asked.keyId !== keyId || (state !== "open" && state !== "signed"))
    throw cscError("authorization-unknown", `it is ${state}, or of another credential`);
  const end = new Date(startedAt.getTime() + TRANSACTION_SECONDS * 1000);
  if (expiresAt <= now || end <= now)
    throw cscError("authorization-expired", `ended at ${expiresAt.toISOString()}, or the transaction did`);
  const left = hashes.filter((hash) => !redeemedHashes?.includes(hash));
  const isOnce = new Set(asked.hashes).size === asked.hashes.length;
  const isBound = asked.hashes.every((hash) => left.includes(hash));
  if (!isBound || !isOnce || asked.algorithm !== algorithm)
    throw cscError("hash-not-authorized", "another hash, one that is spent, or the same twice");
  const until = Math.min(now.getTime() + AUTHORIZATION_SECONDS * 1000, end.getTime());
  return { left, expiresAt: new Date(until) };
}
