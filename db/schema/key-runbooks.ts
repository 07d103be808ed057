import { sql } from "drizzle-orm";
import { check, integer, jsonb, pgTable, text, unique, uuid } from "drizzle-orm/pg-core";
import { instant } from "#db/columns.ts";
import type { OrganizationId } from "#lib/ids.ts";
import type { RunbookKind, RunbookPerson } from "#lib/signing/core/runbook.ts";

/** A version of how keys are exported or imported here. What was published stays as it was. */
export const keyRunbooks = pgTable(
  "key_runbooks",
  {
    organizationId: uuid("organization_id").$type<OrganizationId>().notNull(),
    id: uuid("id").primaryKey(),
    kind: text("kind").$type<RunbookKind>().notNull(),
    version: integer("version").notNull(),
    /** Who may take part, by name. */
    people: jsonb("people").$type<readonly RunbookPerson[]>().notNull(),
    transfer: text("transfer").notNull(),
    /** One to a line. */
    steps: text("steps").notNull(),
    /** What is different from the version before. */
    note: text("note").notNull(),
    sha256: text("sha256").notNull(),
    publishedBy: text("published_by").notNull(),
    publishedAt: instant("published_at").notNull(),
  },
  (table) => [
    check("key_runbooks_kind", sql`kind in ('export', 'import')`),
    check("key_runbooks_said", sql`btrim(transfer) <> '' and btrim(steps) <> ''`),
    check("key_runbooks_people", sql`jsonb_array_length(people) between 1 and 20`),
    unique("key_runbooks_version").on(table.organizationId, table.kind, table.version),
  ],
);
