import { sql } from "drizzle-orm";
import { check, index, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "#db/columns.ts";
import type { EnvelopeId, MemberId, OrganizationId } from "#lib/ids.ts";

/**
 * What members said they need something for, and that they were there: it counts for an hour. The record of it is
 * the event of what they did then.
 */
export const accessReasons = pgTable(
  "access_reasons",
  {
    organizationId: uuid("organization_id").$type<OrganizationId>().notNull(),
    id: uuid("id").primaryKey(),
    memberId: uuid("member_id").$type<MemberId>().notNull(),
    purpose: text("purpose")
      .$type<"download" | "export" | "foreign-envelope" | "search" | "consents">()
      .notNull(),
    /** Null for what concerns the organization. */
    envelopeId: uuid("envelope_id").$type<EnvelopeId>(),
    /** Empty where none was asked for. */
    reason: text("reason").notNull(),
    givenAt: instant("given_at").notNull(),
  },
  (table) => [
    check(
      "access_reasons_purpose",
      sql`${table.purpose} in ('download', 'export', 'foreign-envelope', 'search', 'consents')`,
    ),
    index("access_reasons_newest").on(table.memberId, table.purpose, table.givenAt),
  ],
);
