import { defineErrors } from "#lib/errors.ts";

export const evidenceError = defineErrors("evidence", {
  "not-found": "not-found",
  "not-complete": "conflict",
  "chain-broken": "conflict",
  "seal-does-not-hold": "unavailable",
  "trust-unreadable": "invalid",
  "list-unreadable": "invalid",
  "list-signature-broken": "invalid",
  "list-older": "conflict",
  "list-not-found": "not-found",
  "too-many-lists": "conflict",
  "file-unreadable": "not-found",
  "empty-file": "invalid",
  "package-unreadable": "invalid",
  "package-not-ready": "conflict",
  "too-many-packages": "conflict",
  "event-not-found": "not-found",
  "reason-required": "conflict",
  "reason-missing": "invalid",
  "too-many-people": "invalid",
  "too-many-events": "too-large",
});
