import { defineErrors } from "#lib/errors.ts";

export const envelopesError = defineErrors("envelopes", {
  "not-found": "not-found",
  "not-a-draft": "conflict",
  "draft-changed": "conflict",
  "id-taken": "invalid",
  "not-ready": "invalid",
  "not-under-way": "conflict",
  "reason-missing": "invalid",
  "too-many-documents": "too-large",
  "document-not-found": "not-found",
  "recipient-not-found": "not-found",
  "access-code-weak": "invalid",
  "rule-unreadable": "invalid",
  "rule-not-found": "not-found",
  "minimum-not-usable": "conflict",
  "field-not-on-page": "invalid",
  "reminded-just-now": "conflict",
  "not-their-turn": "conflict",
  held: "conflict",
  destroyed: "gone",
});
