import { EVENT_TYPES } from "#lib/audit/core/events.ts";
import messages from "../../../../messages/en/audit-trail.json" with { type: "json" };

/** What events are about, for who looks for some of them. */
export const EVENT_GROUPS = [
  "signing",
  "sending",
  "evidence",
  "access",
  "people",
  "keys",
  "records",
  "other",
] as const;

export type EventGroup = (typeof EVENT_GROUPS)[number];

/** By the first word of the type; the few that go elsewhere by their whole name. */
const GROUP_OF: Readonly<Record<string, EventGroup>> = {
  recipient: "signing",
  consent: "signing",
  field: "signing",
  "field.revealed": "access",
  file: "signing",
  mark: "signing",
  link: "signing",
  language: "signing",
  code: "signing",
  check: "signing",
  authenticator: "signing",
  authentication: "signing",
  passkey: "signing",
  sso: "signing",
  identity: "signing",
  "authentication-policy": "people",
  "authentication-rule": "people",
  "identity-provider": "people",
  "access-code": "sending",
  signature: "signing",
  "signer-authorization": "signing",
  "signer-credentials": "signing",
  "signer-credential": "signing",
  "signer-hashes": "signing",
  "signature-provider": "people",
  "signature-policy": "people",
  "document.viewed": "signing",
  "page-pictures.differed": "signing",
  "recipient.invited": "sending",
  "recipient.reminded": "sending",
  "recipient.reminder-held": "sending",
  "recipient.lapsed": "sending",
  "recipient.extended": "sending",
  "recipient.corrected": "sending",
  "recipient.copied": "sending",
  abuse: "signing",
  "hand-over": "signing",
  "offline-kit": "signing",
  "offline-act": "signing",
  "offline-file": "signing",
  kiosk: "signing",
  attestation: "signing",
  journal: "evidence",
  "consent-ledger": "access",
  "required-step": "people",
  counsel: "sending",
  envelope: "sending",
  document: "sending",
  draft: "sending",
  template: "sending",
  "template-policy": "people",
  "public-link": "sending",
  "hosted-link": "sending",
  form: "sending",
  "form-catalogue": "sending",
  "form-package": "sending",
  "bulk-job": "sending",
  rule: "sending",
  contacts: "people",
  folder: "people",
  mail: "sending",
  outbox: "sending",
  evidence: "evidence",
  package: "evidence",
  dispute: "evidence",
  "audit-trail": "evidence",
  audit: "access",
  "envelope.opened": "access",
  session: "access",
  "sign-in-link": "access",
  account: "access",
  password: "access",
  member: "people",
  team: "people",
  "send-duty": "people",
  organization: "people",
  "access-review": "people",
  seal: "keys",
  "seal-key": "keys",
  "seal-renewal": "keys",
  "seal-certificate": "keys",
  "seal-test": "keys",
  certificate: "keys",
  "key-file": "keys",
  "key-export": "keys",
  authority: "keys",
  "root-key": "keys",
  "key-review": "keys",
  "key-runbook": "keys",
  "key-policy": "keys",
  "key-owner": "keys",
  secret: "keys",
  "expiry-digest": "keys",
  "certificate-check": "keys",
  "seal-life": "keys",
  "capture-rule": "keys",
  "key-calendar": "keys",
  "trust-list": "evidence",
  "consent-notice": "records",
  "paper-copy": "signing",
  contact: "signing",
  "key-project": "keys",
  "key-ceremony": "keys",
  "key-script": "keys",
  "key-record": "keys",
  "sftp-place": "keys",
  "remote-credentials": "keys",
  "existing-keys": "keys",
  "key-uses": "keys",
  "seal-credential": "keys",
  "key-backup": "keys",
  "key-provider": "keys",
  "standby-key": "keys",
  "api-key": "access",
  staging: "keys",
  agreement: "records",
  "contract-end": "records",
  "custody-wording": "records",
  contract: "records",
  record: "records",
  program: "keys",
  "program-signing": "keys",
  "program-signature": "keys",
  "program-timestamp": "keys",
  "archive-timestamp": "records",
  "record-stamp": "records",
  backup: "records",
  restore: "records",
  retention: "records",
  quality: "records",
  archive: "records",
  database: "records",
  clock: "records",
  "sample-review": "records",
  records: "records",
  "archive-place": "records",
  "envelope.archived": "records",
  "retention-class": "records",
  "retention-rule": "records",
  "legal-hold": "records",
  "hold-custodian": "records",
  "hold-notice": "records",
  people: "records",
  destruction: "records",
  purge: "records",
  report: "records",
};

export const groupOf = (type: string): EventGroup =>
  GROUP_OF[type] ?? GROUP_OF[type.slice(0, type.indexOf("."))] ?? "other";

export const typesIn = (group: EventGroup): string[] => EVENT_TYPES.filter((type) => groupOf(type) === group);

/** The types whose plain words, or whose name, hold this text. Nothing anybody entered is looked at. */
export function typesTelling(text: string): string[] {
  const wanted = text.toLowerCase();
  return EVENT_TYPES.filter((type) => type.includes(wanted) || fixedWords(type).includes(wanted));
}

type Messages = { readonly [key: string]: Messages | string };

/** What a type's sentence always says: without its values and the syntax around them. */
function fixedWords(type: string): string {
  let found: Messages | string | undefined = messages.events as Messages;
  for (const key of type.split(".")) found = typeof found === "object" ? found[key] : undefined;
  if (typeof found !== "string") return "";
  return found
    .replace(/\{\w+, (?:select|plural),/g, " ")
    .replace(/[=\w-]+ \{/g, " ")
    .replace(/\{\w+\}/g, " ")
    .replace(/[{}#]/g, " ")
    .replace(/\s+/g, " ")
    .toLowerCase();
}
