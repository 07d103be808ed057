import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { bytes, instant } from "#db/columns.ts";
import type { EnvelopeId, MemberId, OrganizationId } from "#lib/ids.ts";
import { envelopes } from "./envelopes.ts";

const organizationId = () => uuid("organization_id").$type<OrganizationId>().notNull();

/** The bucket an organization has its completed envelopes copied to; one at a time. */
export const archivePlaces = pgTable(
  "archive_places",
  {
    organizationId: organizationId(),
    id: uuid("id").primaryKey(),
    /** Null for AWS itself. */
    endpoint: text("endpoint"),
    region: text("region").notNull(),
    bucket: text("bucket").notNull(),
    keyPrefix: text("key_prefix").notNull(),
    accessKeyId: text("access_key_id").notNull(),
    sealedSecret: bytes("sealed_secret").notNull(),
    /** How copies are locked; null where they are not. */
    lockMode: text("lock_mode").$type<"governance" | "compliance">(),
    createdBy: uuid("created_by").$type<MemberId>().notNull(),
    createdAt: instant("created_at").notNull(),
    triedAt: instant("tried_at"),
    /** Code of what the last trial was refused with; null when it went well. */
    refusal: text("refusal"),
    removedAt: instant("removed_at"),
  },
  (table) => [
    check("archive_places_lock_mode", sql`${table.lockMode} in ('governance', 'compliance')`),
    uniqueIndex("archive_places_one").on(table.organizationId).where(sql`removed_at is null`),
  ],
);

/** How far the archiving of a completed envelope is. */
export const archives = pgTable(
  "archives",
  {
    organizationId: organizationId(),
    envelopeId: uuid("envelope_id").$type<EnvelopeId>().primaryKey(),
    placeId: uuid("place_id").notNull(),
    triedAt: instant("tried_at").notNull(),
    tries: integer("tries").notNull(),
    /** Code of what the last try was refused with; null when it went well. */
    refusal: text("refusal"),
    archivedAt: instant("archived_at"),
    /** As the bucket itself says; null where copies are not locked. */
    lockedUntil: instant("locked_until"),
    /** Whether S3's own legal hold is set. */
    isHeld: boolean("is_held").notNull().default(false),
    checkedAt: instant("checked_at"),
    /** Code of what the last check found; null when copies were what was stored. */
    finding: text("finding"),
    /** When copies of a destroyed envelope were removed. */
    removedAt: instant("removed_at"),
  },
  (table) => [
    foreignKey({ columns: [table.envelopeId], foreignColumns: [envelopes.id] }),
    foreignKey({ columns: [table.placeId], foreignColumns: [archivePlaces.id] }),
    index("archives_list").on(table.organizationId, table.archivedAt.desc()),
  ],
);

/** One encrypted copy of one file. */
export const archivedFiles = pgTable(
  "archived_files",
  {
    organizationId: organizationId(),
    envelopeId: uuid("envelope_id").$type<EnvelopeId>().notNull(),
    /** `document-<id>`, `audit-trail`, `package`. */
    name: text("name").notNull(),
    objectKey: text("object_key").notNull(),
    versionId: text("version_id"),
    sha256: text("sha256").notNull(),
    sizeBytes: bigint("size_bytes", { mode: "number" }).notNull(),
    storedAt: instant("stored_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.envelopeId, table.name] }),
    foreignKey({ columns: [table.envelopeId], foreignColumns: [envelopes.id] }),
    check("archived_files_sha256", sql`${table.sha256} ~ '^[0-9a-f]{64}$'`),
  ],
);

/** Copies of the organization's own records: reports, and its audit chain month by month. */
export const archivedRecords = pgTable(
  "archived_records",
  {
    organizationId: organizationId(),
    kind: text("kind").$type<"report" | "chain">().notNull(),
    /** A report's id; of the chain the month: `2026-11`. */
    subject: text("subject").notNull(),
    placeId: uuid("place_id").notNull(),
    objectKey: text("object_key").notNull(),
    versionId: text("version_id"),
    sha256: text("sha256").notNull(),
    sizeBytes: bigint("size_bytes", { mode: "number" }).notNull(),
    lockedUntil: instant("locked_until"),
    storedAt: instant("stored_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.kind, table.subject] }),
    foreignKey({ columns: [table.placeId], foreignColumns: [archivePlaces.id] }),
    check("archived_records_kind", sql`${table.kind} in ('report', 'chain')`),
  ],
);
