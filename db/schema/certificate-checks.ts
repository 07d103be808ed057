import { sql } from "drizzle-orm";
import {
  check,
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
import type { CheckSource, CheckVerdict } from "#lib/evidence/core/certificate-check/check-facts.ts";
import type { EnvelopeId, OrganizationId } from "#lib/ids.ts";
import type { Finding } from "#lib/pki/core/findings.ts";

const organizationId = () => uuid("organization_id").$type<OrganizationId>().notNull();

/** One time that every stored certificate of an organization is looked at again: every year, or when asked for. */
export const certificateCheckRuns = pgTable(
  "certificate_check_runs",
  {
    organizationId: organizationId(),
    id: uuid("id").primaryKey(),
    startedAt: instant("started_at").notNull(),
    /** Null where the year was over. */
    startedBy: text("started_by"),
    /** What is looked through now. */
    source: text("source").$type<CheckSource>().notNull(),
    /** The last one of it that was looked at: its instant and its id; null before the first. */
    cursor: text("cursor"),
    ...{ valid: integer("valid").notNull().default(0), expired: integer("expired").notNull().default(0) },
    ...{ revoked: integer("revoked").notNull().default(0), faulty: integer("faulty").notNull().default(0) },
    unknown: integer("unknown").notNull().default(0),
    endedAt: instant("ended_at"),
  },
  (table) => [
    check("certificate_check_runs_source", sql`source in ('stored', 'registered', 'presented', 'authority')`),
    uniqueIndex("certificate_check_runs_one").on(table.organizationId).where(sql`ended_at is null`),
    index("certificate_check_runs_list").on(table.organizationId, table.startedAt.desc()),
  ],
);

/** What was found of one certificate on that day. Rows are added and never changed. */
export const certificateChecks = pgTable(
  "certificate_checks",
  {
    organizationId: organizationId(),
    runId: uuid("run_id").notNull(),
    source: text("source").$type<CheckSource>().notNull(),
    certificateId: uuid("certificate_id").notNull(),
    /** Of a signer's; what was found goes with it. */
    envelopeId: uuid("envelope_id").$type<EnvelopeId>(),
    sha256: text("sha256").notNull(),
    verdict: text("verdict").$type<CheckVerdict>().notNull(),
    reasons: jsonb("reasons").$type<readonly Finding[]>().notNull(),
    checkedAt: instant("checked_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.runId, table.source, table.certificateId] }),
    check("certificate_checks_verdict", sql`verdict in ('valid', 'expired', 'revoked', 'faulty', 'unknown')`),
    index("certificate_checks_latest").on(table.organizationId, table.certificateId, table.checkedAt.desc()),
    index("certificate_checks_found").on(table.organizationId, table.runId, table.verdict),
  ],
);
