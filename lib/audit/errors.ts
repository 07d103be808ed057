import { defineErrors } from "#lib/errors.ts";

export const auditError = defineErrors("audit", {
  "not-found": "not-found",
  "note-malformed": "invalid",
  "checkpoint-malformed": "invalid",
});
