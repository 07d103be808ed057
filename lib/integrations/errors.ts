import { defineErrors } from "#lib/errors.ts";

export const integrationsError = defineErrors("integrations", {
  "rule-not-found": "not-found",
  "rules-too-many": "too-large",
  "rule-nobody-to-remind": "invalid",
  "rule-nothing-to-send": "invalid",
  "rule-nothing-to-export": "invalid",
  "rule-sends-everything": "invalid",
  "rule-without-envelope": "invalid",
  "rule-folder-unknown": "invalid",
  "rule-member-unknown": "invalid",
  "rule-people-missing": "invalid",
  "webhook-address": "invalid",
});
