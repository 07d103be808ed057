import type { ErrorKind } from "#lib/errors.ts";

/** What a refusal is over HTTP, unless it has a status of its own. */
export const STATUSES: Readonly<Record<ErrorKind, number>> = {
  invalid: 422,
  forbidden: 403,
  "not-found": 404,
  gone: 410,
  conflict: 409,
  "too-large": 413,
  unavailable: 503,
};
