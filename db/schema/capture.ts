import { sql } from "drizzle-orm";
import { boolean, check, index, jsonb, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { bytes, instant } from "#db/columns.ts";
import type { CertificateId, EnvelopeId, EventId, MemberId, OrganizationId, RecipientId } from "#lib/ids.ts";

const organizationId = () => uuid("organization_id").$type<OrganizationId>().notNull();

/** One thing that has to be so for a certificate to be captured. */
export interface CaptureCondition {
  readonly about: "title" | "field";
  /** Of the field; empty for the title. */
  readonly label: string;
  readonly operator: "is" | "is-not" | "contains" | "at-least" | "at-most" | "filled" | "empty";
  readonly value: string;
}

/** When signers' certificates are captured at completion; without any rule all are. */
export const captureRules = pgTable(
  "capture_rules",
  {
    organizationId: organizationId(),
    id: uuid("id").primaryKey(),
    name: text("name").notNull(),
    combine: text("combine").$type<"all" | "any">().notNull(),
    conditions: jsonb("conditions").$type<readonly CaptureCondition[]>().notNull(),
    createdAt: instant("created_at").notNull(),
    removedAt: instant("removed_at"),
  },
  (table) => [
    check("capture_rules_combine", sql`${table.combine} in ('all', 'any')`),
    index("capture_rules_list").on(table.organizationId, table.createdAt),
  ],
);

/** Whether a signer's certificate was captured, by which rule and under which name, or why not. */
export const certificateCaptures = pgTable(
  "certificate_captures",
  {
    organizationId: organizationId(),
    certificateId: uuid("certificate_id").$type<CertificateId>().primaryKey(),
    envelopeId: uuid("envelope_id").$type<EnvelopeId>().notNull(),
    isCaptured: boolean("is_captured").notNull(),
    /** Null when there is none, or none held. */
    ruleName: text("rule_name"),
    reason: text("reason"),
    /** The event that records it. */
    eventId: uuid("event_id").$type<EventId>().notNull(),
    at: instant("at").notNull(),
  },
  (table) => [index("certificate_captures_envelope").on(table.envelopeId)],
);

/** A certificate that a signer brought along; whose it is, nobody has proven. */
export const presentedCertificates = pgTable(
  "presented_certificates",
  {
    organizationId: organizationId(),
    id: uuid("id").primaryKey(),
    envelopeId: uuid("envelope_id").$type<EnvelopeId>().notNull(),
    recipientId: uuid("recipient_id").$type<RecipientId>().notNull(),
    subject: text("subject").notNull(),
    issuer: text("issuer").notNull(),
    serial: text("serial").notNull(),
    sha256: text("sha256").notNull(),
    der: bytes("der").notNull(),
    chainPem: text("chain_pem"),
    /** As of the index's other certificates: all that one may be looking for, lower case. */
    searchText: text("search_text").notNull(),
    notBefore: instant("not_before").notNull(),
    notAfter: instant("not_after").notNull(),
    eventId: uuid("event_id").$type<EventId>().notNull(),
    at: instant("at").notNull(),
    /** Who attached it after the signature was made; null where its signer brought it along. */
    attachedBy: uuid("attached_by").$type<MemberId>(),
  },
  (table) => [
    index("presented_certificates_envelope").on(table.envelopeId),
    index("presented_certificates_newest").on(table.organizationId, table.at, table.id),
    index("presented_certificates_ends").on(table.organizationId, table.notAfter),
    index("presented_certificates_sha256").on(table.organizationId, table.sha256),
    index("presented_certificates_search").using("gin", sql`${table.searchText} gin_trgm_ops`),
  ],
);

/**
 * What another's authority last said of a certificate it issued, by whoever asked: its answer is signed, and kept with
 * its hash. Nothing of ours is in it.
 */
export const certificateStatuses = pgTable(
  "certificate_statuses",
  {
    organizationId: organizationId(),
    /** Of the certificate, hexadecimal. */
    sha256: text("sha256").notNull(),
    source: text("source").$type<"ocsp" | "crl">().notNull(),
    url: text("url").notNull(),
    /** Null while it is not revoked. */
    revokedAt: instant("revoked_at"),
    reason: text("reason"),
    thisUpdate: instant("this_update").notNull(),
    nextUpdate: instant("next_update"),
    askedAt: instant("asked_at").notNull(),
    /** Until then the answer counts: afterwards nobody is said to have answered. */
    holdsUntil: instant("holds_until").notNull(),
    answerSha256: text("answer_sha256").notNull(),
    /** DER; null for a list that is too long to keep here. */
    answer: bytes("answer"),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.sha256] }),
    check("certificate_statuses_source", sql`${table.source} in ('ocsp', 'crl')`),
    index("certificate_statuses_revoked")
      .on(table.organizationId, table.sha256)
      .where(sql`revoked_at is not null`),
  ],
);
