import { defineErrors } from "#lib/errors.ts";

export const auditError = defineErrors("audit", {
  "not-found": "not-found",
  "log-broken": "conflict",
  "note-malformed": "invalid",
  "checkpoint-malformed": "invalid",
});
