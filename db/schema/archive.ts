import { sql } from "drizzle-orm";
import { check, foreignKey, index, integer, pgTable, text, unique, uuid } from "drizzle-orm/pg-core";
import { bytes, instant } from "#db/columns.ts";
import type { DocumentId, EnvelopeId, OrganizationId } from "#lib/ids.ts";
import { documents, envelopes } from "./envelopes.ts";

/**
 * Time-stamps over a whole file, the first of its sealing and each that renewed it. An audit trail's renewals are
 * kept here; those of a document are revisions of it.
 */
export const archiveTimestamps = pgTable(
  "archive_timestamps",
  {
    organizationId: uuid("organization_id").$type<OrganizationId>().notNull(),
    id: uuid("id").primaryKey(),
    envelopeId: uuid("envelope_id").$type<EnvelopeId>().notNull(),
    /** Null for the audit trail. */
    documentId: uuid("document_id").$type<DocumentId>(),
    /** 0 is that of the sealing. */
    number: integer("number").notNull(),
    madeAt: instant("made_at").notNull(),
    /** How long it can be checked without another one over it. */
    until: instant("until").notNull(),
    /** What a renewal appended to the audit trail. */
    tailKey: text("tail_key"),
    /** Of the whole audit trail after it. */
    sha256: text("sha256"),
    sizeBytes: integer("size_bytes"),
  },
  (table) => [
    foreignKey({ columns: [table.envelopeId], foreignColumns: [envelopes.id] }),
    foreignKey({ columns: [table.documentId], foreignColumns: [documents.id] }),
    unique("archive_timestamps_number")
      .on(table.envelopeId, table.documentId, table.number)
      .nullsNotDistinct(),
    index("archive_timestamps_due").on(table.organizationId, table.until),
  ],
);

export type StampedKind = "package" | "report" | "destruction" | "key-record" | "dispute" | "checkpoint";

/**
 * Time-stamps over records that are kept as they were sealed: 0 is a record's own, and each after it covers the record,
 * the one before and what is needed to check that. Nothing of the record itself is written anew.
 */
export const recordStamps = pgTable(
  "record_stamps",
  {
    organizationId: uuid("organization_id").$type<OrganizationId>().notNull(),
    id: uuid("id").primaryKey(),
    kind: text("kind").$type<StampedKind>().notNull(),
    /** The record's id; of a checkpoint its size. */
    subject: text("subject").notNull(),
    number: integer("number").notNull(),
    madeAt: instant("made_at").notNull(),
    /** How long it can be checked without another one over it. */
    until: instant("until").notNull(),
    /** What the token is over, as it was hashed; null of a record's own. */
    statement: text("statement"),
    /** TimeStampToken, DER; null where the record has none of its own. */
    token: bytes("token"),
    /** What is needed to check the token before: certificates, OCSP responses and CRLs, DER in base64, as JSON. */
    status: text("status"),
  },
  (table) => [
    unique("record_stamps_number").on(table.organizationId, table.kind, table.subject, table.number),
    index("record_stamps_due").on(table.organizationId, table.until),
    check("record_stamps_line", sql`(${table.number} = 0) = (${table.statement} is null)`),
  ],
);
