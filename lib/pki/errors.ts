import { defineErrors } from "#lib/errors.ts";

export const pkiError = defineErrors("pki", {
  malformed: "invalid",
  "too-large": "too-large",
  "name-unfit": "invalid",
  "profile-broken": "invalid",
  "key-mismatch": "conflict",
  "key-period-over": "conflict",
  "status-unavailable": "unavailable",
  "not-pkcs12": "invalid",
  "not-a-key": "invalid",
  "not-a-certificate": "invalid",
  "not-a-request": "invalid",
  "nested-too-deep": "invalid",
  "holds-a-key": "invalid",
  "wrong-password": "forbidden",
  "password-needed": "invalid",
  "encryption-unsupported": "invalid",
  "too-many-iterations": "invalid",
  "no-private-key": "invalid",
  "several-keys": "conflict",
});
