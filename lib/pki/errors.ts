import { defineErrors } from "#lib/errors.ts";

export const pkiError = defineErrors("pki", {
  malformed: "invalid",
  "too-large": "too-large",
  "name-unfit": "invalid",
  "profile-broken": "invalid",
  "key-mismatch": "conflict",
  "key-period-over": "conflict",
  "status-unavailable": "unavailable",
});
