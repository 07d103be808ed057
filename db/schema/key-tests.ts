import { sql } from "drizzle-orm";
import { boolean, check, index, jsonb, pgTable, text, unique, uuid } from "drizzle-orm/pg-core";
import { instant } from "#db/columns.ts";
import type { EventId, OrganizationId } from "#lib/ids.ts";
import type { AuditField, TestCheck, TestOccasion } from "#lib/signing/core/key-test.ts";

/** Reports of test signings: what was looked at, and which required audit fields the log has. Never changed. */
export const keyTests = pgTable(
  "key_tests",
  {
    organizationId: uuid("organization_id").$type<OrganizationId>().notNull(),
    id: uuid("id").primaryKey(),
    /** The key's own id, or that of the brought seal. */
    subject: uuid("subject").notNull(),
    occasion: text("occasion").$type<TestOccasion>().notNull(),
    provider: text("provider").notNull(),
    algorithm: text("algorithm").notNull(),
    certificateSha256: text("certificate_sha256").notNull(),
    level: text("level").notNull(),
    /** Of what was signed for the test; null when nothing came of it. */
    documentSha256: text("document_sha256"),
    checks: jsonb("checks").$type<readonly TestCheck[]>().notNull(),
    fields: jsonb("fields").$type<readonly AuditField[]>().notNull(),
    isPassed: boolean("is_passed").notNull(),
    eventId: uuid("event_id").$type<EventId>().notNull(),
    testedAt: instant("tested_at").notNull(),
  },
  (table) => [
    check("key_tests_occasion", sql`occasion in ('first', 'rotation', 'standby', 'brought')`),
    unique("key_tests_outcome").on(table.id, table.isPassed),
    index("key_tests_list").on(table.organizationId, table.testedAt.desc()),
  ],
);
