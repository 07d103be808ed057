import { defineErrors } from "#lib/errors.ts";

/** Why a PDF cannot be taken. The sentence people read is chosen by code. */
export const pdfError = defineErrors("pdf", {
  "not-a-pdf": "invalid",
  damaged: "invalid",
  "needs-password": "invalid",
  "wrong-password": "invalid",
  "encryption-unsupported": "invalid",
  "no-pages": "invalid",
  "too-many-pages": "too-large",
  "too-large": "too-large",
  "too-complex": "too-large",
  "dynamic-xfa": "invalid",
  "already-signed": "conflict",
  "no-changes-allowed": "conflict",
  "field-missing": "invalid",
  "content-hidden": "invalid",
});
