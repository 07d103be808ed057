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
});

/** How long an authorization may be used. */
export const AUTHORIZATION_SECONDS = 300;
/** Hashes that one authorization may be for. */
export const MULTISIGN = 20;
/** Wrong PINs in a row before a program has to be let in anew. */
const PINS = 5;

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
