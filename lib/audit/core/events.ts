import type { EventData } from "./commitment.ts";

/** Everything that can happen, as `noun.past-participle`. */
export const EVENT_TYPES = [
  "organization.created",
  "organization.changed",
  "member.added",
  "member.changed",
  "member.removed",
  "session.started",
  "session.refused",
  "session.ended",
  "sign-in-link.requested",
  "account.locked",
  "password.changed",
  "seal.created",
  "key-export.requested",
  "key-export.approved",
  "key-export.granted",
  "key-export.refused",
  "key-export.built",
  "key-export.passphrase-shown",
  "key-export.taken",
  "key-export.received",
  "key-export.mismatched",
  "key-export.destroyed",
  "key-export.reviewed",
  "outbox.opened",
  "envelope.created",
  "envelope.edited",
  "document.added",
  "document.removed",
  "draft.deleted",
  "envelope.sent",
  "document.certified",
  "recipient.invited",
  "mail.delivered",
  "mail.refused",
  "recipient.reminded",
  "link.fetched",
  "document.viewed",
  "consent.given",
  "field.filled",
  "mark.adopted",
  "recipient.signed",
  "recipient.approved",
  "recipient.declined",
  "signature.made",
  "envelope.all-signed",
  "envelope.sealed",
  "audit-trail.created",
  "archive-timestamp.renewed",
  "envelope.completed",
  "envelope.voided",
  "envelope.expired",
  "envelope.delayed",
  "envelope.resumed",
  "evidence.downloaded",
  "package.requested",
  "package.built",
] as const;

export type EventType = (typeof EVENT_TYPES)[number];

/** What a body says of who acted. */
export interface EventActor {
  readonly kind: "member" | "recipient" | "system";
  readonly id?: string;
  readonly [key: string]: EventData | undefined;
}

/** The version of the body's layout; a new one only adds members. */
export const BODY_VERSION = 1;
