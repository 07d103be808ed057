import { sql } from "drizzle-orm";
import { check, foreignKey, index, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { instant } from "#db/columns.ts";
import type { EnvelopeId, MemberId, OrganizationId, TemplateId } from "#lib/ids.ts";
import { envelopes } from "./envelopes.ts";

const organizationId = () => uuid("organization_id").$type<OrganizationId>().notNull();

/** Members who work together; who is in it stands in their own row. */
export const teams = pgTable(
  "teams",
  {
    organizationId: organizationId(),
    id: uuid("id").primaryKey(),
    name: text("name").notNull(),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [uniqueIndex("teams_name").on(table.organizationId, sql`lower(${table.name})`)],
);

/** Whose envelopes somebody else approves before they go out, and which of them. */
export const sendDuties = pgTable(
  "send_duties",
  {
    organizationId: organizationId(),
    id: uuid("id").primaryKey(),
    /** Of this member, or of everybody in this team; of everybody where both are null. */
    memberId: uuid("member_id").$type<MemberId>(),
    teamId: uuid("team_id"),
    kind: text("kind").$type<"every" | "template" | "class" | "health" | "amount">().notNull(),
    templateId: uuid("template_id").$type<TemplateId>(),
    classId: uuid("class_id"),
    /** Of an amount: the field's label, and from which value on, as a decimal. */
    label: text("label").notNull().default(""),
    amount: text("amount").notNull().default(""),
    createdBy: uuid("created_by").$type<MemberId>().notNull(),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [
    index("send_duties_organization").on(table.organizationId),
    check("send_duties_kind", sql`${table.kind} in ('every', 'template', 'class', 'health', 'amount')`),
    check("send_duties_whom", sql`${table.memberId} is null or ${table.teamId} is null`),
    check("send_duties_template", sql`(${table.kind} = 'template') = (${table.templateId} is not null)`),
    check("send_duties_class", sql`(${table.kind} = 'class') = (${table.classId} is not null)`),
  ],
);

/** Somebody asked that a draft may go out as it is, and what was said to that. */
export const sendApprovals = pgTable(
  "send_approvals",
  {
    organizationId: organizationId(),
    id: uuid("id").primaryKey(),
    envelopeId: uuid("envelope_id").$type<EnvelopeId>().notNull(),
    /** Of all that would be sent: what is changed afterwards was not approved. */
    draftSha256: text("draft_sha256").notNull(),
    state: text("state").$type<"asked" | "approved" | "returned" | "withdrawn">().notNull(),
    note: text("note").notNull().default(""),
    askedBy: uuid("asked_by").$type<MemberId>().notNull(),
    askedAt: instant("asked_at").notNull(),
    decidedBy: uuid("decided_by").$type<MemberId>(),
    decidedAt: instant("decided_at"),
    reason: text("reason").notNull().default(""),
  },
  (table) => [
    foreignKey({ columns: [table.envelopeId], foreignColumns: [envelopes.id] }),
    index("send_approvals_envelope").on(table.envelopeId, table.askedAt),
    index("send_approvals_open").on(table.organizationId, table.askedAt).where(sql`state = 'asked'`),
    uniqueIndex("send_approvals_one_open").on(table.envelopeId).where(sql`state = 'asked'`),
    check("send_approvals_state", sql`${table.state} in ('asked', 'approved', 'returned', 'withdrawn')`),
  ],
);
