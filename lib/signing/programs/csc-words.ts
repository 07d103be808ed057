import { ZodError } from "zod";
import { isRefusal } from "#lib/errors.ts";

type Said = readonly [status: number, error: string, description: string];

/** Refusals in the words of CSC API 2.0 §10.1, §11 and RFC 6749 §5.2. */
const SAID: Readonly<Record<string, Said>> = {
  "csc/off": [404, "not_found", "Programs are not answered here"],
  "csc/client-refused": [401, "invalid_client", "Client authentication failed"],
  "csc/grant-refused": [
    400,
    "unsupported_grant_type",
    "Only client_credentials and authorization_code are given",
  ],
  "csc/scope-refused": [400, "invalid_scope", "Only the scope service is given"],
  "csc/token-refused": [401, "invalid_token", "The access token is unknown or has ended"],
  "csc/not-in-scope": [403, "access_denied", "The program may look at credentials, not sign with them"],
  "csc/credential-unknown": [400, "invalid_request", "Invalid parameter credentialID"],
  "csc/credential-off": [400, "invalid_request", "The credential identified by credentialID is disabled"],
  "csc/number-too-high": [400, "invalid_request", "Numbers of signatures is too high"],
  "csc/number-wrong": [400, "invalid_request", "Invalid value for parameter numSignatures"],
  "csc/secret-refused": [400, "invalid_authentication_data", "The authentication data is invalid"],
  "csc/credential-locked": [400, "invalid_request", "Credential locked"],
  "csc/authorization-unknown": [400, "invalid_request", "Invalid parameter SAD"],
  "csc/authorization-expired": [400, "invalid_request", "SAD expired"],
  "csc/hash-not-authorized": [400, "invalid_request", "Hash is not authorized by the SAD"],
  "csc/too-many": [429, "too_many_requests", "More signatures in a minute than the program may have"],
  "csc/not-signed": [503, "server_error", "Not signed. Authorize the hashes anew and try again"],
  "csc/code-refused": [400, "invalid_grant", "The code is unknown, used, late, or another program's"],
  "csc/redirect-refused": [400, "invalid_request", "Invalid parameter redirect_uri"],
  "csc/approval-needed": [400, "invalid_request", "The credential is authorized at oauth2/authorize"],
  "csc/approval-refused": [403, "access_denied", "A member did not allow the hashes to be signed"],
  "csc/handle-unknown": [400, "invalid_request", "Invalid parameter handle"],
  "csc/object-unknown": [400, "invalid_request", "Invalid parameter authObjectID"],
  "csc/request-unknown": [400, "invalid_request", "Invalid parameter requestID"],
  // CSC API 2.0 §11.12: an answer that is not there yet is among the errors, with this status.
  "csc/not-yet-signed": [
    202,
    "accepted_request",
    "The previous async request has been accepted but not yet completed",
  ],
  "csc/polled-too-soon": [429, "too_many_requests", "Asked again too soon. Wait a second"],
  "csc/timestamps-off": [404, "not_found", "Time-stamps are not given here"],
  "csc/not-stamped": [503, "server_error", "No time-stamp was made. Try again"],
  "identity/too-many-tries": [429, "too_many_requests", "Too many requests. Wait a minute"],
  "input/too-large": [413, "invalid_request", "The request is too long"],
  "input/invalid": [400, "invalid_request", "The request cannot be read"],
};

/** An authorization that is still underway (CSC API 2.0 §11.6, §11.7): HTTP 202. */
export class Pending {
  readonly body: object;

  constructor(body: object) {
    this.body = body;
  }
}

export interface CscRefusal {
  readonly status: number;
  readonly error: string;
  readonly description: string;
}

/** What a program is told of an error; null for one that nobody foresaw. */
export function cscRefusalOf(error: unknown): CscRefusal | null {
  // Our own words, which name parameters and no values.
  if (isRefusal(error, "csc/malformed")) return refusal([400, "invalid_request", error.message]);
  if (error instanceof ZodError) return refusal([400, "invalid_request", "A parameter is malformed"]);
  const known = isRefusal(error) ? SAID[error.code] : undefined;
  return known ? refusal(known) : null;
}

export const UNFORESEEN = refusal([500, "server_error", "Something went wrong here"]);

function refusal([status, error, description]: Said): CscRefusal {
  return { status, error, description };
}
