import { sql } from "drizzle-orm";
import { boolean, check, index, jsonb, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { instant } from "#db/columns.ts";
import type { OwnMail } from "#lib/delivery/core/own-mails.ts";
import type { Anchor } from "#lib/envelopes/core/hints/anchor.ts";
import type { ListColumn } from "#lib/envelopes/core/list-views.ts";
import type { AccessPurpose } from "#lib/identity/core/access-purposes.ts";
import type { Delegation } from "#lib/identity/core/delegation.ts";
import type { MarkLimit } from "#lib/identity/core/mark-methods.ts";
import type { AccountId, MemberId, OrganizationId } from "#lib/ids.ts";

/** A tenant: its people, envelopes, keys and settings. */
export const organizations = pgTable(
  "organizations",
  {
    organizationId: uuid("organization_id").$type<OrganizationId>().primaryKey(),
    name: text("name").notNull(),
    /** Paper of the audit trail, pattern of file names, what is printed in margins. */
    settings: jsonb("settings").$type<OrganizationSettings>().notNull(),
    /** For a workspace where things are tried out: whose. It is one from its first day to its last. */
    stagingOf: uuid("staging_of").$type<OrganizationId>(),
    createdAt: instant("created_at").notNull(),
  },
  (table) => [
    uniqueIndex("organizations_one_staging").on(table.stagingOf),
    check("organizations_staging_name", sql`${table.stagingOf} is null or ${table.name} like 'TEST %'`),
  ],
);

export type DraftDefaults = {
  readonly order: "sequential" | "parallel";
  /** From sending. */
  readonly expiryDays: number;
  /** Between reminders; null for none. */
  readonly reminderHours: number | null;
};

export interface OrganizationSettings {
  readonly paper: "a4" | "letter";
  /** Placeholders: {title} {envelope} {kind} {name} {serial} {date}. */
  readonly fileNamePattern: string;
  /** Print the envelope's short id in the margin of every page. */
  readonly printsMarginId: boolean;
  /** Private keys may be asked for; off when not there. */
  readonly allowsKeyExport?: boolean;
  /** Whom a recipient may hand their part on to; anyone when not there. */
  readonly delegation?: Delegation;
  /** Words that say where in a document fields belong. */
  readonly anchors?: readonly Anchor[];
  /** How signatures may be made, beside being typed; any way when not there. */
  readonly markLimit?: MarkLimit;
  /** Roles that may not send in bulk; none when not there. */
  readonly withholdsBulkFrom?: readonly ("admin" | "sender")[];
  /** Invitations of all bulk jobs together in a minute; 600 when not there. */
  readonly bulkPerMinute?: number;
  /** The mail that says an envelope is completed carries its documents; off when not there. */
  readonly mailsDocuments?: boolean;
  /** What a new draft begins with; one after the other, 90 days and 48 hours when not there. */
  readonly draftDefaults?: DraftDefaults;
  /** How far a signing time that a document claims may be from the proven one; 10 when not there. */
  readonly claimToleranceMinutes?: number;
  /** Whoever has a file of an envelope and its short id learns its events, without names; off when not there. */
  readonly tellsTrail?: boolean;
  /** What members must give a reason for; nothing when not there. */
  readonly asksReasonFor?: readonly AccessPurpose[];
}

/** An account's place in an organization. */
export const members = pgTable(
  "members",
  {
    organizationId: uuid("organization_id").$type<OrganizationId>().notNull(),
    id: uuid("id").$type<MemberId>().primaryKey(),
    accountId: uuid("account_id").$type<AccountId>().notNull(),
    role: text("role").$type<"owner" | "admin" | "sender" | "counsel" | "viewer">().notNull(),
    /** The team they work in, and whether they lead it. */
    teamId: uuid("team_id"),
    leadsTeam: boolean("leads_team").notNull().default(false),
    /** Columns of the list of envelopes, as they chose them; null where they did not. */
    listColumns: text("list_columns").array().$type<ListColumn[]>(),
    /** News of their envelopes that they want no mail of. */
    mutedMails: text("muted_mails").array().$type<OwnMail[]>().notNull().default([]),
    createdAt: instant("created_at").notNull(),
    removedAt: instant("removed_at"),
  },
  (table) => [
    check("members_role", sql`${table.role} in ('owner', 'admin', 'sender', 'counsel', 'viewer')`),
    uniqueIndex("members_once").on(table.organizationId, table.accountId).where(sql`removed_at is null`),
    index("members_account").on(table.accountId),
    index("members_team").on(table.teamId).where(sql`team_id is not null`),
  ],
);
