import { sql } from "drizzle-orm";
import { check, date, index, integer, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "#db/columns.ts";
import type { MemberId, OrganizationId } from "#lib/ids.ts";

/** Signed business associate agreements (45 CFR 164.504(e)): without one no health data is sent. */
export const businessAgreements = pgTable(
  "business_agreements",
  {
    organizationId: uuid("organization_id").$type<OrganizationId>().notNull(),
    id: uuid("id").primaryKey(),
    /** Whose health data it is about, and who handles it for them. */
    coveredEntity: text("covered_entity").notNull(),
    businessAssociate: text("business_associate").notNull(),
    /** Days of the calendar. */
    signedOn: date("signed_on", { mode: "string" }).notNull(),
    /** The last day on which it counts; null while nobody has ended it. */
    endsOn: date("ends_on", { mode: "string" }),
    /** Health data of envelopes that were sent under it is kept so many years at least; null where it says nothing. */
    keepYears: integer("keep_years"),
    fileKey: text("file_key").notNull(),
    fileName: text("file_name").notNull(),
    sha256: text("sha256").notNull(),
    sizeBytes: integer("size_bytes").notNull(),
    recordedBy: uuid("recorded_by").$type<MemberId>().notNull(),
    recordedAt: instant("recorded_at").notNull(),
    /** Taken off the record: it was recorded by mistake, or is over. */
    endedBy: uuid("ended_by").$type<MemberId>(),
    endedAt: instant("ended_at"),
  },
  (table) => [
    check("business_agreements_ended", sql`(${table.endedAt} is null) = (${table.endedBy} is null)`),
    check("business_agreements_keep", sql`${table.keepYears} between 0 and 100`),
    check("business_agreements_days", sql`${table.endsOn} is null or ${table.endsOn} >= ${table.signedOn}`),
    index("business_agreements_list").on(table.organizationId, table.recordedAt),
  ],
);
