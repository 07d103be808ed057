import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  date,
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
import { instant } from "#db/columns.ts";
import type { Cadence } from "#lib/evidence/core/reports/periods.ts";
import type { ReportKind } from "#lib/evidence/core/reports/report-content.ts";
import type { ReviewTerms } from "#lib/evidence/core/review-terms.ts";
import type { EnvelopeId, MemberId, OrganizationId, ReportId } from "#lib/ids.ts";

const organizationId = () => uuid("organization_id").$type<OrganizationId>().notNull();

/** Compliance reports: each a sealed PDF, with the same rows as CSV and JSON. */
export const reports = pgTable(
  "reports",
  {
    organizationId: organizationId(),
    id: uuid("id").$type<ReportId>().primaryKey(),
    kind: text("kind").$type<ReportKind>().notNull(),
    /** First and last day, in UTC. */
    fromDay: date("from_day", { mode: "string" }).notNull(),
    toDay: date("to_day", { mode: "string" }).notNull(),
    /** The access review it is the record of. */
    reviewId: uuid("review_id"),
    isScheduled: boolean("is_scheduled").notNull(),
    state: text("state").$type<"waiting" | "ready">().notNull(),
    rowCount: integer("row_count"),
    pdfKey: text("pdf_key"),
    pdfSha256: text("pdf_sha256"),
    pdfBytes: bigint("pdf_bytes", { mode: "number" }),
    csvKey: text("csv_key"),
    csvBytes: bigint("csv_bytes", { mode: "number" }),
    jsonKey: text("json_key"),
    jsonBytes: bigint("json_bytes", { mode: "number" }),
    createdAt: instant("created_at").notNull(),
    readyAt: instant("ready_at"),
    /** When those who wait for it were told that it is late. */
    lateAt: instant("late_at"),
  },
  (table) => [
    check("reports_state", sql`${table.state} in ('waiting', 'ready')`),
    uniqueIndex("reports_once")
      .on(table.organizationId, table.kind, table.fromDay, table.toDay)
      .where(sql`is_scheduled`),
    index("reports_list").on(table.organizationId, table.createdAt),
  ],
);

/** Which reports make themselves, and how often. */
export const reportSchedules = pgTable(
  "report_schedules",
  {
    organizationId: organizationId(),
    kind: text("kind").$type<ReportKind>().notNull(),
    cadence: text("cadence").$type<Cadence>().notNull(),
    /** Members who are mailed when one is ready, or late. */
    recipients: jsonb("recipients").$type<readonly MemberId[]>().notNull().default([]),
    /** Of access reviews, which are begun by themselves: whom they are about, and what happens without an answer. */
    review: jsonb("review").$type<ReviewTerms>(),
    setBy: uuid("set_by").$type<MemberId>().notNull(),
    setAt: instant("set_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.kind] }),
    check("report_schedules_cadence", sql`${table.cadence} in ('monthly', 'quarterly')`),
  ],
);

/** A look at everybody who has access: each confirmed or taken out by somebody. */
export const accessReviews = pgTable(
  "access_reviews",
  {
    organizationId: organizationId(),
    id: uuid("id").primaryKey(),
    /** Null for one that the schedule began. */
    openedBy: uuid("opened_by").$type<MemberId>(),
    openedAt: instant("opened_at").notNull(),
    terms: jsonb("terms").$type<ReviewTerms>().notNull(),
    /** The last day for answers, in UTC. */
    dueOn: date("due_on", { mode: "string" }).notNull(),
    /** When owners were told that answers are missing. */
    escalatedAt: instant("escalated_at"),
    closedBy: uuid("closed_by").$type<MemberId>(),
    closedAt: instant("closed_at"),
  },
  (table) => [uniqueIndex("access_reviews_one").on(table.organizationId).where(sql`closed_at is null`)],
);

/** Who had access when the review began, and what became of it. */
export const accessReviewItems = pgTable(
  "access_review_items",
  {
    organizationId: organizationId(),
    reviewId: uuid("review_id").notNull(),
    memberId: uuid("member_id").$type<MemberId>().notNull(),
    name: text("name").notNull(),
    email: text("email").notNull(),
    role: text("role").notNull(),
    since: instant("since").notNull(),
    /** Who leads the team they work in, and may decide on them. */
    managerId: uuid("manager_id").$type<MemberId>(),
    decision: text("decision").$type<"kept" | "removed" | "changed">(),
    /** The role they have from then on, where it was changed. */
    newRole: text("new_role"),
    reason: text("reason"),
    decidedBy: uuid("decided_by").$type<MemberId>(),
    decidedAt: instant("decided_at"),
  },
  (table) => [
    primaryKey({ columns: [table.reviewId, table.memberId] }),
    check(
      "access_review_items_decision",
      sql`${table.decision} in ('kept', 'removed', 'changed') and (${table.decision} = 'changed') = (${table.newRole} is not null)`,
    ),
    foreignKey({ columns: [table.reviewId], foreignColumns: [accessReviews.id] }),
  ],
);

/** Completed envelopes picked by chance, looked at by somebody one after the other. */
export const sampleReviews = pgTable(
  "sample_reviews",
  {
    organizationId: organizationId(),
    id: uuid("id").primaryKey(),
    openedBy: uuid("opened_by").$type<MemberId>().notNull(),
    openedAt: instant("opened_at").notNull(),
    /** How many envelopes chance could pick from. */
    outOf: integer("out_of").notNull(),
    closedBy: uuid("closed_by").$type<MemberId>(),
    closedAt: instant("closed_at"),
  },
  (table) => [uniqueIndex("sample_reviews_one").on(table.organizationId).where(sql`closed_at is null`)],
);

/** One envelope of a sample: what the machine found, and what the reviewer did. */
export const sampleReviewItems = pgTable(
  "sample_review_items",
  {
    organizationId: organizationId(),
    reviewId: uuid("review_id").notNull(),
    envelopeId: uuid("envelope_id").$type<EnvelopeId>().notNull(),
    position: integer("position").notNull(),
    /** Codes; null until the worker has looked. */
    findings: jsonb("findings").$type<readonly string[]>(),
    decision: text("decision").$type<"holds" | "fails">(),
    note: text("note"),
    decidedBy: uuid("decided_by").$type<MemberId>(),
    decidedAt: instant("decided_at"),
  },
  (table) => [
    primaryKey({ columns: [table.reviewId, table.envelopeId] }),
    check("sample_review_items_decision", sql`${table.decision} in ('holds', 'fails')`),
    foreignKey({ columns: [table.reviewId], foreignColumns: [sampleReviews.id] }),
  ],
);
