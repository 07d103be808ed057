import { isRefusal } from "#lib/errors.ts";
import { keysError } from "#lib/ports/keys.ts";

/** Token or module are in a state that only a fresh start of the module ends. */
export class TokenLost extends Error {
  /** It was about to sign: nothing came of it. */
  readonly wasSigning: boolean;

  constructor(message: string, wasSigning = false) {
    super(message);
    this.wasSigning = wasSigning;
  }
}

/** A session that is gone takes its log-in and its handles with it; another one can be opened. */
const SESSION_LOST = new Set([
  "CKR_SESSION_HANDLE_INVALID",
  "CKR_SESSION_CLOSED",
  "CKR_USER_NOT_LOGGED_IN",
  "CKR_KEY_HANDLE_INVALID",
  "CKR_OBJECT_HANDLE_INVALID",
  "CKR_OPERATION_ACTIVE",
  "CKR_OPERATION_NOT_INITIALIZED",
]);
const TOKEN_LOST = new Set([
  "CKR_CRYPTOKI_NOT_INITIALIZED",
  "CKR_DEVICE_ERROR",
  "CKR_DEVICE_REMOVED",
  "CKR_FUNCTION_FAILED",
  "CKR_GENERAL_ERROR",
  "CKR_SLOT_ID_INVALID",
  "CKR_TOKEN_NOT_PRESENT",
  "CKR_TOKEN_NOT_RECOGNIZED",
]);
const NOT_PERMITTED = new Set([
  "CKR_ACTION_PROHIBITED",
  "CKR_KEY_FUNCTION_NOT_PERMITTED",
  "CKR_TOKEN_WRITE_PROTECTED",
  "CKR_PIN_EXPIRED",
  "CKR_USER_PIN_NOT_INITIALIZED",
]);
const UNSUPPORTED = new Set([
  "CKR_CURVE_NOT_SUPPORTED",
  "CKR_DOMAIN_PARAMS_INVALID",
  "CKR_FUNCTION_NOT_SUPPORTED",
  "CKR_KEY_SIZE_RANGE",
  "CKR_KEY_TYPE_INCONSISTENT",
  "CKR_MECHANISM_INVALID",
  "CKR_MECHANISM_PARAM_INVALID",
]);

/** The name of the CKR_ code a call failed with. */
export const codeOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export const isSessionLost = (error: unknown): boolean => SESSION_LOST.has(codeOf(error));

/** Whatever was under way came to nothing, and may be asked for again. */
export const sessionLost = (message: string) => keysError("session-lost", message);

/** What a failed call comes to. A code nobody knows may pass. */
export function failureOf(error: unknown, doing: string): Error {
  if (isRefusal(error) || error instanceof TokenLost) return error as Error;
  const code = codeOf(error);
  if (SESSION_LOST.has(code))
    return sessionLost(`the session with the token was lost while ${doing} (${code})`);
  if (TOKEN_LOST.has(code)) return new TokenLost(`the token was lost while ${doing} (${code})`);
  if (NOT_PERMITTED.has(code))
    return keysError("not-permitted", `the token does not allow ${doing} (${code})`);
  if (UNSUPPORTED.has(code))
    return keysError("unsupported-algorithm", `the token cannot do this: ${doing} (${code})`);
  return keysError("unavailable", `the token failed at ${doing} (${code})`);
}
