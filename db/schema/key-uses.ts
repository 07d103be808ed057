import { sql } from "drizzle-orm";
import { check, index, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "#db/columns.ts";
import type { CertificateId, EnvelopeId, OrganizationId } from "#lib/ids.ts";

/** What a seal key signed beside the documents of envelopes, each put down before what was signed leaves the worker. */
export const keyUses = pgTable(
  "key_uses",
  {
    organizationId: uuid("organization_id").$type<OrganizationId>().notNull(),
    id: uuid("id").primaryKey(),
    certificateId: uuid("certificate_id").$type<CertificateId>().notNull(),
    kind: text("kind").$type<KeyUseKind>().notNull(),
    /** The record's own id, or a program's. */
    subjectId: uuid("subject_id").notNull(),
    envelopeId: uuid("envelope_id").$type<EnvelopeId>(),
    /** Of the sealed file or the list that was signed; for a program the hash itself, in its own length. */
    digestHex: text("digest_hex").notNull(),
    level: text("level").$type<"B-B" | "B-T" | "B-LT" | "B-LTA">().notNull(),
    signedAt: instant("signed_at").notNull(),
  },
  (table) => [
    check(
      "key_uses_kind",
      sql`kind in ('audit-trail', 'package', 'dispute-file', 'report', 'key-record', 'destruction', 'program')`,
    ),
    index("key_uses_list").on(table.organizationId, table.certificateId, table.signedAt.desc(), table.id),
  ],
);

export type KeyUseKind =
  | "audit-trail"
  | "package"
  | "dispute-file"
  | "report"
  | "key-record"
  | "destruction"
  | "program";
