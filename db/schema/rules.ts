import { sql } from "drizzle-orm";
import { boolean, check, foreignKey, index, integer, jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { bytes, instant } from "#db/columns.ts";
import type { EnvelopeId, EventId, MemberId, OrganizationId } from "#lib/ids.ts";
import type { RuleAction, RuleCondition, RuleEvent } from "#lib/integrations/core/workspace-rule.ts";

const organizationId = () => uuid("organization_id").$type<OrganizationId>().notNull();

/** When something happens and things are so, something is done. */
export const workspaceRules = pgTable(
  "workspace_rules",
  {
    organizationId: organizationId(),
    id: uuid("id").primaryKey(),
    /** Who answers for it: what it starts is theirs. */
    ownerId: uuid("owner_id").$type<MemberId>().notNull(),
    name: text("name").notNull(),
    event: text("event").$type<RuleEvent>().notNull(),
    conditions: jsonb("conditions").$type<readonly RuleCondition[]>().notNull(),
    action: jsonb("action").$type<RuleAction>().notNull(),
    isOn: boolean("is_on").notNull(),
    /** What a webhook is signed with, under the master key. */
    sealedSecret: bytes("sealed_secret"),
    createdAt: instant("created_at").notNull(),
    changedAt: instant("changed_at").notNull(),
    /** Gone from the list; what it did stays on record. */
    removedAt: instant("removed_at"),
  },
  (table) => [
    index("workspace_rules_event")
      .on(table.organizationId, table.event)
      .where(sql`is_on and removed_at is null`),
  ],
);

/** A rule that matched an event, once for each pair, and what became of it. */
export const ruleRuns = pgTable(
  "rule_runs",
  {
    organizationId: organizationId(),
    /** Made of the rule's and the event's, so that a second look finds the first. */
    id: uuid("id").primaryKey(),
    ruleId: uuid("rule_id").notNull(),
    eventId: uuid("event_id").$type<EventId>().notNull(),
    /** What it happened to; null for what concerns no envelope. */
    envelopeId: uuid("envelope_id").$type<EnvelopeId>(),
    state: text("state").$type<"waiting" | "done" | "failed" | "skipped">().notNull(),
    /** Why not, as a code. */
    detail: text("detail").notNull().default(""),
    /** How many rules stand behind it. */
    depth: integer("depth").notNull(),
    attempts: integer("attempts").notNull().default(0),
    nextAt: instant("next_at"),
    /** What it started from a template, settled before. */
    madeEnvelopeId: uuid("made_envelope_id").$type<EnvelopeId>(),
    createdAt: instant("created_at").notNull(),
    endedAt: instant("ended_at"),
  },
  (table) => [
    check("rule_runs_state", sql`${table.state} in ('waiting', 'done', 'failed', 'skipped')`),
    foreignKey({ columns: [table.ruleId], foreignColumns: [workspaceRules.id] }),
    index("rule_runs_newest").on(table.organizationId, table.createdAt, table.id),
    index("rule_runs_envelope").on(table.envelopeId, table.ruleId),
    index("rule_runs_made").on(table.madeEnvelopeId).where(sql`made_envelope_id is not null`),
    index("rule_runs_due").on(table.organizationId, table.nextAt).where(sql`state = 'waiting'`),
  ],
);
