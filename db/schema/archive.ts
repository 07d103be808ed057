import { foreignKey, index, integer, pgTable, text, unique, uuid } from "drizzle-orm/pg-core";
import { instant } from "#db/columns.ts";
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
