import { sql } from "drizzle-orm";
import {
  boolean,
  check,
  date,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { instant } from "#db/columns.ts";
import type { EnvelopeId, MemberId, OrganizationId, TemplateId } from "#lib/ids.ts";
import { envelopes } from "./envelopes.ts";

const organizationId = () => uuid("organization_id").$type<OrganizationId>().notNull();
const templateId = () => uuid("template_id").$type<TemplateId>().notNull();

/** Documents, roles and fields to be sent again and again. It is prepared on an envelope that is never sent. */
export const templates = pgTable(
  "templates",
  {
    organizationId: organizationId(),
    id: uuid("id").$type<TemplateId>().primaryKey(),
    ownerId: uuid("owner_id").$type<MemberId>().notNull(),
    /** Where it is prepared; its title is the template's name. */
    envelopeId: uuid("envelope_id").$type<EnvelopeId>().notNull().unique(),
    /** The newest published one; null before the first. */
    currentVersion: integer("current_version"),
    /** The form of the library it is built on, and which edition of it. */
    formId: uuid("form_id"),
    formEdition: text("form_edition"),
    formEditionOn: date("form_edition_on", { mode: "string" }),
    /** Whose it is alone; everybody's where there is none. */
    teamId: uuid("team_id"),
    /** Where its people look for it; null in no folder. */
    folderId: uuid("folder_id"),
    createdAt: instant("created_at").notNull(),
    changedAt: instant("changed_at").notNull(),
    /** From then on nothing new is made from it. */
    retiredAt: instant("retired_at"),
  },
  (table) => [
    foreignKey({ columns: [table.envelopeId], foreignColumns: [envelopes.id] }),
    index("templates_form").on(table.organizationId, table.formId).where(sql`form_id is not null`),
    index("templates_list").on(table.organizationId, table.changedAt.desc(), table.id.desc()),
  ],
);

/** A template as it was when somebody asked to publish it. Its content never changes. */
export const templateVersions = pgTable(
  "template_versions",
  {
    organizationId: organizationId(),
    templateId: templateId(),
    number: integer("number").notNull(),
    state: text("state").$type<"submitted" | "published" | "returned">().notNull(),
    /** The exact text that `sha256` is of: a TemplateContent as canonical JSON (RFC 8785). */
    content: text("content").notNull(),
    sha256: text("sha256").notNull(),
    /** The form it was built on then. */
    formId: uuid("form_id"),
    formEdition: text("form_edition"),
    formEditionOn: date("form_edition_on", { mode: "string" }),
    /** The class of document in its content. */
    classId: uuid("class_id"),
    submittedBy: uuid("submitted_by").$type<MemberId>().notNull(),
    submittedAt: instant("submitted_at").notNull(),
    decidedBy: uuid("decided_by").$type<MemberId>(),
    decidedAt: instant("decided_at"),
    /** What changed, in the words of who submitted it; or why it was returned. */
    note: text("note").notNull().default(""),
  },
  (table) => [
    primaryKey({ columns: [table.templateId, table.number] }),
    foreignKey({ columns: [table.templateId], foreignColumns: [templates.id] }),
    uniqueIndex("template_versions_one_open").on(table.templateId).where(sql`state = 'submitted'`),
    check("template_versions_state", sql`${table.state} in ('submitted', 'published', 'returned')`),
  ],
);

/** What an organization settled about its templates. */
export const templatePolicies = pgTable("template_policies", {
  organizationId: uuid("organization_id").$type<OrganizationId>().primaryKey(),
  /** A version is published by somebody else than who prepared it. */
  asksForApproval: boolean("asks_for_approval").notNull(),
});
