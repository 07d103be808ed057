import { sql } from "drizzle-orm";
import {
  boolean,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { bytes, instant } from "#db/columns.ts";
import type { BulkSource } from "#lib/envelopes/core/bulk/bulk-source.ts";
import type { RowProblem } from "#lib/envelopes/core/bulk/compose-row.ts";
import type { QuietHours } from "#lib/envelopes/core/bulk/pacing.ts";
import type { EnvelopeId, MemberId, OrganizationId } from "#lib/ids.ts";

const organizationId = () => uuid("organization_id").$type<OrganizationId>().notNull();

/** One table of people that something prepared is sent to, an envelope for each row. */
export const bulkJobs = pgTable(
  "bulk_jobs",
  {
    organizationId: organizationId(),
    id: uuid("id").primaryKey(),
    ownerId: uuid("owner_id").$type<MemberId>().notNull(),
    sourceKind: text("source_kind").$type<BulkSource["kind"]>().notNull(),
    sourceId: uuid("source_id").notNull(),
    /** What is sent, as it was when the table came in. */
    source: jsonb("source").$type<BulkSource>().notNull(),
    fileName: text("file_name").notNull(),
    /** Of the rows as read, whatever they were encoded in: the same table is known again. */
    tableSha256: bytes("table_sha256").notNull(),
    /** How the file was read: encoding and delimiter, or a workbook. */
    format: text("format").notNull(),
    header: jsonb("header").$type<readonly string[]>().notNull(),
    /** For each column where it goes; null where it goes nowhere. */
    mapping: jsonb("mapping").$type<readonly (string | null)[]>().notNull(),
    state: text("state").$type<"preparing" | "running" | "paused" | "cancelled" | "done">().notNull(),
    pauseReason: text("pause_reason").$type<"member" | "bounces" | "mail" | "files">(),
    perMinute: integer("per_minute").notNull().default(60),
    quietHours: jsonb("quiet_hours").$type<QuietHours>(),
    /** More refused addresses than that, in percent, pause the job. */
    bouncePercent: integer("bounce_percent").notNull().default(5),
    /** Null where nobody is reminded by the clock. */
    reminderHours: integer("reminder_hours").default(48),
    /** Rows that went out before go out again: the sender was asked. */
    allowsRepeats: boolean("allows_repeats").notNull().default(false),
    createdAt: instant("created_at").notNull(),
    changedAt: instant("changed_at").notNull(),
    startedAt: instant("started_at"),
    endedAt: instant("ended_at"),
  },
  (table) => [
    check("bulk_jobs_state", sql`${table.state} in ('preparing', 'running', 'paused', 'cancelled', 'done')`),
    check("bulk_jobs_rate", sql`${table.perMinute} between 1 and 600`),
    index("bulk_jobs_list").on(table.organizationId, table.createdAt, table.id),
    index("bulk_jobs_table").on(table.organizationId, table.tableSha256),
    index("bulk_jobs_running").on(table.organizationId).where(sql`state = 'running'`),
  ],
);

/** One row; its id is that of the envelope it becomes. */
export const bulkRows = pgTable(
  "bulk_rows",
  {
    organizationId: organizationId(),
    id: uuid("id").$type<EnvelopeId>().primaryKey(),
    jobId: uuid("job_id").notNull(),
    /** From 1; the header has none. */
    number: integer("number").notNull(),
    /** Of the file, as editors count. */
    line: integer("line").notNull(),
    /** As they came; null when they were erased with their envelope. */
    cells: jsonb("cells").$type<readonly string[]>(),
    /** Who gets what, hashed: the same row in another table is known again. */
    key: bytes("key"),
    state: text("state").$type<"ready" | "wrong" | "sent" | "cancelled">().notNull(),
    problems: jsonb("problems").$type<readonly RowProblem[]>().notNull().default([]),
    /** Whose quiet hours count; empty for the job's. */
    timeZone: text("time_zone").notNull().default(""),
    sentAt: instant("sent_at"),
    /** The first invitation was on its way. */
    isInvited: boolean("is_invited").notNull().default(false),
  },
  (table) => [
    check("bulk_rows_state", sql`${table.state} in ('ready', 'wrong', 'sent', 'cancelled')`),
    foreignKey({ columns: [table.jobId], foreignColumns: [bulkJobs.id] }),
    uniqueIndex("bulk_rows_number").on(table.jobId, table.number),
    index("bulk_rows_ready").on(table.jobId, table.number).where(sql`state = 'ready'`),
    index("bulk_rows_sent").on(table.jobId, table.sentAt).where(sql`state = 'sent'`),
    index("bulk_rows_under_way").on(table.jobId).where(sql`state = 'sent' and not is_invited`),
    index("bulk_rows_key").on(table.organizationId, table.key).where(sql`key is not null`),
  ],
);

/** Invitations of a job on their way out and gone: what its throttle counts. */
export const bulkSends = pgTable(
  "bulk_sends",
  {
    organizationId: organizationId(),
    /** The name of the mail: it is in here once, however often it is tried. */
    message: text("message").primaryKey(),
    jobId: uuid("job_id").notNull(),
    envelopeId: uuid("envelope_id").$type<EnvelopeId>().notNull(),
    begunAt: instant("begun_at").notNull(),
    doneAt: instant("done_at"),
    outcome: text("outcome").$type<"delivered" | "refused">(),
  },
  (table) => [
    foreignKey({ columns: [table.jobId], foreignColumns: [bulkJobs.id] }),
    index("bulk_sends_window").on(table.jobId, table.doneAt),
    index("bulk_sends_organization").on(table.organizationId, table.doneAt),
    index("bulk_sends_envelope").on(table.envelopeId),
  ],
);

/** Where columns of that name went last time, for whatever is sent in bulk. */
export const bulkMappings = pgTable(
  "bulk_mappings",
  {
    organizationId: organizationId(),
    sourceId: uuid("source_id").notNull(),
    columns: jsonb("columns").$type<Readonly<Record<string, string>>>().notNull(),
    savedAt: instant("saved_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.organizationId, table.sourceId] })],
);
