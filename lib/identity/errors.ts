import { defineErrors } from "#lib/errors.ts";

export const identityError = defineErrors("identity", {
  "already-set-up": "conflict",
  "current-password-wrong": "forbidden",
  "password-not-set": "forbidden",
  "pattern-names-nothing": "invalid",
  "organization-not-found": "not-found",
  "sign-in-refused": "forbidden",
  "account-locked": "forbidden",
  "token-refused": "forbidden",
  "session-ended": "forbidden",
  "too-many-tries": "too-large",
  "password-too-short": "invalid",
  "password-too-long": "invalid",
  "password-too-common": "invalid",
  "email-wrong": "invalid",
  "name-missing": "invalid",
  "already-a-member": "conflict",
  "member-not-found": "not-found",
  "last-owner": "conflict",
});
