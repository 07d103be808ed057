import { sql } from "drizzle-orm";
import {
  bigint,
  check,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uuid,
} from "drizzle-orm/pg-core";
import { bytes, instant } from "#db/columns.ts";
import type { EnvelopeId, EventId, OrganizationId } from "#lib/ids.ts";
import { auditEvents } from "./audit.ts";

const organizationId = () => uuid("organization_id").$type<OrganizationId>().notNull();

/** Rows of evidence that stand under no event yet. A trigger on each of their tables writes it. */
export const recordsPending = pgTable(
  "records_pending",
  {
    position: bigint("position", { mode: "number" }).generatedAlwaysAsIdentity().primaryKey(),
    organizationId: organizationId(),
    tableName: text("table_name").notNull(),
    /** The values of the primary key, with slashes between them. */
    rowKey: text("row_key").notNull(),
    envelopeId: uuid("envelope_id").$type<EnvelopeId>(),
    queuedAt: instant("queued_at").notNull(),
  },
  (table) => [index("records_pending_organization").on(table.organizationId, table.position)],
);

/** The hash of each row of evidence, under an event of the organization's chain. Never changed. */
export const recordSeals = pgTable(
  "record_seals",
  {
    organizationId: organizationId(),
    tableName: text("table_name").notNull(),
    rowKey: text("row_key").notNull(),
    /** Null for what concerns no envelope; what was erased with its envelope is missed by nobody. */
    envelopeId: uuid("envelope_id").$type<EnvelopeId>(),
    rowSha256: bytes("row_sha256").notNull(),
    eventId: uuid("event_id").$type<EventId>().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.tableName, table.rowKey] }),
    foreignKey({ columns: [table.eventId], foreignColumns: [auditEvents.id] }),
    check("record_seals_hash_size", sql`octet_length(${table.rowSha256}) = 32`),
    index("record_seals_event").on(table.eventId),
  ],
);

/** What each row of a table in `CHANGING_TABLES` was at each event that tells of a change of it. Never changed. */
export const rowVersions = pgTable(
  "row_versions",
  {
    organizationId: organizationId(),
    tableName: text("table_name").notNull(),
    rowKey: text("row_key").notNull(),
    version: integer("version").notNull(),
    /** What the hash is over, in this order, with commas between them. */
    columns: text("columns").notNull(),
    /** Null for a row that is gone. */
    rowSha256: bytes("row_sha256"),
    eventId: uuid("event_id").$type<EventId>().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.tableName, table.rowKey, table.version] }),
    foreignKey({ columns: [table.eventId], foreignColumns: [auditEvents.id] }),
    check("row_versions_hash_size", sql`octet_length(${table.rowSha256}) = 32`),
    index("row_versions_event").on(table.eventId),
  ],
);
