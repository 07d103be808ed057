import { sql } from "drizzle-orm";
import {
  check,
  customType,
  index,
  jsonb,
  numeric,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { instant } from "#db/columns.ts";
import type { CheckMethod } from "#lib/envelopes/core/checks.ts";
import type { DeliveryCause } from "#lib/envelopes/core/delivery-state.ts";
import type { ListWish } from "#lib/envelopes/core/list-views.ts";
import type { DocumentId, EnvelopeId, MemberId, OrganizationId } from "#lib/ids.ts";

const organizationId = () => uuid("organization_id").$type<OrganizationId>().notNull();
const words = customType<{ data: string }>({ dataType: () => "tsvector" });

/** What an envelope is found by: its title, its people, what they entered and what its documents say, folded. */
export const envelopeTexts = pgTable(
  "envelope_texts",
  {
    organizationId: organizationId(),
    envelopeId: uuid("envelope_id").$type<EnvelopeId>().primaryKey(),
    words: words("words").notNull(),
    /** The largest of its amounts, in whatever currency; null where it has none. */
    amount: numeric("amount"),
  },
  (table) => [
    index("envelope_texts_words").using("gin", table.words),
    index("envelope_texts_amount").on(table.organizationId, table.amount).where(sql`amount is not null`),
  ],
);

/** What a document says, folded, read once. */
export const documentTexts = pgTable(
  "document_texts",
  {
    organizationId: organizationId(),
    documentId: uuid("document_id").$type<DocumentId>().primaryKey(),
    envelopeId: uuid("envelope_id").$type<EnvelopeId>().notNull(),
    text: text("text").notNull(),
  },
  (table) => [index("document_texts_envelope").on(table.envelopeId)],
);

/** Envelopes that changed since they were last read for searches. */
export const searchPending = pgTable("search_pending", {
  organizationId: organizationId(),
  envelopeId: uuid("envelope_id").$type<EnvelopeId>().primaryKey(),
  queuedAt: instant("queued_at").notNull(),
});

/** Windows that have a draft open now: rows of those that are gone are removed. */
export const editingWindows = pgTable(
  "editing_windows",
  {
    organizationId: organizationId(),
    envelopeId: uuid("envelope_id").$type<EnvelopeId>().notNull(),
    windowId: uuid("window_id").notNull(),
    memberId: uuid("member_id").$type<MemberId>().notNull(),
    seenAt: instant("seen_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.envelopeId, table.windowId] }),
    index("editing_windows_seen").on(table.organizationId, table.seenAt),
  ],
);

export type FolderAccess = "read" | "act";

/** Where an organization puts its envelopes. */
export const folders = pgTable(
  "folders",
  {
    organizationId: organizationId(),
    id: uuid("id").primaryKey(),
    name: text("name").notNull(),
    /** Whose members see what lies in it, and whether they act on it too; null where it is shared with no team. */
    teamId: uuid("team_id"),
    access: text("access").$type<FolderAccess>(),
    /** The folder it lies in; null at the top. What is shared is each folder for itself. */
    parentId: uuid("parent_id"),
    createdBy: uuid("created_by").$type<MemberId>().notNull(),
    createdAt: instant("created_at").notNull(),
    /** Taken away: what lies in it is in no folder as long as it is. */
    removedAt: instant("removed_at"),
  },
  (table) => [
    uniqueIndex("folders_name")
      .on(
        table.organizationId,
        sql`coalesce(${table.parentId}, '00000000-0000-0000-0000-000000000000')`,
        sql`lower(${table.name})`,
      )
      .where(sql`removed_at is null`),
    index("folders_team").on(table.teamId).where(sql`team_id is not null`),
    check(
      "folders_shared",
      sql`(${table.teamId} is null) = (${table.access} is null) and ${table.access} in ('read', 'act')`,
    ),
  ],
);

/** A search that a member comes back to. */
export const savedFilters = pgTable(
  "saved_filters",
  {
    organizationId: organizationId(),
    memberId: uuid("member_id").$type<MemberId>().notNull(),
    name: text("name").notNull(),
    wish: jsonb("wish").$type<ListWish>().notNull(),
    savedAt: instant("saved_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.memberId, table.name] })],
);

/** Somebody envelopes were sent to, or who was brought along in a file. */
export const contacts = pgTable(
  "contacts",
  {
    organizationId: organizationId(),
    /** Whose list it is in. */
    memberId: uuid("member_id").$type<MemberId>().notNull(),
    email: text("email").notNull(),
    name: text("name").notNull(),
    company: text("company").notNull().default(""),
    phone: text("phone").notNull().default(""),
    language: text("language").notNull().default(""),
    /** How they usually show who they are; empty for as everybody does. */
    check: text("check_method").$type<CheckMethod | "">().notNull().default(""),
    /** Mail to the address came back then, and why; null where none did. */
    lostAt: instant("lost_at"),
    lostCause: text("lost_cause").$type<DeliveryCause>(),
    /** Names of the groups they are in. */
    groups: text("groups").array().notNull().default(sql`'{}'::text[]`),
    /** Name and address, folded, for what is typed. */
    searched: text("searched").notNull(),
    /** The last envelope they were put into; null for who was only brought along. */
    lastEnvelopeId: uuid("last_envelope_id").$type<EnvelopeId>(),
    usedAt: instant("used_at").notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.memberId, table.email] }),
    index("contacts_searched").using("gin", sql`${table.searched} gin_trgm_ops`),
    index("contacts_recent").on(table.memberId, table.usedAt),
    index("contacts_email").on(table.organizationId, table.email),
  ],
);
