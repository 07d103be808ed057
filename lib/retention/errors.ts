import { defineErrors } from "#lib/errors.ts";

export const retentionError = defineErrors("retention", {
  "not-found": "not-found",
  "class-text-missing": "invalid",
  "class-name-taken": "conflict",
  "class-retired": "conflict",
  "class-too-short": "forbidden",
  "class-is-default": "conflict",
  "hold-text-missing": "invalid",
  "hold-matches-nothing": "invalid",
  "hold-released": "conflict",
  "reason-missing": "invalid",
  "envelope-held": "conflict",
  "envelope-destroyed": "gone",
  "purge-begun": "conflict",
  "not-queued": "conflict",
  "nothing-chosen": "invalid",
  "not-reviewed": "conflict",
  "already-reviewed": "conflict",
  "same-person": "forbidden",
  "certificate-not-ready": "conflict",
});
